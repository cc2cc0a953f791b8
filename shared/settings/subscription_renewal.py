"""The settings of `subscription_renewal`."""

from collections.abc import Mapping
from typing import Any

import msgspec

from shared.providers.registry import PROVIDERS
from shared.settings.common import Settings, read_common, read_keys, read_topic
from shared.settings.providers import read_providers
from shared.settings.push import PushSettings, read_push
from shared.settings.reader import Reader


class RenewalSettings(msgspec.Struct, frozen=True):
    """What the operator decided for renewals.

    Attributes:
        common: What holds for every function.
        push: What holds for every push.
        keys: `TRANSACTION_ID_KEYS`.
        providers: The operator's options for providers' own events, from `PAYMENT_PROVIDERS`, as
            `payment_webhook` has them. No secret of theirs is needed here.
        enrichment_topic: `ENRICHMENT_TOPIC`.
    """

    common: Settings
    push: PushSettings
    keys: tuple[str, ...]
    providers: Mapping[str, Any]
    enrichment_topic: str | None

    def options(self, provider: str) -> Any:  # noqa: ANN401 - each provider's own
        """Return the options for the events of a provider, which need not be configured.

        Args:
            provider: Its name.
        """
        if provider in self.providers:
            return self.providers[provider]
        usual = PROVIDERS[provider].options()
        return msgspec.structs.replace(usual, transaction_id_keys=self.keys)


def read_renewal_settings(reader: Reader) -> RenewalSettings:
    """Return the settings of `subscription_renewal`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    keys = read_keys(reader)
    chosen = read_providers(reader, keys, required=False, signed=False)
    return RenewalSettings(
        common=read_common(reader),
        push=read_push(reader),
        keys=keys,
        providers={name: provider.options for name, provider in chosen.items()},
        enrichment_topic=read_topic(reader, "ENRICHMENT_TOPIC"),
    )
