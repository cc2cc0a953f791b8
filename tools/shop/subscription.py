"""A subscription that is paid every day: what it costs, who has it, and its invoices."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from tools.shop.bill import Bill
from tools.shop.order import shops_own_id
from tools.shop.shape import Shape
from tools.shop.visit import Visit

# The shortest there is: a trial and two renewals fit into the three days that GA4 looks back.
PERIOD_SECONDS: Final = 86_400


@dataclass(frozen=True)
class Subscription:
    """A subscription.

    Attributes:
        plan: What each period costs: one line.
        has_trial: Whether the first period is free.
        started_at: When the buyer signed up, in Unix seconds.
        key: Random text that all of its Stripe ids are made of.
        customer: The Stripe customer.
        email: The buyer's address.
        references: The shop's own metadata, as an order's.
        visit: What the page knew of the visit in which the buyer signed up.
        is_told_twice: Whether the shop also set `subscription_data.metadata`, which Stripe repeats
            on each invoice. Otherwise only the session has any.
        shape: The shape in which Stripe sends it.
    """

    plan: Bill
    has_trial: bool
    started_at: int
    key: str
    customer: str
    email: str
    references: Mapping[str, str]
    visit: Visit
    is_told_twice: bool
    shape: Shape

    @property
    def id(self) -> str:
        """Stripe's id of it."""
        return f"sub_1{self.key}"

    @property
    def session(self) -> str:
        """The id of the Checkout session in which it began."""
        return f"cs_test_b1{self.key}"

    @property
    def session_metadata(self) -> dict[str, str]:
        """What the shop gave Stripe with the session."""
        return {**self.references, **self.visit.metadata}

    @property
    def metadata(self) -> dict[str, str]:
        """What the subscription itself has, and each of its invoices."""
        return self.session_metadata if self.is_told_twice else {}

    def invoice(self, number: int) -> "Invoice":
        """The invoice of a period, 0 being the first."""
        is_free = self.has_trial and number == 0
        lines = tuple((0, quantity) for _, quantity in self.plan.items)
        terms = {field.name: getattr(self.plan, field.name) for field in fields(Bill)}
        if is_free:
            terms |= {"items": lines, "discount": 0}
        return Invoice(**terms, subscription=self, number=number)


@dataclass(frozen=True)
class Invoice(Bill):
    """The invoice of one period.

    Attributes:
        subscription: What it is for.
        number: Which period, from 0.
    """

    subscription: Subscription
    number: int

    @property
    def key(self) -> str:
        """Text that all of its Stripe ids are made of."""
        return f"{self.subscription.key[:-2]}{self.number:02}"

    @property
    def id(self) -> str:
        """Stripe's id of it."""
        return f"in_1{self.key}"

    @property
    def owner(self) -> str:
        """The invoice: the payment intent is its."""
        return self.id

    @property
    def payment_intent(self) -> str:
        """The id of its payment."""
        return f"pi_3{self.key}"

    @property
    def charge(self) -> str:
        """The id of its charge."""
        return f"ch_3{self.key}"

    @property
    def payment_metadata(self) -> Mapping[str, str]:
        """Nothing: Stripe copies no metadata from an invoice to its payment."""
        return {}

    @property
    def paid_at(self) -> int:
        """When it was paid."""
        return self.subscription.started_at + self.number * PERIOD_SECONDS

    @property
    def customer(self) -> str:
        """The Stripe customer."""
        return self.subscription.customer

    @property
    def email(self) -> str:
        """The buyer's address."""
        return self.subscription.email

    @property
    def shape(self) -> Shape:
        """The shape in which Stripe sends it."""
        return self.subscription.shape

    @property
    def is_renewal(self) -> bool:
        """Whether an earlier invoice was paid: the first payment after a trial is the start."""
        return self.number > self.subscription.has_trial

    @property
    def is_first(self) -> bool:
        """Whether the buyer was there, at the sign-up."""
        return self.number == 0

    @property
    def transaction_id(self) -> str:
        """The shop's own id is the first invoice's; every other has none but Stripe's."""
        given = shops_own_id(self.subscription.metadata) if self.is_first else None
        return given or self.id

    @property
    def client_id(self) -> str | None:
        """The subscriber's browser, where the page knew it."""
        return self.subscription.visit.client_id

    @property
    def session_id(self) -> str | None:
        """The session of the sign-up, for what was bought in it."""
        return self.subscription.visit.session_id if self.is_first else None
