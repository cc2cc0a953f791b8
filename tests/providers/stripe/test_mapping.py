"""Which of Stripe's events are money: an allow-list, and nothing beyond it."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import Event

from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.domain.event import DomainEvent
from shared.domain.item import Item
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.providers.minor_units import THREE_DECIMAL
from shared.providers.stripe import map_event, parse
from shared.providers.stripe.mapping import MEANINGS
from tests.providers.stripe.shapes import (
    EVERYTHING,
    charge,
    credit_note,
    dispute,
    invoice_payment,
    new_invoice,
    old_invoice,
    refund,
    subscription,
)
from tests.support.places import beside
from tests.support.strategies import JSON
from tests.support.stripe_json import (
    Json,
    checkout_session,
    event,
    payment_intent,
    thin_event,
    verified,
)

# Every type Stripe's own library knows, of API version 2026-10-28.endive.
TYPES: tuple[str, ...] = get_args(Event.__annotations__["type"])
WORD = re.compile("[A-Za-z_., |]*")
MEANING_TYPES = [
    "application_fee.refunded",
    "charge.captured",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.refunded",
    "charge.succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "credit_note.created",
    "credit_note.voided",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
    "invoice.paid",
    "invoice.payment_failed",
    "invoice_payment.paid",
    "payment_intent.canceled",
    "payment_intent.succeeded",
    "refund.created",
    "refund.failed",
    "refund.updated",
]
# What an object of each kind stands in.
PREFIXES: dict[str, str | tuple[str, ...]] = {
    "charge": ("charge.succeeded", "charge.captured"),
    "checkout.session": "checkout.",
    "credit_note": "credit_note.",
    "dispute": "charge.dispute.",
    "invoice": "invoice.",
    "invoice_payment": "invoice_payment.",
    "payment_intent": "payment_intent.",
    "refund": "refund.",
    "subscription": "customer.",
}
# Worth a word even where it is about no money: an inquiry may be about nothing.
FREE = {Kind.DISPUTE_OPENED}
OBJECTS = (
    checkout_session(line_items={"data": [{"amount_total": 1800}]}),
    payment_intent(amount_details={"line_items": {"data": [{"unit_cost": 2000}]}}),
    old_invoice(),
    new_invoice(),
    refund(),
    subscription(),
    dispute(status="lost"),
    charge(),
    credit_note(),
    invoice_payment(),
)


def converted(envelope: Json) -> DomainEvent:
    """Return what an event means where payment intents are taken too."""
    (notification,) = parse(verified(envelope))
    return map_event(notification, EVERYTHING)


def test_the_allow_list_is_this_and_all_of_it_exists() -> None:
    """A type that is misspelt would never come."""
    assert sorted(MEANINGS) == MEANING_TYPES
    assert set(MEANING_TYPES) < set(TYPES)
    assert len(TYPES) > 250


@pytest.mark.parametrize("subject", OBJECTS, ids=lambda subject: subject["id"])
def test_no_other_type_ever_makes_a_conversion(subject: Json) -> None:
    """Not even around an object that would be money: seven events tell of one payment."""
    others = set(TYPES) - set(MEANING_TYPES)
    expected = dict.fromkeys(others, Ignored("event type is not the source of any money"))

    assert {kind: converted(event(subject, kind)) for kind in others} == expected


@pytest.mark.parametrize("kind", ["checkout.session.completed ", "CHECKOUT.SESSION.COMPLETED"])
def test_a_type_nobody_knows_makes_none_either(kind: str) -> None:
    """Types are compared to the letter."""
    assert isinstance(converted(event(checkout_session(), kind)), Ignored)


@pytest.mark.parametrize(
    "kind", ["v1.checkout.session.completed", "v1.payment_intent.succeeded", "v2.core.x"]
)
def test_a_thin_event_carries_no_money(kind: str) -> None:
    """Its money would have to be fetched."""
    assert converted(thin_event(kind)) == Ignored("thin event: it carries no money")


def texts(value: object) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def assert_holds_items(items: tuple[Item, ...], money: Money) -> None:
    """Each item has a name or an id, and a price and a quantity that can be."""
    for item in items:
        assert item.item_id or item.item_name
        assert item.price >= 0
        assert item.quantity > 0
    unit = Decimal("0.0005") if money.currency in THREE_DECIMAL else Decimal("0.005")
    paid = sum((item.price * item.quantity for item in items), Decimal(0))
    assert paid <= max(money.total, Decimal(10**15)) + unit * len(items)


def check_total(subject: object, kind: str) -> None:
    """Convert an event around any JSON: a conversion, a reason, or an error without a value."""
    try:
        found = converted(event(subject, kind))
    except UnusableError as error:
        assert_holds_none(str(error), texts(subject))
        return
    assert isinstance(found, DomainEvent)
    if isinstance(found, Conversion | Refund) and (money := found.money) is not None:
        assert money.total > 0 or (isinstance(found, Conversion) and found.kind in FREE)
        assert money.net >= 0
        assert_holds_items(found.items, money)


def assert_holds_none(shown: str, values: Iterator[str]) -> None:
    """Look for values in a text; short ones and single words may stand there by chance."""
    assert [v for v in values if len(v) > 7 and not WORD.fullmatch(v) and v in shown] == []


@given(subject=JSON, kind=st.sampled_from(MEANING_TYPES))
def test_any_object_is_converted_ignored_or_unusable(subject: object, kind: str) -> None:
    """Converting is total over JSON, and its errors repeat no text of it."""
    check_total(subject, kind)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[Json, str]:
    """Return an object that anything may have happened to, at any depth, and an event of it."""
    found = json.loads(json.dumps(draw(st.sampled_from(OBJECTS))))
    places = list(holders(found))
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(places))
        holder[key] = draw(JSON | st.sampled_from([0, -1, 10**13, 10**40, "", "NaN", "1E+99", {}]))
    kinds = [kind for kind in MEANING_TYPES if kind.startswith(PREFIXES[found_name(found)])]
    return found, draw(st.sampled_from(kinds))


def found_name(subject: Json) -> str:
    """Return what an object says it is, or said before it was damaged."""
    name = subject["object"]
    return name if isinstance(name, str) and name in PREFIXES else "invoice"


def holders(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON
    """Yield every place in a JSON value: what holds it, and its key there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in pairs:
        yield value, key
        if isinstance(child, dict | list):
            yield from holders(child)


@given(damaged())
def test_any_damage_to_an_object_is_noticed_or_harmless(damage: tuple[Json, str]) -> None:
    """The same for objects that are nearly right."""
    check_total(*damage)


def test_every_object_of_stripes_own_fixtures_can_stand_in_every_event() -> None:
    """176 objects of Stripe's, filled with nonsense of the right types."""
    fixtures = json.loads(beside("data/stripe/fixtures3.json").read_text())["resources"]

    assert len(fixtures) == 176
    for subject in fixtures.values():
        for kind in MEANING_TYPES:
            check_total(subject, kind)


def test_the_source_is_kept_for_the_ledger() -> None:
    """A connected account's event is found again by its account."""
    found = converted(event(checkout_session(), account="acct_1"))

    assert isinstance(found, Conversion)
    assert found.source == Source("stripe", "evt_1", "checkout.session.completed", "acct_1")
