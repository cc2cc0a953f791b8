"""Orders as their buyers lived them: what was paid and paid back, and all Stripe says about it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Final

from hypothesis import strategies as st

from tests.providers.stripe.shapes import (
    charge,
    invoice_payment,
    new_invoice,
    old_invoice,
    refund,
    subscription,
)
from tests.support.stripe_json import Json, checkout_session, event, payment_intent

# Decimals of the minor unit, and what amounts are multiples of: Stripe's fils always end in 0.
DECIMALS: Final[Mapping[str, tuple[int, int]]] = {"eur": (2, 1), "jpy": (0, 1), "kwd": (3, 10)}


@dataclass(frozen=True)
class Payment:
    """One payment, as it is at the provider.

    Attributes:
        transaction_id: What GA4 shall know it by.
        currency: Capitals.
        value: Without tax and shipping, major units.
        tax: None where the provider is not told.
        shipping: The same.
        refunds: What each refund paid back, gross, by its id.
    """

    transaction_id: str
    currency: str
    value: Decimal
    tax: Decimal | None
    shipping: Decimal | None
    refunds: Mapping[str, Decimal]

    @property
    def total(self) -> Decimal:
        """What was charged."""
        return self.value + (self.tax or 0) + (self.shipping or 0)


@dataclass
class Story:
    """Some payments, and every event about them.

    Attributes:
        payments: What happened.
        events: What Stripe says about it, in no order.
    """

    payments: list[Payment] = field(default_factory=list)
    events: list[Json] = field(default_factory=list)


@dataclass(frozen=True)
class Parts:
    """The parts of an amount, in minor units; shipping has its own tax."""

    net: int
    tax: int
    shipping: int
    shipping_tax: int

    @property
    def taxes(self) -> int:
        """All of the tax."""
        return self.tax + self.shipping_tax

    @property
    def total(self) -> int:
        """All of it."""
        return self.net + self.taxes + self.shipping


@st.composite
def stories(draw: st.DrawFn, *, refunds: bool) -> Story:
    """Return one or two orders: one-off checkouts, subscriptions with renewals, own intents.

    Args:
        draw: Hypothesis's.
        refunds: Whether anything is paid back.
    """
    story = Story()
    account = draw(st.sampled_from([None, "acct_1"]))
    kinds = draw(st.lists(st.sampled_from([_checkout, _subscription, _intent]), max_size=2))
    for number, kind in enumerate(kinds or [_checkout]):
        currency = draw(st.sampled_from(sorted(DECIMALS)))
        for subject, name in kind(draw, story, currency, f"{number}", refunds=refunds):
            fields: Json = {} if account is None else {"account": account}
            story.events.append(event(subject, name, id=f"evt_{len(story.events)}", **fields))
    return story


def _checkout(
    draw: st.DrawFn, story: Story, currency: str, name: str, *, refunds: bool
) -> Iterator[tuple[Json, str]]:
    parts = draw(_parts(currency))
    intent, order = f"pi_{name}", draw(st.sampled_from([None, f"ORD-{name}"]))
    session = checkout_session(
        id=f"cs_{name}",
        payment_intent=intent,
        currency=currency,
        amount_total=parts.total,
        total_details={"amount_tax": parts.taxes, "amount_shipping": parts.shipping},
        shipping_cost=_shipping_cost(parts),
        metadata={} if order is None else {"order_id": order},
    )
    if draw(st.booleans()):
        yield session, "checkout.session.completed"
    else:
        yield {**session, "payment_status": "unpaid"}, "checkout.session.completed"
        yield session, "checkout.session.async_payment_succeeded"
    owner = {"payment_details": {"order_reference": f"cs_{name}"}}
    yield from _intent_events(name, currency, parts.total, owner)
    payment = _payment(draw, order or intent, currency, parts, name, refunds=refunds)
    story.payments.append(payment)
    yield from _refund_events(draw, payment, name, currency)


def _intent(
    draw: st.DrawFn, story: Story, currency: str, name: str, *, refunds: bool
) -> Iterator[tuple[Json, str]]:
    parts = draw(_parts(currency))
    given = draw(st.booleans())
    details = {"tax": {"total_tax_amount": parts.taxes}, "shipping": {"amount": parts.shipping}}
    yield from _intent_events(
        name, currency, parts.total, {"amount_details": details} if given else {}
    )
    payment = _payment(draw, f"pi_{name}", currency, parts, name, refunds=refunds, given=given)
    story.payments.append(payment)
    yield from _refund_events(draw, payment, name, currency)


def _subscription(
    draw: st.DrawFn, story: Story, currency: str, name: str, *, refunds: bool
) -> Iterator[tuple[Json, str]]:
    make = draw(st.sampled_from([old_invoice, new_invoice]))
    sub = f"sub_{name}"
    if draw(st.booleans()):
        session = checkout_session(
            id=f"cs_{name}",
            mode="subscription",
            payment_intent=None,
            subscription=sub,
            invoice=f"in_{name}_0",
            currency=currency,
        )
        yield session, "checkout.session.completed"
    yield subscription(id=sub, status="incomplete", metadata={}), "customer.subscription.created"
    if draw(st.booleans()):
        trial: Json = {"total": 0, "amount_paid": 0, "tax": 0, "total_taxes": []}
        yield make(id=f"in_{name}_t", subscription=sub, currency=currency, **trial), "invoice.paid"
    for number in range(draw(st.integers(1, 3))):
        paid = f"{name}_{number}"
        parts = draw(_parts(currency))
        subject = make(
            id=f"in_{paid}",
            billing_reason="subscription_cycle" if number else "subscription_create",
            currency=currency,
            total=parts.total,
            amount_paid=parts.total,
            shipping_cost=_shipping_cost(parts),
            lines=None,
            **_shaped(make, sub, paid, parts),
        )
        yield subject, "invoice.paid"
        yield subject, "invoice.payment_succeeded"
        yield _invoice_payment(paid, parts.total), "invoice_payment.paid"
        owner = (
            {"invoice": f"in_{paid}"}
            if make is old_invoice
            else {"payment_details": {"order_reference": f"in_{paid}"}}
        )
        yield from _intent_events(paid, currency, parts.total, owner)
        payment = _payment(draw, f"in_{paid}", currency, parts, paid, refunds=refunds)
        story.payments.append(payment)
        yield from _refund_events(draw, payment, paid, currency)


def _shaped(make: object, sub: str, paid: str, parts: Parts) -> Json:
    """Return the fields of an invoice that moved in basil."""
    if make is old_invoice:
        return {
            "subscription": sub,
            "subscription_details": {"metadata": {}},
            "payment_intent": f"pi_{paid}",
            "charge": f"ch_{paid}",
            "tax": parts.taxes,
            "total_tax_amounts": [
                {"amount": parts.tax, "inclusive": False},
                {"amount": parts.shipping_tax, "inclusive": True},
            ],
        }
    details = {"subscription": sub, "metadata": {}}
    return {
        "parent": {"type": "subscription_details", "subscription_details": details},
        "total_taxes": [
            {"amount": parts.tax, "tax_behavior": "exclusive"},
            {"amount": parts.shipping_tax, "tax_behavior": "inclusive"},
        ],
    }


def _invoice_payment(paid: str, total: int) -> Json:
    return invoice_payment(
        id=f"inpay_{paid}",
        invoice=f"in_{paid}",
        amount_paid=total,
        payment={"type": "payment_intent", "payment_intent": f"pi_{paid}"},
    )


def _intent_events(name: str, currency: str, total: int, owner: Json) -> Iterator[tuple[Json, str]]:
    intent = payment_intent(
        id=f"pi_{name}",
        amount=total,
        amount_received=total,
        currency=currency,
        latest_charge=f"ch_{name}",
        **owner,
    )
    paid_by = charge(
        id=f"ch_{name}",
        payment_intent=f"pi_{name}",
        amount=total,
        amount_captured=total,
        currency=currency,
    )
    yield intent, "payment_intent.succeeded"
    yield paid_by, "charge.succeeded"


def _refund_events(
    draw: st.DrawFn, payment: Payment, name: str, currency: str
) -> Iterator[tuple[Json, str]]:
    decimals, _ = DECIMALS[currency]
    for refund_id, amount in payment.refunds.items():
        whole: Json = refund(
            id=refund_id,
            payment_intent=f"pi_{name}",
            charge=draw(st.sampled_from([f"ch_{name}", None])),
            amount=int(amount.scaleb(decimals)),
            currency=currency,
        )
        status = draw(st.sampled_from(["succeeded", "pending"]))
        yield {**whole, "status": status}, "refund.created"
        if status == "pending" or draw(st.booleans()):
            yield whole, "refund.updated"
        yield charge(id=f"ch_{name}", payment_intent=f"pi_{name}"), "charge.refunded"


def _payment(  # noqa: PLR0913 - what was paid, and what of it went back
    draw: st.DrawFn,
    transaction_id: str,
    currency: str,
    parts: Parts,
    name: str,
    *,
    refunds: bool,
    given: bool = True,
) -> Payment:
    decimals, _ = DECIMALS[currency]

    def major(minor: int) -> Decimal:
        return Decimal(minor).scaleb(-decimals)

    split = draw(_splits(parts.total)) if refunds else []
    # Without a shipping cost an invoice says nothing of shipping, and nothing is 0.
    return Payment(
        transaction_id,
        currency.upper(),
        major(parts.net if given else parts.total),
        major(parts.taxes) if given else None,
        major(parts.shipping) if given else None,
        {f"re_{name}_{at}": major(amount) for at, amount in enumerate(split)},
    )


def _shipping_cost(parts: Parts) -> Json:
    return {"amount_total": parts.shipping + parts.shipping_tax, "amount_tax": parts.shipping_tax}


def _parts(currency: str) -> st.SearchStrategy[Parts]:
    _, step = DECIMALS[currency]
    # Small ones, where rounding is everything, as often as large ones.
    amounts = (st.integers(0, 5) | st.integers(0, 10**6)).map(lambda n: n * step)
    return st.builds(Parts, amounts.map(lambda n: n + step), amounts, amounts, amounts)


@st.composite
def _splits(draw: st.DrawFn, total: int) -> list[int]:
    """Return up to four amounts, nearly always of the whole: only then shares must sum to it."""
    # Of three and more the remainders can go astray.
    count = min(draw(st.sampled_from([1, 2, 3, 3, 4, 4])), total)
    cuts: set[int] = set()
    if count > 1:
        cuts = draw(st.sets(st.integers(1, total - 1), min_size=count - 1, max_size=count - 1))
    edges = [0, *sorted(cuts), total]
    split = [after - before for before, after in pairwise(edges)]
    return split[: draw(st.sampled_from([len(split)] * 4 + [max(1, len(split) - 1)]))]
