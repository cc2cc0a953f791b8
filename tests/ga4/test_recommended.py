"""The table of recommended events agrees with the facts compiled from Google's pages."""

from typing import Any

import pytest

from shared.ga4 import recommended
from shared.ga4.recommended import EVENTS, ITEM_TYPES, PARAM_TYPES


def test_every_event(facts: dict[str, Any]) -> None:
    """All of Google's recommended events are known, and no other."""
    assert set(facts["recommended_events"]) == set(EVENTS)


@pytest.mark.parametrize("name", EVENTS)
def test_event(facts: dict[str, Any], name: str) -> None:
    """Parameters have the facts' types and requirements."""
    fact = facts["recommended_events"][name]
    event = EVENTS[name]
    wanted = {
        **dict.fromkeys(event.required, "required"),
        **dict.fromkeys(event.conditional, "conditional"),
        **dict.fromkeys(event.optional, "optional"),
    }

    assert {n: p["required"].split("_")[0] for n, p in fact["params"].items()} == wanted
    assert {n: p["type"] for n, p in fact["params"].items()} == {
        n: PARAM_TYPES[n].value for n in event.params
    }
    assert set(fact["event_builder_required"] or ()) == (
        # The Event Builder does not know the leads' later stages: nothing is listed for them.
        set(event.builder)
    )
    assert (fact["streams"] == ["app"]) == event.app_only


def test_money(facts: dict[str, Any]) -> None:
    """A value needs a currency except where it counts virtual money."""
    needing = {n for n, e in facts["recommended_events"].items() if e["value_needs_currency"]}

    assert needing == {
        n
        for n, e in EVENTS.items()
        if "value" in e.params and n not in recommended.VIRTUAL_CURRENCY_EVENTS
    }


def test_items(facts: dict[str, Any]) -> None:
    """Item fields have the facts' types."""
    items = facts["items"]

    assert {n: f["type"] for n, f in items["fields"].items()} == {
        n: t.value for n, t in ITEM_TYPES.items()
    }
    assert set(items["event_scope_only_fields"]) == recommended.EVENT_SCOPED_PARAMS
    assert {n for n, f in items["fields"].items() if "Item scope only" in f.get("notes", "")} | {
        "location_id"
    } == recommended.ITEM_SCOPED_PARAMS


def test_customer_types(facts: dict[str, Any]) -> None:
    """A customer is new or returning."""
    fact = facts["recommended_events"]["purchase"]["params"]["customer_type"]

    assert set(fact["enum"]) == recommended.CUSTOMER_TYPES


def test_single_item_events(facts: dict[str, Any]) -> None:
    """Where the facts say that only the first item is used, the table does."""
    single = {
        n for n, e in facts["recommended_events"].items() if "Only the first" in e.get("notes", "")
    }

    assert single == recommended.SINGLE_ITEM_EVENTS
