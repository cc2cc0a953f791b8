"""The settings of `subscription_renewal`."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from shared.providers.registry import PROVIDERS
from shared.settings.common import Settings, read_common
from shared.settings.payment_webhook import read_keys, read_topic
from shared.settings.providers import read_providers
from shared.settings.push import PushSettings, read_push
from shared.settings.reader import Reader

FORWARDED: Final = ("stripe", "shopify")
"""The providers whose own events the topic may hold."""


class RenewalSettings(msgspec.Struct, frozen=True):
    """What the operator decided for renewals.

    Attributes:
        common: What holds for every function.
        push: What holds for every push.
        providers: The operator's options for providers' own events, from `PAYMENT_PROVIDERS`, as
            `payment_webhook` has them. No secret of theirs is needed here.
        enrichment_topic: `ENRICHMENT_TOPIC`.
    """

    common: Settings
    push: PushSettings
    providers: Mapping[str, Any]
    enrichment_topic: str | None


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
        providers={
            name: chosen[name].options
            if name in chosen
            else msgspec.structs.replace(provider.options(), transaction_id_keys=keys)
            for name, provider in ((each, PROVIDERS[each]) for each in FORWARDED)
        },
        enrichment_topic=read_topic(reader, "ENRICHMENT_TOPIC"),
    )
