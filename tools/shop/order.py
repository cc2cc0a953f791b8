"""One order: what it costs, who made it, and under which id the shop knows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from tools.shop.bill import Bill
from tools.shop.shape import Shape
from tools.shop.visit import Visit

_ID_KEYS: Final = ("ga_transaction_id", "order_id")


def shops_own_id(references: Mapping[str, str]) -> str | None:
    """The id of a sale that the shop gave it itself.

    Args:
        references: What the shop wrote into the metadata: `ga_transaction_id`, `order_id`, both
            or neither.
    """
    return next((references[name] for name in _ID_KEYS if name in references), None)


@dataclass(frozen=True)
class Order(Bill):
    """An order that is paid once.

    Attributes:
        placed_at: When, in Unix seconds.
        key: Random text that all of its Stripe ids are made of.
        customer: The Stripe customer; none for a guest.
        email: The buyer's address.
        references: The shop's own metadata: `ga_transaction_id`, `order_id`, both or neither.
        visit: What the page knew of the visit.
    """

    placed_at: int
    key: str
    customer: str | None
    email: str
    references: Mapping[str, str]
    visit: Visit

    is_renewal: ClassVar = False
    shape: ClassVar = Shape.SINCE_BASIL

    @property
    def payment_intent(self) -> str:
        """The id that session, intent and charge have in common."""
        return f"pi_3{self.key}"

    @property
    def charge(self) -> str:
        """The id of its charge."""
        return f"ch_3{self.key}"

    @property
    def session(self) -> str:
        """The id of its Checkout session."""
        return f"cs_test_a1{self.key}"

    @property
    def owner(self) -> str:
        """The session: the payment intent is its."""
        return self.session

    @property
    def paid_at(self) -> int:
        """When the buyer placed it."""
        return self.placed_at

    @property
    def metadata(self) -> dict[str, str]:
        """What the shop gives Stripe with the order."""
        return {**self.references, **self.visit.metadata}

    @property
    def payment_metadata(self) -> Mapping[str, str]:
        """The same: the shop sets it in `payment_intent_data` as well."""
        return self.metadata

    @property
    def transaction_id(self) -> str:
        """The id that GA4 has to show."""
        return shops_own_id(self.references) or self.payment_intent

    @property
    def client_id(self) -> str | None:
        """The buyer's browser, where the page knew it."""
        return self.visit.client_id

    @property
    def session_id(self) -> str | None:
        """The buyer's session, where the page knew it."""
        return self.visit.session_id
