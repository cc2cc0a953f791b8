"""What a CRM knows of a customer that GA4 may know too."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from shared.domain.money import currency_code
from shared.domain.notes import Notes
from shared.domain.param import DecimalParam, Param
from shared.enrichment.cost import Row, decimal_of
from shared.errors import UnusableError

_LONGEST: Final = 36  # of a user property's value


class Customer(msgspec.Struct, frozen=True):
    """One customer.

    Attributes:
        segment: The CRM's word for the kind of customer.
        lifetime_value: What they are worth, major units; None where unknown.
        currency: Of the lifetime value.
    """

    segment: str | None = None
    lifetime_value: Decimal | None = None
    currency: str | None = None

    @property
    def user_properties(self) -> dict[str, Param]:
        """What GA4 gets of the user; a value without its currency is not sent."""
        properties: dict[str, Param] = {}
        if self.segment is not None:
            properties["segment"] = self.segment
        if self.lifetime_value is not None and self.currency is not None:
            properties["lifetime_value"] = DecimalParam(self.lifetime_value)
            properties["lifetime_value_currency"] = self.currency
        return properties


def customer_of(rows: Sequence[Row], notes: Notes) -> Customer:
    """Return what the first of a customer's rows says.

    Args:
        rows: With `segment`, `lifetime_value` and `currency`; each may be absent.
        notes: The event's; each field that is left out is named, never its value.
    """
    if not rows:
        return Customer()
    row = rows[0]
    segment = row.get("segment", "").strip() or None
    if segment is not None and len(segment) > _LONGEST:
        notes.add("customers.segment", f"longer than {_LONGEST}")
        segment = None
    text = row.get("lifetime_value", "").strip()
    value = decimal_of(text) if text else None
    if text and value is None:
        notes.add("customers.lifetime_value", "not a number")
    currency = None
    try:
        currency = currency_code(row.get("currency", "").strip() or None, "customers.currency")
    except UnusableError as error:
        if value is not None:
            notes.add(error.path, error.problem)
    return Customer(segment, value, currency)
