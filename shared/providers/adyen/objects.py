"""The shape of Adyen's items, as far as money is read from them, and Adyen's minor units."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from shared.domain.money import CURRENCIES as ALL
from shared.faults import checked_by
from shared.providers.adyen.items import NOTHING
from shared.providers.minor_units import Exponents, known_currency

AT: Final = "NotificationRequestItem"

# "Currency codes and minor units" of Adyen's documentation. Four differ from ISO 4217: CLP and ISK
# have two digits, CVE and IDR none.
EXPONENTS: Final = Exponents(
    zero=frozenset("CVE DJF GNF IDR JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split()),
    three=frozenset("BHD IQD JOD KWD LYD OMR TND".split()),
)
# Not in Adyen's table, and not of two digits by ISO.
CURRENCIES: Final = ALL - {"BIF", "CLF"}


def currency_of(text: str | None, path: str) -> str:
    """Return a currency of Adyen's: see `known_currency`."""
    return known_currency(text, path, CURRENCIES, "Adyen")


Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Minor = Annotated[int, msgspec.Meta(description="a whole number of minor units, e.g. 1250")]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Currency = Annotated[
    str, msgspec.Meta(description="an ISO 4217 currency, e.g. EUR", extra=checked_by(currency_of))
]


class Amount(msgspec.Struct, frozen=True):
    """How much; tax and shipping are in it, and nothing says how much they are."""

    value: Minor
    currency: Currency


class Item(msgspec.Struct, frozen=True, rename="camel"):
    """A `NotificationRequestItem`.

    Attributes:
        psp_reference: Adyen's id of the payment, or of the modification that this is.
        original_reference: Of a modification: the payment's.
        merchant_reference: The shop's own.
        additional_data: Texts by name. None of it is signed.
    """

    psp_reference: Id
    event_code: Id
    event_date: Moment
    success: str | bool | None = None
    original_reference: str | None = None
    merchant_reference: str | None = None
    amount: Amount | None = None
    additional_data: msgspec.Raw = NOTHING
