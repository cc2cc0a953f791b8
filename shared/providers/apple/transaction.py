"""A transaction, and what it cost: Apple writes thousandths of the currency's unit."""

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated, Final

import msgspec

from shared.decoding import read, read_tolerant
from shared.domain.money import Money, currency_code
from shared.domain.timestamps import from_unix_millis
from shared.errors import NoAmountError, UnusableError
from shared.faults import checked_by
from shared.providers.apple.notification import Millis
from shared.providers.event import ProviderEvent
from shared.providers.minor_units import ISO_4217, MAX_MINOR_UNITS

AT: Final = "data.signedTransactionInfo"
_THOUSANDTHS: Final = 3
_WHOLE: Final = 100_000  # thousandths of a percent
_IN_PART: Final = "REFUND_PRORATED"

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Milliunits = Annotated[
    int,
    msgspec.Meta(
        ge=0,
        le=MAX_MINOR_UNITS,
        description="a whole number of thousandths, not negative, e.g. 9990",
    ),
]
Currency = Annotated[
    str,
    msgspec.Meta(description="an ISO 4217 currency, e.g. EUR", extra=checked_by(currency_code)),
]


class Transaction(msgspec.Struct, frozen=True, rename="camel"):
    """A `JWSTransactionDecodedPayload`, as far as money is read from it.

    Source: the models of `app-store-server-library` 3.1.2.
    """

    transaction_id: Id
    original_transaction_id: Id | None = None
    product_id: str | None = None
    purchase_date: Millis | None = None
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10**6)] | None = None
    app_account_token: Id | None = None
    in_app_ownership_type: str | None = None
    offer_discount_type: str | None = None
    price: Milliunits | None = None
    currency: Currency | None = None
    revocation_date: Millis | None = None
    revocation_type: str | None = None
    revocation_percentage: Annotated[int, msgspec.Meta(ge=0, le=_WHOLE)] | None = None

    @property
    def count(self) -> int:
        """How many were bought."""
        return 1 if self.quantity is None else self.quantity


class _Object(msgspec.Struct, frozen=True, rename="camel"):
    subtype: str | None = None
    transaction_info: msgspec.Raw = msgspec.Raw(b"null")


# What can be left out when it cannot be read: the money is certain without it.
_DISPENSABLE: Final = (
    "appAccountToken",
    "inAppOwnershipType",
    "originalTransactionId",
    "productId",
    "purchaseDate",
    "revocationDate",
)


def transaction_of(event: ProviderEvent) -> tuple[Transaction, tuple[str, ...]]:
    """Return the transaction of a notification, and notes on what in it could not be read.

    Raises:
        UnusableError: There is none, or a field that is needed cannot be read.
    """
    raw = read(event.object, _Object).transaction_info
    if bytes(raw) == b"null":
        raise UnusableError(AT, "missing")
    return read_tolerant(raw, Transaction, _DISPENSABLE, at=AT)


def subtype_of(event: ProviderEvent) -> str | None:
    """Return what a notification says more exactly than by its type."""
    return read(event.object, _Object).subtype


def money_of_all(transaction: Transaction) -> Money:
    """Return what a transaction cost, gross: Apple says no tax, and its commission is in it.

    `price` is what was set for one in App Store Connect, so it is taken as many times as was
    bought. Apple's documentation does not say so.

    Raises:
        NoAmountError: Apple does not say the price or the currency.
    """
    if transaction.price is None or transaction.currency is None:
        name = "price" if transaction.price is None else "currency"
        raise NoAmountError(f"{AT}.{name}: Apple does not say it")
    code = currency_code(transaction.currency, f"{AT}.currency")
    thousandths = Decimal(transaction.price) * transaction.count
    return Money(code, _plain(thousandths.scaleb(-_THOUSANDTHS), code))


def money_back(transaction: Transaction) -> Money:
    """Return what was refunded: all of it, or the part that Apple says.

    Raises:
        NoAmountError: As `money_of_all`; or Apple says that it is a part, and not which.
    """
    whole = money_of_all(transaction)
    percentage = transaction.revocation_percentage
    if percentage is None:
        if transaction.revocation_type == _IN_PART:
            raise NoAmountError(f"{AT}.revocationPercentage: Apple does not say how large a part")
        return whole
    unit = Decimal(1).scaleb(-ISO_4217.digits(whole.currency))
    part = (whole.total * percentage / _WHOLE).quantize(unit, ROUND_HALF_EVEN)
    return Money(whole.currency, whole.total if percentage == _WHOLE else part)


def happened_at(millis: int | None, event: ProviderEvent) -> datetime:
    """Return a time of a transaction: not after its notification."""
    return event.created_at if millis is None else min(from_unix_millis(millis), event.created_at)


def _plain(amount: Decimal, currency: str) -> Decimal:
    """Return an amount with the currency's digits, and with more where it has more."""
    short = amount.quantize(Decimal(1).scaleb(-ISO_4217.digits(currency)), ROUND_HALF_EVEN)
    return short if short == amount else amount
