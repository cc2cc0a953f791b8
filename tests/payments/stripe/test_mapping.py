"""Which of Stripe's events are money: an allow-list, and nothing beyond it."""

import json
import re
from collections.abc import Iterator
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe import Event

from shared.conversions.conversion import Conversion, Ignored, Source
from shared.errors import UnusableError
from shared.payments.stripe import StripeOptions, convert, parse
from shared.payments.stripe.mapping import MONEY
from tests.support.places import beside
from tests.support.strategies import JSON, damaged
from tests.support.stripe_json import (
    Json,
    checkout_session,
    event,
    payment_intent,
    thin_event,
    verified,
)

OPTIONS = StripeOptions(payment_intents=True)
# Every type Stripe's own library knows, of API version 2026-10-28.endive.
TYPES: tuple[str, ...] = get_args(Event.__annotations__["type"])
WORD = re.compile("[A-Za-z_., |]*")
MONEY_TYPES = [
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "payment_intent.succeeded",
]


def converted(envelope: Json) -> Conversion | Ignored:
    """Return what an event means where payment intents are taken too."""
    (notification,) = parse(verified(envelope))
    return convert(notification, OPTIONS)


def test_the_allow_list_is_this_and_all_of_it_exists() -> None:
    """A type that is misspelt would never come."""
    assert sorted(MONEY) == MONEY_TYPES
    assert set(MONEY_TYPES) < set(TYPES)
    assert len(TYPES) > 250


@pytest.mark.parametrize("kind", sorted(set(TYPES) - set(MONEY_TYPES)))
@pytest.mark.parametrize("subject", [checkout_session(), payment_intent()], ids=["cs", "pi"])
def test_no_other_type_ever_makes_a_conversion(kind: str, subject: Json) -> None:
    """Not even around an object that would be money: seven events tell of one payment."""
    assert converted(event(subject, kind)) == Ignored("event type is not the source of any money")


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


def check_total(subject: object, kind: str) -> None:
    """Convert an event around any JSON: a conversion, a reason, or an error without a value."""
    try:
        found = converted(event(subject, kind))
    except UnusableError as error:
        assert_holds_none(str(error), texts(subject))
        return
    assert isinstance(found, Conversion | Ignored)
    if isinstance(found, Conversion):
        assert found.money.total > 0
        assert found.money.net >= 0


def assert_holds_none(shown: str, values: Iterator[str]) -> None:
    """Look for values in a text; short ones and single words may stand there by chance."""
    assert [v for v in values if len(v) > 7 and not WORD.fullmatch(v) and v in shown] == []


@given(subject=JSON, kind=st.sampled_from(MONEY_TYPES))
def test_any_object_is_converted_ignored_or_unusable(subject: object, kind: str) -> None:
    """Converting is total over JSON, and its errors repeat no text of it."""
    check_total(subject, kind)


@given(subject=damaged(), kind=st.sampled_from(MONEY_TYPES))
def test_any_damage_to_an_object_is_noticed_or_harmless(subject: Json, kind: str) -> None:
    """The same for objects that are nearly right."""
    check_total(subject, kind)


def test_every_object_of_stripes_own_fixtures_can_stand_in_every_event() -> None:
    """176 objects of Stripe's, filled with nonsense of the right types."""
    fixtures = json.loads(beside("data/stripe/fixtures3.json").read_text())["resources"]

    assert len(fixtures) == 176
    for subject in fixtures.values():
        for kind in MONEY_TYPES:
            check_total(subject, kind)


def test_the_source_is_kept_for_the_ledger() -> None:
    """A connected account's event is found again by its account."""
    found = converted(event(checkout_session(), account="acct_1"))

    assert isinstance(found, Conversion)
    assert found.source == Source("stripe", "evt_1", "checkout.session.completed", "acct_1")
