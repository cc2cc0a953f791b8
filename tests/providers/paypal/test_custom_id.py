"""What the shop writes into `custom_id`: a context, a reference, or what nobody can read."""

import json
from typing import Any

import msgspec
import pytest

from shared.domain.consent import Choice
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent, Link
from shared.domain.refund import Refund
from shared.providers.paypal.custom import context_of
from shared.providers.paypal.events import parse
from shared.providers.paypal.mapping import map_event
from shared.providers.paypal.options import PayPalOptions
from shared.webhooks.delivery import VerifiedDelivery

CAPTURE: dict[str, Any] = {
    "id": "CAP-1",
    "amount": {"value": "12.50", "currency_code": "EUR"},
    "status": "COMPLETED",
}
DENIED = '{"ga_consent_analytics":"denied"}'


def body_of(event_type: str, resource: object) -> bytes:
    """Return a delivery's body."""
    whole = {"id": "WH-1", "event_type": event_type, "create_time": "2026-11-23T11:59:55Z"}
    return json.dumps({**whole, "resource": resource}).encode()


def meaning(event_type: str, resource: object, **options: Any) -> DomainEvent:  # noqa: ANN401
    """Return what an event means."""
    (event,) = parse(VerifiedDelivery("paypal", body_of(event_type, resource)))
    return map_event(event, PayPalOptions(**options))


def captured(custom: object) -> Conversion:
    """Return the purchase of a capture."""
    found = meaning("PAYMENT.CAPTURE.COMPLETED", {**CAPTURE, "custom_id": custom})
    assert isinstance(found, Conversion)
    return found


@pytest.mark.parametrize(
    "custom", [DENIED, f"  {DENIED}", "{broken", json.loads(DENIED), ["denied"], True, {"a": 1}]
)
def test_a_denial_and_what_cannot_be_read_deny(custom: object) -> None:
    """PayPal sends text. An object that is no denial says nothing."""
    answer = None if custom == {"a": 1} else Choice.DENIED

    assert captured(custom).context.consent.analytics is answer


@pytest.mark.parametrize("custom", [None, "", "ref-77", 8, "[]", "x" * 300, "jane@example.com"])
def test_what_is_the_shops_own_denies_nothing(custom: object) -> None:
    """A reference, a number, or nothing."""
    assert captured(custom).context == Context()


def test_bytes_that_are_no_text_never_cost_the_payment() -> None:
    """They deny where JSON stands, and are no reference where it does not."""
    whole = body_of("PAYMENT.CAPTURE.COMPLETED", {**CAPTURE, "custom_id": "?"})

    def of(custom: bytes) -> Conversion:
        body = whole.replace(b'"?"', b'"' + custom + b'"')
        (event,) = parse(VerifiedDelivery("paypal", body))
        found = map_event(event, PayPalOptions())
        assert isinstance(found, Conversion)
        return found

    denied = of(rb"{\"ga_consent_analytics\":\"granted" + b"\xff" + rb"\"}")
    assert denied.context.consent.analytics is Choice.DENIED
    assert of(b"ref-\xff").customer_references == ()


def order(*customs: object) -> dict[str, Any]:
    """Return an order of several parts."""
    return {"id": "ORD-1", "purchase_units": [{"custom_id": custom} for custom in customs]}


def test_one_part_of_an_order_can_deny_for_its_buyer() -> None:
    """All parts have one buyer."""
    found = meaning("CHECKOUT.ORDER.APPROVED", order('{"ga_client_id":"1.2"}', DENIED, "ref-77"))

    assert isinstance(found, Link)
    assert found.context.consent.analytics is Choice.DENIED
    assert found.context.client_id is None
    assert found.customer_references == ("ORD-1", "ref-77")


def test_an_event_without_a_meaning_is_read_for_a_denial_too() -> None:
    """The handler keeps what it says."""
    body = body_of("PAYMENT.AUTHORIZATION.CREATED", {"id": "AUT-1", "custom_id": DENIED})
    (event,) = parse(VerifiedDelivery("paypal", body))

    assert isinstance(map_event(event, PayPalOptions()), Ignored)
    assert context_of(event).consent.analytics is Choice.DENIED
    assert context_of(msgspec.structs.replace(event, object=msgspec.Raw(b"[]"))) == Context()


VERSION_1: dict[str, Any] = {
    "id": "V1-1",
    "amount": {"total": "7.47", "currency": "USD", "details": {"subtotal": "6.00", "tax": "1.47"}},
    "state": "completed",
    "parent_payment": "PAY-1",
}


def test_a_capture_of_version_1_is_a_purchase() -> None:
    """Which version an event has, the app that made the payment decides."""
    found = meaning("PAYMENT.CAPTURE.COMPLETED", VERSION_1)

    assert isinstance(found, Conversion)
    assert (found.transaction_id, found.payment_id) == ("V1-1", "paypal:V1-1")
    assert found.money is not None
    assert str(found.money.net) == "6.00"
    pending = meaning("PAYMENT.CAPTURE.COMPLETED", {**VERSION_1, "state": "pending"})
    assert isinstance(pending, Ignored)


@pytest.mark.parametrize(
    ("event_type", "named"),
    [
        ("PAYMENT.CAPTURE.REFUNDED", {"capture_id": "V1-1"}),
        (
            "PAYMENT.CAPTURE.REFUNDED",
            {"links": [{"href": "https://api.paypal.com/v1/payments/capture/V1-1", "rel": "up"}]},
        ),
        ("PAYMENT.CAPTURE.REVERSED", {"capture_id": "V1-1"}),
    ],
)
def test_a_refund_of_version_1_is_of_its_capture(event_type: str, named: dict[str, Any]) -> None:
    """Of either sign."""
    refund = {"id": "R-1", "amount": {"total": "-7.47", "currency": "USD"}, "state": "completed"}
    found = meaning(event_type, {**refund, **named}, disputes=True)

    assert isinstance(found, Refund)
    assert (found.refund_id, found.references, str(found.money.total)) == ("R-1", ("V1-1",), "7.47")


@pytest.mark.parametrize("event_type", ["PAYMENT.CAPTURE.DENIED", "PAYMENT.CAPTURE.DECLINED"])
def test_a_denied_capture_of_either_version_failed(event_type: str) -> None:
    """No money of it is read."""
    for resource in (VERSION_1, CAPTURE, {"id": "CAP-1"}):
        found = meaning(event_type, resource, payment_failed=True)
        assert isinstance(found, Conversion)
        assert found.business_key == resource["id"]
