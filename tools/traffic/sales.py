"""What was sold: orders that are paid once, and subscriptions with their invoices."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

from tools.traffic.bill import Bill


class Shape(StrEnum):
    """A version of Stripe's API that an endpoint of the shop is pinned to.

    In March 2025 (basil) an invoice lost the ids of its payment, and a payment those of its
    invoice. The shop has an old endpoint and a new one.
    """

    BEFORE_BASIL = "2024-12-18.acacia"
    SINCE_BASIL = "2026-08-26.dahlia"


@dataclass(frozen=True)
class Visit:
    """What has to reach GA4, and what the shop wrote into the metadata so that it can.

    Attributes:
        client_id: The browser, where the page knew it.
        session_id: The session, where the page knew it.
        metadata: The `ga_*` keys.
    """

    client_id: str | None
    session_id: str | None
    metadata: Mapping[str, str]


UNKNOWN = Visit(client_id=None, session_id=None, metadata={})
"""A buyer whose browser said nothing: a phone order, a blocked tag."""


def plain_visit(client_id: str, session_id: int, captured_at: int, consent: str) -> Visit:
    """A visit written down value by value."""
    return Visit(
        client_id=client_id,
        session_id=str(session_id),
        metadata={
            "ga_client_id": client_id,
            "ga_session_id": str(session_id),
            "ga_session_number": "3",
            "ga_consent_analytics": "granted",
            "ga_consent_ad_user_data": consent,
            "ga_consent_ad_personalization": consent,
            "ga_user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101",
            "ga_page_location": "https://shop.example.com/checkout",
            "ga_captured_at": str(captured_at),
        },
    )


def cookie_visit(client_id: str, session_id: int, captured_at: int) -> Visit:
    """A visit handed over as the raw values of the two cookies."""
    session_cookie = f"GS2.1.s{session_id}$o2$g1$t{captured_at}$j42$l0$h0"
    return Visit(
        client_id=client_id,
        session_id=str(session_id),
        metadata={
            "ga_cookie": f"GA1.1.{client_id}",
            "ga_session_cookie": session_cookie,
            "ga_captured_at": str(captured_at),
        },
    )


def client_visit(client_id: str) -> Visit:
    """A visit of which only the browser is known."""
    return Visit(client_id=client_id, session_id=None, metadata={"ga_client_id": client_id})


_ID_KEYS: Final = ("ga_transaction_id", "order_id")


def shops_own_id(references: Mapping[str, str]) -> str | None:
    """The id of a sale that the shop gave it itself.

    Args:
        references: What the shop wrote into the metadata: `ga_transaction_id`, `order_id`, both
            or neither.
    """
    return next((references[name] for name in _ID_KEYS if name in references), None)


@dataclass(frozen=True)
class _Payment(Bill):
    """A bill that was paid, once.

    Attributes:
        paid_at: When, in Unix seconds.
        key: Text that all of its Stripe ids are made of.
        customer: The Stripe customer; none for a guest.
        email: The buyer's address.
        visit: What the page knew of the visit in which the buyer came.
        shape: The shape in which Stripe sends it.
    """

    paid_at: int
    key: str
    customer: str | None
    email: str
    visit: Visit
    shape: Shape

    @property
    def payment_intent(self) -> str:
        """The id that session or invoice, intent and charge have in common."""
        return f"pi_3{self.key}"

    @property
    def charge(self) -> str:
        """The id of its charge."""
        return f"ch_3{self.key}"

    @property
    def client_id(self) -> str | None:
        """The buyer's browser, where the page knew it."""
        return self.visit.client_id


@dataclass(frozen=True)
class Order(_Payment):
    """An order that is paid once, or one payment of a subscription at another provider.

    Attributes:
        references: The shop's own metadata: `ga_transaction_id`, `order_id`, both or neither.
        payment: Another provider's id of the payment. None: Stripe's payment intent.
        is_renewal: Whether a subscription went on by it.
    """

    references: Mapping[str, str]
    payment: str | None = None
    is_renewal: bool = False

    @property
    def session(self) -> str:
        """The id of its Checkout session."""
        return f"cs_test_a1{self.key}"

    @property
    def owner(self) -> str:
        """The session: the payment intent is its."""
        return self.session

    @property
    def metadata(self) -> dict[str, str]:
        """What the shop gives Stripe with the order, and in `payment_intent_data` as well."""
        return {**self.references, **self.visit.metadata}

    @property
    def payment_metadata(self) -> Mapping[str, str]:
        """What stands in the metadata of intent and charge: the same."""
        return self.metadata

    @property
    def transaction_id(self) -> str:
        """The id that GA4 has to show."""
        return shops_own_id(self.references) or self.payment or self.payment_intent

    @property
    def session_id(self) -> str | None:
        """The buyer's session, where there was one and the page knew it."""
        return None if self.is_renewal else self.visit.session_id


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
        is_repeated: Whether the shop also set `subscription_data.metadata`, which Stripe repeats
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
    is_repeated: bool
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
        return self.session_metadata if self.is_repeated else {}

    def invoice(self, number: int) -> "Invoice":
        """The invoice of a period, 0 being the first."""
        is_free = self.has_trial and number == 0
        lines = tuple((0, quantity) for _, quantity in self.plan.items)
        terms = {field.name: getattr(self.plan, field.name) for field in fields(Bill)}
        if is_free:
            terms |= {"items": lines, "discount": 0}
        return Invoice(
            **terms,
            paid_at=self.started_at + number * PERIOD_SECONDS,
            key=f"{self.key[:-2]}{number:02}",
            customer=self.customer,
            email=self.email,
            visit=self.visit,
            shape=self.shape,
            subscription=self,
            number=number,
        )


@dataclass(frozen=True)
class Invoice(_Payment):
    """The invoice of one period.

    Attributes:
        subscription: What it is for.
        number: Which period, from 0.
    """

    subscription: Subscription
    number: int

    @property
    def id(self) -> str:
        """Stripe's id of it."""
        return f"in_1{self.key}"

    @property
    def owner(self) -> str:
        """The invoice: the payment intent is its."""
        return self.id

    @property
    def payment_metadata(self) -> Mapping[str, str]:
        """Nothing: Stripe copies no metadata from an invoice to its payment."""
        return {}

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
    def session_id(self) -> str | None:
        """The session of the sign-up, for what was bought in it."""
        return self.visit.session_id if self.is_first else None


Sale = Order | Invoice
"""Anything that was paid, once."""
