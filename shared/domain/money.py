"""Money of a conversion: exact, in major units, never a float; and the currencies there are."""

from decimal import Decimal
from typing import Final

import msgspec

from shared.errors import UnusableError


class Money(msgspec.Struct, frozen=True):
    """What was paid, in major units of one currency.

    Attributes:
        currency: ISO 4217, three capitals.
        total: What the customer was charged, tax and shipping included.
        tax: The part of `total` that is tax; None where the provider did not say.
        shipping: The part of `total` that is shipping, without its tax; None where unknown.
    """

    currency: str
    total: Decimal
    tax: Decimal | None = None
    shipping: Decimal | None = None

    @property
    def net(self) -> Decimal:
        """Total less tax and shipping: GA4's `value`.

        By subtraction, so that inclusive and exclusive tax come out alike
        (reference "Recommended events": do not include shipping or tax in `value`).
        """
        return self.total - (self.tax or Decimal(0)) - (self.shipping or Decimal(0))


# ISO 4217's active codes. A code outside it has no known exponent, and a guess would be a guess
# at money: docs/decisions/0005-unknown-currencies.md.
CURRENCIES: Final = frozenset(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP
    BYN BZD CAD CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP
    GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS
    KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR
    MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF
    SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN STD SVC SYP SZL THB TJS TMT TND TOP TRY TTD
    TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)


def currency_code(text: str | None, path: str) -> str:
    """Return the ISO 4217 code in capitals.

    Args:
        text: The code as the sender writes it, in any case.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is missing, or no active currency.
    """
    if text is None:
        raise UnusableError(path, "missing")
    code = text.upper()
    if not text.isascii() or code not in CURRENCIES:
        raise UnusableError(path, "not an active ISO 4217 currency")
    return code
