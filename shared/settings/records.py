"""The settings that compare the ledger with the providers' own records."""

from collections.abc import Mapping
from typing import Final

import msgspec

from shared.providers.provider import Capability
from shared.providers.registry import PROVIDERS
from shared.settings import values
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.settings.reader import Reader

STAND_INS: Final[Mapping[str, str]] = {
    "chargebee": "CHARGEBEE_API",
    "paddle": "PADDLE_API",
    "revenuecat": "REVENUECAT_API",
    "shopify": "SHOPIFY_API",
    "woocommerce": "WOOCOMMERCE_API",
}
"""APIs that only a comparison asks → the setting that names a stand-in on loopback."""

RECORDED: Final = tuple(name for name, kind in PROVIDERS.items() if kind.can(Capability.RECORD))
"""The providers whose record can be compared."""

_EXPECTED: Final = "http on loopback, for a stand-in"


class RecordSettings(msgspec.Struct, frozen=True):
    """What the operator decided for comparing with a provider.

    Attributes:
        payments: The settings of the webhook whose ledger it is.
        stand_ins: Where a provider's API is asked instead of at its own host.
    """

    payments: PaymentSettings
    stand_ins: Mapping[str, str]

    @property
    def compared(self) -> tuple[str, ...]:
        """The providers with a key that reads their record."""
        chosen = self.payments.providers
        return tuple(
            name for name in RECORDED if name in chosen and chosen[name].api_key is not None
        )


def read_record_settings(reader: Reader, *, required: bool = True) -> RecordSettings:
    """Return the settings that a comparison with a provider takes; nothing is verified in it.

    Args:
        reader: Reads them, and collects what is wrong.
        required: Whether there must be a provider.
    """
    payments = read_payment_settings(reader, required=required, signed=False)
    found = {
        name: reader.optional(setting, values.stand_in, _EXPECTED)
        for name, setting in STAND_INS.items()
    }
    stand_ins = {name: url for name, url in found.items() if url is not None}
    return RecordSettings(payments, stand_ins)
