"""What is fixed, what is not, and that it is said."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ga4.repair import repair
from tests.support.strategies import JSON

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"  # one picture, five code points


def document(**params: object) -> dict[str, Any]:
    """Return a purchase with these parameters."""
    return {"client_id": "1.2", "events": [{"name": "purchase", "params": params}]}


def params_of(fixed: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of the one event."""
    params: dict[str, Any] = fixed["events"][0]["params"]
    return params


@pytest.mark.parametrize(
    ("name", "given_value", "kept"),
    [
        pytest.param("coupon", "c" * 100, "c" * 100, id="at the limit"),
        pytest.param("coupon", "c" * 101, "c" * 100, id="one over"),
        pytest.param("page_title", "t" * 301, "t" * 300, id="a title may be longer"),
        pytest.param("page_referrer", "r" * 421, "r" * 420, id="a referrer still longer"),
        pytest.param("page_location", "l" * 1001, "l" * 1000, id="a location longest"),
        pytest.param("transaction_id", "t" * 101, "t" * 101, id="an id is never cut"),
        pytest.param("session_id", "s" * 101, "s" * 101, id="a session id is never cut"),
        pytest.param("coupon", "c" * 99 + "e\u0301", "c" * 99, id="no accent is cut off"),
        pytest.param("coupon", "c" * 98 + FAMILY, "c" * 98, id="no picture is cut in two"),
        pytest.param("coupon", "\u0301" * 101, "\u0301" * 100, id="nothing but accents"),
        pytest.param("currency", "eur", "EUR", id="a currency in capitals"),
        pytest.param("currency", "euro", "euro", id="not a currency: not guessed"),
        pytest.param("value", "19.90", "19.90", id="a number as text: not guessed"),
    ],
)
def test_a_value_is_fixed_where_that_is_honest(name: str, given_value: str, kept: str) -> None:
    """Over-long text is cut between characters; ids and guesses are left to validation."""
    repaired = repair(document(**{name: given_value}))

    assert params_of(repaired.document)[name] == kept
    assert bool(repaired.repairs) is (given_value != kept)


def test_items_and_user_properties_are_fixed_too() -> None:
    """A value of an item has 100 characters, one of a user property 36; an item's id is kept."""
    given_document = document(items=[{"item_id": "i" * 101, "item_name": "n" * 101}])
    given_document["user_properties"] = {"tier": {"value": "v" * 37}}

    repaired = repair(given_document)

    assert params_of(repaired.document)["items"] == [{"item_id": "i" * 101, "item_name": "n" * 100}]
    assert repaired.document["user_properties"] == {"tier": {"value": "v" * 36}}
    assert repaired.repairs == (
        "events[0].params.items[0].item_name: cut from 101 to 100 characters",
        "user_properties.tier.value: cut from 37 to 36 characters",
    )


def test_nulls_are_left_out_wherever_they_stand() -> None:
    """Nothing documents what GA4 makes of null, so it says nothing here either."""
    given_document = document(coupon=None, items=[{"item_id": "a", "price": None}])
    given_document["user_id"] = None

    repaired = repair(given_document)

    assert repaired.document == document(items=[{"item_id": "a"}])
    assert repaired.repairs == (
        "events[0].params.coupon: null left out",
        "events[0].params.items[0].price: null left out",
        "user_id: null left out",
    )


def test_a_page_loses_a_query_that_looks_personal() -> None:
    """An e-mail address in a page's query costs the query, not the event."""
    repaired = repair(document(page_location="https://shop.example/thanks?email=a.b@example.com"))

    assert params_of(repaired.document)["page_location"] == "https://shop.example/thanks"
    assert repaired.repairs == (
        "events[0].params.page_location: its query looked personal and was taken off",
    )


def test_a_page_keeps_a_query_that_is_not_personal() -> None:
    """Campaign parameters stay: they are why the address is sent."""
    page = "https://shop.example/thanks?utm_source=mail&order=ORD-9"

    assert repair(document(page_location=page)).document == document(page_location=page)


def test_the_given_document_is_left_as_it_is() -> None:
    """A repair makes a new document."""
    given_document = document(coupon="c" * 101, note=None)
    before = deepcopy(given_document)

    repair(given_document)

    assert given_document == before


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4), st.dictionaries(st.text(), JSON))
def test_mending_twice_changes_nothing(top: dict[str, Any], params: dict[str, Any]) -> None:
    """Repairs are idempotent, whatever the JSON."""
    once = repair({**top, **document(**params)})

    assert repair(once.document) == type(once)(once.document)


@given(st.text(min_size=90, max_size=130))
def test_a_cut_text_is_a_start_of_the_text(text: str) -> None:
    """Cutting only ever shortens, and never below one character."""
    kept = params_of(repair(document(coupon=text)).document)["coupon"]

    assert text.startswith(kept)
    assert 1 <= len(kept) <= 100
