"""Typed recommended events agree with Google's tables and become plain events."""

from decimal import Decimal

import pytest

from shared.ga4 import commerce, leads
from shared.ga4.item import Item
from shared.ga4.payload import WebRequest, as_json, encode
from shared.ga4.recommended import EVENTS, ITEM_TYPES
from shared.ga4.recommended_event import Recommended, to_event

TYPED: list[type[Recommended]] = [
    found
    for module in (commerce, leads)
    for found in vars(module).values()
    if isinstance(found, type) and isinstance(getattr(found, "name", None), str)
]


@pytest.mark.parametrize("typed", TYPED, ids=lambda typed: str(typed.name))
def test_a_typed_event_has_exactly_googles_parameters(typed: type[Recommended]) -> None:
    """Name and fields are those of the recommended event."""
    assert set(typed.__struct_fields__) == set(EVENTS[typed.name].params)


def test_every_commerce_and_lead_event_is_typed() -> None:
    """Each recommended event with items, and each about a lead, has a type."""
    wanted = {
        name for name, event in EVENTS.items() if "items" in event.params or name.endswith("_lead")
    }

    assert {typed.name for typed in TYPED} == wanted


def test_an_item_has_exactly_googles_fields() -> None:
    """Beside them stand one's own, under `custom`; two names stand in Google's samples only."""
    samples_only = {"currency", "google_business_vertical"}

    assert set(Item.__struct_fields__) - {"custom"} == set(ITEM_TYPES) - samples_only


def test_absent_fields_are_left_out() -> None:
    """Only what is known is said."""
    event = to_event(leads.QualifyLead(), params={"lead_id": "L-1", "note": None})

    assert event.params == {"lead_id": "L-1"}


def test_an_events_own_parameters_win() -> None:
    """A further parameter cannot overwrite money."""
    lead = leads.GenerateLead(currency="EUR", value=Decimal("10.5"))

    event = to_event(lead, params={"value": 99, "lead_owner": "sales"}, timestamp_micros=7)

    assert event.params == {"currency": "EUR", "value": Decimal("10.5"), "lead_owner": "sales"}
    assert event.timestamp_micros == 7


def test_an_items_own_fields_stand_beside_the_others() -> None:
    """On the wire an item is flat, and its money is a number."""
    item = Item(item_id="A", price=Decimal("9.90"), quantity=2, custom={"size": "XL"})
    event = to_event(commerce.ViewItem(items=[item]), params={})

    body = encode(as_json(WebRequest(client_id="1.2", events=[event])))

    assert body == (
        b'{"events":[{"name":"view_item","params":{"items":'
        b'[{"item_id":"A","price":9.90,"quantity":2,"size":"XL"}]}}],"client_id":"1.2"}'
    )
