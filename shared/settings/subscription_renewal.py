"""The settings of `subscription_renewal`."""

from dataclasses import dataclass

from shared.settings.common import Settings, read_common
from shared.settings.payment_webhook import read_keys, read_topic
from shared.settings.push import PushSettings, read_push
from shared.settings.reader import Reader


@dataclass(frozen=True, slots=True)
class RenewalSettings:
    """What the operator decided for renewals.

    Attributes:
        common: What holds for every function.
        push: What holds for every push.
        transaction_id_keys: `TRANSACTION_ID_KEYS`, for providers' own events.
        enrichment_topic: `ENRICHMENT_TOPIC`.
    """

    common: Settings
    push: PushSettings
    transaction_id_keys: tuple[str, ...]
    enrichment_topic: str | None


def read_renewal_settings(reader: Reader) -> RenewalSettings:
    """Return the settings of `subscription_renewal`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    return RenewalSettings(
        common=read_common(reader),
        push=read_push(reader),
        transaction_id_keys=read_keys(reader),
        enrichment_topic=read_topic(reader, "ENRICHMENT_TOPIC"),
    )
