"""The event with an order's margin and its customer's segment."""

import json
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.conversion import Conversion, Ignored
from shared.domain.notes import Notes
from shared.domain.param import DecimalParam
from shared.enrichment.cost import Cost
from shared.enrichment.customer import Customer, customer_of
from shared.enrichment.enrich import enrich
from shared.errors import UnusableError
from shared.messages.order_enrichment import (
    OrderEnrichment,
    currency_of,
    fees_of,
    read_order_enrichment,
    to_order,
)
from tests.support.server_json import enrichment

COSTS: dict[str, tuple[Cost, ...]] = {
    "mug": (Cost(Decimal(4), "EUR"),),
    "tea": (Cost(Decimal(1), "EUR"),),
}
GOLD = Customer("gold", Decimal("1200.50"), "EUR")


def read(**fields: Any) -> OrderEnrichment:  # noqa: ANN401 - JSON
    """Return a message."""
    return read_order_enrichment(json.dumps(enrichment(**fields)).encode())


def enriched(
    costs: dict[str, tuple[Cost, ...]],
    customer: Customer,
    **fields: Any,  # noqa: ANN401 - JSON
) -> Conversion | Ignored:
    """Return the event of a message."""
    message = read(**fields)
    order = to_order(message, "purchase_enriched")
    return enrich(order, currency_of(message), costs, customer, fees=fees_of(message))


def test_margin_and_segment_stand_beside_the_revenue_and_never_over_it() -> None:
    """There is no `value`, no money and no session; the order's id is the purchase's."""
    found = enriched(COSTS, GOLD, fees="0.75")

    assert isinstance(found, Conversion)
    assert (found.name, found.transaction_id, found.money) == ("purchase_enriched", "ORD-9", None)
    assert not found.joins_session
    assert not found.resend_safe
    assert found.params == {
        "margin_basis": "all",
        "items_known_cost": 2,
        "items_unknown_cost": 0,
        "items_other_currency": 0,
        "margin": DecimalParam(Decimal(12)),
        "profit": DecimalParam(Decimal("11.25")),
        "margin_revenue": DecimalParam(Decimal(21)),
        "margin_cost": DecimalParam(Decimal(9)),
        "margin_currency": "EUR",
        "margin_rate": DecimalParam(Decimal("0.5714")),
    }
    assert found.user_properties == {
        "segment": "gold",
        "lifetime_value": DecimalParam(Decimal("1200.50")),
        "lifetime_value_currency": "EUR",
    }


def test_of_known_items_only_the_parameters_say_so() -> None:
    """A margin that leaves something out is not the order's."""
    found = enriched({"mug": COSTS["mug"], "tea": (Cost(Decimal(1), "USD"),)}, Customer())

    assert isinstance(found, Conversion)
    assert found.params["margin_basis"] == "known"
    assert found.params["items_other_currency"] == 1
    assert found.params["margin"] == DecimalParam(Decimal(10))


def test_without_any_cost_the_customer_is_told_and_no_margin() -> None:
    """Nothing is not zero."""
    found = enriched({}, GOLD)

    assert isinstance(found, Conversion)
    assert found.params["margin_basis"] == "none"
    assert "margin" not in found.params


def test_where_nothing_is_known_nothing_is_sent() -> None:
    """An event that says nothing would only cost."""
    assert isinstance(enriched({}, Customer()), Ignored)


def test_an_order_is_enriched_once_whatever_asks_for_it() -> None:
    """Its key is the order and not the message."""
    keys = {to_order(read(event_id=name), "purchase_enriched").business_key for name in "ab"}

    assert keys == {"ORD-9"}


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"schema": "order-enrichment/2"}, "schema: not order-enrichment/1"),
        ({"transaction_id": "undefined"}, "transaction_id: blank or a placeholder"),
        ({"currency": "XXX"}, "currency: not an active ISO 4217 currency"),
        ({"items": [{"item_id": "a"}]}, "items"),
        ({"items": [{"item_id": "a", "price": -1}]}, "items"),
        ({"fees": 1.5}, "fees"),
    ],
)
def test_a_malformed_field_is_named(fields: dict[str, Any], problem: str) -> None:
    """It can never succeed."""
    with pytest.raises(UnusableError, match=problem):
        enriched(COSTS, GOLD, **fields)


def test_what_a_crm_tells_badly_is_left_out_and_named() -> None:
    """It never costs the margin."""
    notes = Notes()
    row = {"segment": "x" * 37, "lifetime_value": "much", "currency": "EUR"}

    assert customer_of([row], notes).user_properties == {}
    assert list(notes) == [
        "customers.segment: longer than 36",
        "customers.lifetime_value: not a number",
    ]


def test_a_lifetime_value_without_its_currency_is_not_told() -> None:
    """Twelve hundred of what?"""
    notes = Notes()

    assert customer_of([{"lifetime_value": "1200"}], notes).user_properties == {}
    assert list(notes) == ["customers.currency: missing"]
