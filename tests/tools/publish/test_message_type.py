"""What the function would reject is rejected before it is published."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.billing_json import as_json, billing_event, refund, renewal
from tests.support.server_json import enrichment, kiosk_sale, server_event
from tools.publish.checked_row import CheckedRow, checked_rows
from tools.publish.messages import TYPES, RowCheck
from tools.publish.rows import Row

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHECK = RowCheck(NOW)


def look(document: object, row_check: RowCheck = CHECK, *event_id_from: str) -> CheckedRow:
    """Look at one row."""
    row = Row(1, 1, 2, as_json(document))
    (found,) = checked_rows([row], TYPES["billing-event"], row_check, event_id_from)
    return found


@pytest.mark.parametrize("document", [billing_event(), renewal(), refund()])
def test_a_message_is_the_row_with_attributes_to_filter_by(document: dict[str, Any]) -> None:
    """The same attributes as of renewals that a webhook hands on."""
    message = look(document).message

    assert message is not None
    assert message.data == as_json(document)
    assert message.ordering_key == ""
    assert message.attributes == {
        "schema": "billing-event/1",
        "type": document["type"],
        "provider": "internal",
        "event_id": document["event_id"],
    }


def test_an_ordering_key_is_the_subscription() -> None:
    """Where it is asked for, and where there is one."""
    ordered = RowCheck(NOW, ordered=True)
    found = [look(document, ordered).message for document in (renewal(), billing_event())]

    assert [message and message.ordering_key for message in found] == ["sub_1", ""]


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([], "body"),
        (billing_event(schema="billing-event/2"), "schema"),
        (billing_event(event_id=None), "event_id"),
        (billing_event(transaction_id=None), "transaction_id"),
        (billing_event(transaction_id="undefined"), "transaction_id"),
        (billing_event(money={"currency": "EUR", "total": 5}), "money.total"),
        (billing_event(money={"total": "5"}), "money.currency"),
        (billing_event(occurred_at="2026-11-23T12:16:00Z"), "occurred_at"),
        (refund(occurred_at="2026-11-23T12:16:00Z"), "occurred_at"),
        (refund(original_transaction_id=None), "original_transaction_id"),
        (renewal(subscription_id=None), "subscription_id"),
        (billing_event(params={"mail": "jane@example.com"}), "events[0].params.mail"),
        (billing_event(params={"x": "y" * 700_000}), "body"),
    ],
)
def test_what_the_function_would_reject_is_rejected_here(document: object, field: str) -> None:
    """Field and reason, and no value."""
    found = look(document)

    assert (found.message, found.faults[0][0]) == (None, field)
    assert "jane" not in str(found.faults)


def test_what_an_operator_exempts_passes() -> None:
    """With the setting that the function has."""
    document = billing_event(params={"mail": "jane@example.com"})

    assert look(document, RowCheck(NOW, frozenset({"mail"}))).message is not None


def test_an_id_is_made_where_the_row_has_none() -> None:
    """The same every time, so that a row published twice is one event."""
    document = billing_event()
    del document["event_id"]
    first, second = (look(document, CHECK, "provider", "transaction_id") for _ in range(2))

    assert first.message == second.message
    assert look(document).faults[0][0] == "event_id"
    assert "event_id" in dict(look(document, CHECK, "coupon").faults)


def look_at(kind: str, document: object) -> CheckedRow:
    """Look at one row of a type."""
    (found,) = checked_rows([Row(1, 1, 2, as_json(document))], TYPES[kind], CHECK, ())
    return found


@pytest.mark.parametrize(
    ("kind", "document", "attributes"),
    [
        ("server-event", server_event(), {"name": "generate_lead", "event_id": "sev_1"}),
        ("server-event", kiosk_sale(), {"name": "purchase", "event_id": "sev_2"}),
        ("order-enrichment", enrichment(), {"event_id": "evt_1"}),
    ],
)
def test_every_schema_can_be_published(
    kind: str, document: dict[str, Any], attributes: dict[str, str]
) -> None:
    """The row as it is, with attributes to filter by."""
    message = look_at(kind, document).message

    assert message is not None
    assert message.data == as_json(document)
    assert message.attributes.items() >= attributes.items()
    assert message.attributes["schema"] == document["schema"]


@pytest.mark.parametrize(
    ("kind", "document", "field"),
    [
        ("server-event", server_event(name="session_start"), "events[0].name"),
        (
            "server-event",
            server_event(params={"mail": "jane@example.com"}),
            "events[0].params.mail",
        ),
        ("server-event", kiosk_sale(transaction_id=None), "transaction_id"),
        ("server-event", billing_event(), "schema"),
        ("order-enrichment", enrichment(currency="ABC"), "currency"),
        ("order-enrichment", enrichment(transaction_id="undefined"), "transaction_id"),
        ("order-enrichment", enrichment(items=[{"item_id": "a", "quantity": 1}]), "items[0].price"),
    ],
)
def test_what_another_function_would_reject_is_rejected_here(
    kind: str, document: object, field: str
) -> None:
    """Each type by its own function's rules."""
    found = look_at(kind, document)

    assert (found.message, found.faults[0][0]) == (None, field)
    assert "jane" not in str(found.faults)


def test_all_bad_fields_of_a_row_are_named_with_what_is_expected() -> None:
    """In words, without a regular expression, and without any value of the row."""
    document = {
        **billing_event(),
        "event_id": "",
        "type": "jane@example.com",
        "occurred_at": "yesterday",
        "provider": "My Shop",
        "money": {"currency": "EUR", "total": 12.5},
        "items": [{"item_id": "a", "price": "x"}],
    }

    found = look_at("billing-event", document)

    assert [field for field, _ in found.faults] == [
        "event_id",
        "type",
        "occurred_at",
        "provider",
        "money.total",
        "items[0].price",
    ]
    reasons = dict(found.faults)
    assert reasons["event_id"] == "expected text of 1 to 128 characters"
    assert reasons["type"].startswith("expected one of purchase, refund, payment.failed, ")
    assert reasons["money.total"] == 'expected an amount in major units as text, e.g. "12.50"'
    assert not [reason for reason in reasons.values() if "jane" in reason or "[0-9]" in reason]


@pytest.mark.parametrize(
    ("kind", "document", "fields"),
    [
        pytest.param(
            "billing-event",
            billing_event(
                event_id="",
                money={"currency": "XXX", "total": "1", "tax": "2"},
                params={"mail": "jane@example.com"},
            ),
            ["event_id", "money.currency", "events[0].params.mail"],
            id="types, money and GA4's rules",
        ),
        pytest.param(
            "billing-event",
            renewal(subscription_id=None, provider="Jane", params={"mail": "jane@example.com"}),
            ["provider", "subscription_id", "events[0].params.mail"],
            id="what a type needs beside a wrong type",
        ),
        pytest.param(
            "billing-event",
            billing_event(occurred_at="2026-11-23T12:16:00Z", params={"mail": "jane@example.com"}),
            ["occurred_at", "events[0].params.mail"],
            id="a time to come",
        ),
        pytest.param(
            "server-event",
            kiosk_sale(transaction_id="n/a", references=[""], user_properties={"a": "j@x.com"}),
            ["transaction_id", "references[0]", "user_properties.a.value"],
            id="server event",
        ),
        pytest.param(
            "order-enrichment",
            enrichment(
                currency="ABC", occurred_at="2026-11-23T12:16:00Z", items=[{"item_id": "a"}]
            ),
            ["currency", "items[0].price", "occurred_at"],
            id="order",
        ),
        pytest.param(
            "billing-event",
            billing_event(type="jane", money={"currency": "XXX", "total": "1"}),
            ["type", "money.currency"],
            id="of an unknown type no more can be known",
        ),
    ],
)
def test_all_that_can_be_known_of_a_row_is_said_at_once(
    kind: str, document: dict[str, Any], fields: list[str]
) -> None:
    """Whoever corrects a file runs the command once more, not once for each kind of fault."""
    found = look_at(kind, document)

    assert [field for field, _ in found.faults] == fields
    assert "jane" not in str(found.faults).lower()


def test_every_rule_of_ga4_that_a_row_breaks_is_named() -> None:
    """Not the first alone."""
    document = server_event(params={"mail": "jane@example.com", "other": "joe@example.com"})

    found = look_at("server-event", document)

    assert {field for field, _ in found.faults} >= {
        "events[0].params.mail",
        "events[0].params.other",
    }
