"""What several of Stripe's objects have in common.

Every API version's shape is accepted; what a version lacks is simply absent. Amounts are minor
units. Sources: the types of the stripe package, 11.6.0 to 16.1.0.
"""

from collections.abc import Collection
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Final, Protocol, TypeVar

import msgspec

from shared.decoding import Expanded, Reference, id_of, read_tolerant
from shared.domain.conversion import Ignored
from shared.domain.event import Link
from shared.domain.money import Money
from shared.domain.refund import Returned
from shared.errors import UnusableError
from shared.faults import checked_by
from shared.providers.event import ProviderEvent
from shared.providers.minor_units import (
    Amount,
    check_minor,
    currency_code,
    major_units,
    money_of,
)

AT: Final = "data.object"
PREVIOUS: Final = "data.previous_attributes"
NOTHING: Final = msgspec.Raw(b"")

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Currency = Annotated[
    str,
    msgspec.Meta(
        description="an active ISO 4217 currency, e.g. eur", extra=checked_by(currency_code)
    ),
]
Minor = Annotated[
    int,
    msgspec.Meta(
        description="a whole number of minor units, e.g. 1250", extra=checked_by(check_minor)
    ),
]
"""An amount that is never negative."""


class _Named(Protocol):
    """An object of Stripe's, which says what it is."""

    @property
    def object(self) -> str: ...


T = TypeVar("T", bound=_Named)


def subject(event: ProviderEvent, shape: type[T], name: str) -> T:
    """Read the object of an event.

    Args:
        event: The provider's event.
        shape: What is read of the object.
        name: What Stripe calls such an object.

    Raises:
        UnusableError: It is another object, or a field of it is missing or of another type.
    """
    return paid_subject(event, shape, name, ())[0]


def paid_subject(
    event: ProviderEvent, shape: type[T], name: str, dispensable: Collection[str]
) -> tuple[T, tuple[str, ...]]:
    """Read the object of an event, without fields that are unreadable and no money.

    Args:
        event: The provider's event.
        shape: What is read of the object.
        name: What Stripe calls such an object.
        dispensable: Fields that never cost the payment.

    Returns:
        The object, and a note for each field that was left out. Raises as `subject`.
    """
    found, notes = read_tolerant(event.object, shape, dispensable, at=AT)
    if found.object != name:
        raise UnusableError(f"{AT}.object", f"not {name}")
    return found, notes


def payment_id(provider_id: str) -> str:
    """Return an id of Stripe's as `Conversion.payment_id`."""
    return f"stripe:{provider_id}"


def is_before(event: ProviderEvent, version: str) -> bool:
    """Return whether an event was made with an API version before another one.

    Args:
        event: The provider's event; one that says no version counts as of today.
        version: A date, as Stripe names its versions: 2025-03-31.
    """
    found = (event.api_version or "")[:10]
    return len(found) == len(version) and found < version


def ids(*references: Reference) -> tuple[str, ...]:
    """Return the ids among references, each once, in order."""
    return tuple(dict.fromkeys([found for each in references if (found := id_of(each))]))


def link_of(
    reason: str, invoice: Reference, *others: Reference, returned: Returned | None = None
) -> Link | Ignored:
    """Return that an invoice and other ids are one order's; nothing where fewer than two are named.

    Args:
        reason: Why it is no event.
        invoice: The invoice.
        others: What paid it, or went back.
        returned: What was returned with them.
    """
    orders = ids(invoice, *others)
    if not ids(invoice) or len(orders) == 1:
        return Ignored("names no two ids of one order")
    return Link(reason, orders=orders, returned=returned)


class HasCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """What an object says of its customer; an account can stand in the customer's place."""

    customer: Reference = None
    customer_account: str | None = None

    @property
    def customer_id(self) -> str | None:
        """The id of whichever it names."""
        return id_of(self.customer) or self.customer_account


class Product(Expanded, frozen=True):
    """A product, where it is expanded."""

    name: str | None = None
    metadata: msgspec.Raw = NOTHING


class Price(Expanded, frozen=True):
    """A price, or the plan that stood in its place; embedded before basil, expanded since."""

    product: str | Product | None = None
    metadata: msgspec.Raw = NOTHING


class ShippingCost(msgspec.Struct, frozen=True):
    """What shipping cost, tax included."""

    amount_total: int
    amount_tax: int = 0

    @property
    def net(self) -> int:
        """Without its tax: where tax is inclusive, `amount_shipping` still contains it."""
        return self.amount_total - self.amount_tax


class Portion(msgspec.Struct, frozen=True):
    """An amount of a list, such as one of several discounts."""

    amount: int


class Tax(msgspec.Struct, frozen=True):
    """One tax of an invoice or of a line.

    Attributes:
        tax_behavior: `inclusive` or `exclusive`, since 2025-03-31.basil.
        inclusive: The same, before.
    """

    amount: int
    tax_behavior: str | None = None
    inclusive: bool | None = None

    @property
    def is_inclusive(self) -> bool:
        """Whether the line's amount contains it."""
        return self.inclusive is True or self.tax_behavior == "inclusive"


class Coupon(Expanded, frozen=True):
    """A coupon, where it is expanded."""


class PromotionCode(Expanded, frozen=True):
    """A promotion code, where it is expanded.

    Attributes:
        code: What the customer typed in.
    """

    code: str | None = None


class CouponSource(msgspec.Struct, frozen=True):
    """Where a discount came from, since 2025-09-30.clover."""

    coupon: str | Coupon | None = None


class Discount(msgspec.Struct, frozen=True):
    """One discount of a session or an invoice."""

    coupon: str | Coupon | None = None
    promotion_code: str | PromotionCode | None = None
    source: CouponSource | None = None

    @property
    def name(self) -> str | None:
        """The customer's code where it is known, else the id of the code or the coupon."""
        promotion = self.promotion_code
        if isinstance(promotion, PromotionCode):
            return promotion.code or promotion.id
        coupon = self.coupon or (self.source and self.source.coupon)
        return promotion or (coupon.id if isinstance(coupon, Coupon) else coupon) or None


_MAX_SECONDS: Final = 253_402_300_799  # the end of year 9999, where datetime ends


def moment(seconds: int, path: str) -> datetime:
    """Return Unix seconds as UTC.

    Args:
        seconds: The time.
        path: Where it stands, for the error.

    Raises:
        UnusableError: It is beyond any calendar.
    """
    if not 0 <= seconds <= _MAX_SECONDS:
        raise UnusableError(path, "not Unix seconds")
    return datetime.fromtimestamp(seconds, UTC)


def known(text: str | None, values: frozenset[str]) -> str | None:
    """Return a value that Stripe documents, else `other`; None where there is none.

    What is sent on is one of a few words: never a text that somebody typed.

    Args:
        text: As Stripe sends it.
        values: Those it documents.
    """
    if not text:
        return None
    return text if text in values else "other"


def to_money(
    currency: str | None, total: Amount, tax: Amount | None = None, shipping: Amount | None = None
) -> Money:
    """Return what was paid, split into value, tax and shipping.

    Args:
        currency: As Stripe writes it.
        total: What was charged. This path and the next two begin at the event's object.
        tax: The part of it that is tax.
        shipping: The part of it that is shipping, without its tax.

    Raises:
        UnusableError: The total or the currency is missing, or an amount cannot be.
    """
    code = partial(currency_code, currency, f"{AT}.currency")
    return money_of(
        code, _of_object(total), tax and _of_object(tax), shipping and _of_object(shipping)
    )


def _of_object(amount: Amount) -> Amount:
    return Amount(amount.minor, f"{AT}.{amount.path}")


def released(minor: int, currency: str | None) -> Decimal | None:
    """Return what was authorised and not captured, in major units; None for nothing.

    Args:
        minor: How much, in minor units.
        currency: As Stripe writes it.

    Raises:
        UnusableError: The currency or the amount cannot be.
    """
    if not currency or minor <= 0:
        return None
    return major_units(minor, currency_code(currency, f"{AT}.currency"), f"{AT}.amount")
