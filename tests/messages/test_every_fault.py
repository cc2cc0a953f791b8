"""Whoever sends a message with several bad fields hears of all of them at once."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from shared.domain.notes import Notes
from shared.errors import ConnectorError, MalformedError, UnusableError
from shared.messages.billing_event import read_billing_event
from shared.messages.billing_mapping import map_billing_event
from shared.messages.billing_mapping import source_of as source_of_billing
from shared.messages.capture import read_capture
from shared.messages.order_enrichment import currency_of, read_order_enrichment, to_order
from shared.messages.server_event import read_server_event
from shared.messages.server_mapping import map_server_event
from shared.messages.server_mapping import source_of as source_of_server
from tests.support.billing_json import as_json, billing_event, refund, renewal
from tests.support.server_json import enrichment, kiosk_sale

AMOUNT = 'expected an amount in major units as text, e.g. "12.50"'
NAME = "expected an event name: a letter, then up to 39 letters, digits or _, e.g. close_deal"
QUANTITY = (
    'expected a whole number from 0 to 1000000000000000 or a quantity as text, e.g. "2" or "0.5"'
)
CURRENCY = "not an active ISO 4217 currency"
EURO = {"currency": "EUR", "total": "1", "tax": "2"}


def billing(raw: bytes) -> None:
    """Read a billing event as `subscription_renewal` does."""
    event = read_billing_event(raw)
    map_billing_event(event, source_of_billing(event))


def server(raw: bytes) -> None:
    """Read a server event as `offline_event` does."""
    event = read_server_event(raw)
    map_server_event(event, source_of_server(event))


def order(raw: bytes) -> None:
    """Read an order as `data_enrichment` does."""
    message = read_order_enrichment(raw)
    currency_of(message)
    to_order(message, "purchase_enriched")


def capture(raw: bytes) -> None:
    """Read a capture as `context_capture` does."""
    read_capture(raw, Notes())


@pytest.mark.parametrize(
    ("read", "document", "problems"),
    [
        pytest.param(
            billing,
            billing_event(event_id="", money={"currency": "XXX", "total": 5}, provider="jane@x.y"),
            [
                "event_id: expected text of 1 to 128 characters",
                "provider: expected up to 40 lower-case letters, digits or _, e.g. my_shop",
                f"money.currency: {CURRENCY}",
                f"money.total: {AMOUNT}",
            ],
            id="billing event, types and currency",
        ),
        pytest.param(
            billing,
            renewal(subscription_id=None, transaction_id="undefined", money=EURO),
            [
                "transaction_id: blank or a placeholder",
                "subscription_id: missing",
                "money.total: less than its tax and shipping",
            ],
            id="billing event, right by type",
        ),
        pytest.param(
            billing,
            refund(original_transaction_id=None, money=None),
            ["original_transaction_id: missing", "money: missing"],
            id="refund",
        ),
        pytest.param(
            billing,
            billing_event(type="subscription.cancelled", transaction_id="null", money=None),
            ["transaction_id: blank or a placeholder", "subscription_id: missing"],
            id="a step needs no money",
        ),
        pytest.param(
            billing,
            billing_event(type="subscription.updated", transaction_id=None, money=None),
            ["subscription_id: missing"],
            id="nor does a mere change",
        ),
        pytest.param(
            server,
            kiosk_sale(name="9 lives", references=["jane", ""], items=[{"price": 5}]),
            [
                f"name: {NAME}",
                f"items[0].price: {AMOUNT}",
                "references[1]: expected text of 1 to 255 characters",
            ],
            id="server event, by type",
        ),
        pytest.param(
            server,
            kiosk_sale(
                occurred_at="0001-01-01T00:00:00+05:00",
                transaction_id="jane@example.com",
                money={"currency": "XXX", "total": "1", "tax": "2"},
            ),
            [
                "occurred_at: no believable time",
                "transaction_id: looks like an e-mail address",
                f"money.currency: {CURRENCY}",
                "money.total: less than its tax and shipping",
            ],
            id="server event, right by type",
        ),
        pytest.param(
            server,
            kiosk_sale(money=None, transaction_id=None),
            ["money: missing", "transaction_id: missing"],
            id="a sale without order and money",
        ),
        pytest.param(
            order,
            enrichment(currency="jane", transaction_id="", items=[{"quantity": -1}]),
            [
                "transaction_id: expected text of 1 to 100 characters",
                f"currency: {CURRENCY}",
                f"items[0].quantity: {QUANTITY}",
                f"items[0].price: missing, {AMOUNT}",
            ],
            id="order, by type",
        ),
        pytest.param(
            order,
            enrichment(currency="jane", transaction_id="n/a"),
            ["transaction_id: blank or a placeholder", f"currency: {CURRENCY}"],
            id="order, right by type",
        ),
        pytest.param(
            capture,
            {
                "references": ["ORD-9", " ", 7],
                "client_id": 5,
                "consent": {"analytics": "granted", "ad_user_data": "jane"},
                "captured_at": "yesterday",
            },
            [
                "references[1]: blank",
                "references[2]: expected text of 1 to 256 characters",
                "client_id: expected text of at most 1024 characters",
                "consent.ad_user_data: neither granted nor denied",
                "captured_at: neither RFC 3339 with a time zone nor Unix seconds",
            ],
            id="capture, by type",
        ),
        pytest.param(
            capture,
            {
                "references": ["", "ORD-9", "\t"],
                "consent": {"analytics": True, "ad_personalization": "maybe"},
            },
            [
                "references[0]: expected text of 1 to 256 characters",
                "references[2]: blank",
                "consent.analytics: neither granted nor denied",
                "consent.ad_personalization: neither granted nor denied",
            ],
            id="capture, consent",
        ),
        pytest.param(
            capture,
            {"references": ["\t", "ORD-9", " "]},
            ["references[0]: blank", "references[2]: blank"],
            id="capture, right by type",
        ),
    ],
)
def test_every_bad_field_is_named_with_what_is_wrong(
    read: Callable[[bytes], None], document: dict[str, Any], problems: list[str]
) -> None:
    """By type or by meaning, each once, without its value."""
    with pytest.raises(ConnectorError) as caught:
        read(as_json(document))

    assert str(caught.value).split("; ") == problems
    assert "jane" not in str(caught.value)


def test_of_another_schema_only_that_is_said() -> None:
    """What is wrong with its fields would follow from it."""
    with pytest.raises(UnusableError, match=r"^schema: not server-event/1$"):
        server(as_json(billing_event(event_id="")))


def test_of_very_many_bad_fields_the_first_are_named_and_the_rest_counted() -> None:
    """The log and an attribute of a message have an end."""
    raw = msgspec.json.encode({"references": [5] * 20})

    with pytest.raises(MalformedError) as caught:
        capture(raw)

    assert str(caught.value).count("expected text") == 10
    assert str(caught.value).endswith("; and 10 more")
