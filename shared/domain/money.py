"""Money of a conversion: exact, in major units, never a float."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Money:
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
