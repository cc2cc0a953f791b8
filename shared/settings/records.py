"""The settings that compare the ledger with the providers' own records."""

from dataclasses import dataclass

from shared.providers.provider import Capability
from shared.providers.registry import PROVIDERS
from shared.settings import values
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.settings.reader import Reader

_STAND_IN = "http on loopback, for a stand-in"


@dataclass(frozen=True, slots=True)
class RecordSettings:
    """What the operator decided for comparing with a provider.

    Attributes:
        payments: The settings of the webhook whose ledger it is.
        shopify_api: `SHOPIFY_API`: a stand-in of Shopify's API; None for the shop's own domain.
        paddle_api: `PADDLE_API`: a stand-in of Paddle's API; None for Paddle's own hosts.
    """

    payments: PaymentSettings
    shopify_api: str | None
    paddle_api: str | None

    @property
    def compared(self) -> tuple[str, ...]:
        """The providers with a key that reads their record."""
        chosen = self.payments.providers
        return tuple(
            name
            for name in PROVIDERS
            if name in chosen
            and chosen[name].api_key is not None
            and chosen[name].kind.can(Capability.RECORD)
        )


def read_record_settings(reader: Reader, *, required: bool = True) -> RecordSettings:
    """Return the settings that a comparison with a provider takes; nothing is verified in it.

    Args:
        reader: Reads them, and collects what is wrong.
        required: Whether there must be a provider.
    """
    return RecordSettings(
        payments=read_payment_settings(reader, required=required, signed=False),
        shopify_api=reader.optional("SHOPIFY_API", values.stand_in, _STAND_IN),
        paddle_api=reader.optional("PADDLE_API", values.stand_in, _STAND_IN),
    )
