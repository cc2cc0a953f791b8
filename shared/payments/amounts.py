"""Minor units to major ones, by the provider's table and no other.

The exponents are Stripe's ("Supported currencies"), not ISO 4217's: Stripe writes ISK and UGX
with two decimals where ISO says none, so deriving them from ISO would make sums a hundredfold.
"""

from decimal import Decimal
from typing import Final

from shared.errors import UnusableError

ZERO_DECIMAL: Final = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()
)
THREE_DECIMAL: Final = frozenset("BHD JOD KWD OMR TND".split())

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

# Stripe takes eight digits in most currencies and twelve in the smallest; beyond is a mistake.
MAX_MINOR_UNITS: Final = 10**12


def currency_code(text: str | None, path: str) -> str:
    """Return the ISO 4217 code in capitals.

    Args:
        text: The code as the provider writes it, in any case.
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


def major_units(minor: int, currency: str, path: str) -> Decimal:
    """Return an amount of minor units in major ones, exactly.

    Args:
        minor: The amount, e.g. cents.
        currency: ISO 4217, capitals.
        path: Where the amount stands, for the error.

    Raises:
        UnusableError: The amount is negative or larger than any payment.
    """
    if minor < 0:
        raise UnusableError(path, "negative")
    if minor > MAX_MINOR_UNITS:
        raise UnusableError(path, f"more than {MAX_MINOR_UNITS} minor units")
    if currency in ZERO_DECIMAL:
        return Decimal(minor)
    return Decimal(minor).scaleb(-3 if currency in THREE_DECIMAL else -2)
