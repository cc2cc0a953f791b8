"""Any sender of Standard Webhooks: the envelope, the bare event, and whatever else comes."""

import base64
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.event import DomainEvent
from shared.domain.refund import Refund
from shared.errors import MalformedError, UnusableError
from shared.messages.billing_event import Type
from shared.providers.standard import StandardOptions, map_event, parse
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.verify import STANDARD, verify
from tests.support.billing_json import (
    SECRET,
    as_json,
    billing_event,
    enveloped,
    headers,
    refund,
    renewal,
    verified,
)
from tests.support.builders import NOW, SECONDS
from tests.support.strategies import JSON
from tools.traffic.request import Json

OPTIONS = StandardOptions()


def converted(document: object) -> DomainEvent:
    """Return what a delivery's one event means."""
    (event,) = parse(verified(document))
    return map_event(event, OPTIONS)


@pytest.mark.parametrize("raw", [billing_event(), renewal()])
def test_bare_and_enveloped_are_the_same(raw: Json) -> None:
    """A sender may wrap the event as the standard recommends, or send it as it is."""
    bare = converted(raw)

    assert isinstance(bare, Conversion)
    assert bare == converted(enveloped(raw, "anything"))
    assert bare.source == Source("standard", raw["event_id"], raw["type"])


def test_a_refund_is_one() -> None:
    """Its order is found by the original id."""
    assert isinstance(converted(enveloped(refund())), Refund)


@pytest.mark.parametrize(
    "data", [{"id": "contact_1"}, {}, [], None, "text", 5, {"schema": None}], ids=repr
)
def test_other_events_of_the_sender_are_ignored(data: object) -> None:
    """They have the delivery's id, which is the same for every retry."""
    (event,) = parse(verified(enveloped(data, "contact.created")))

    assert event.source == Source("standard", "msg_1", "contact.created")
    assert map_event(event, OPTIONS) == Ignored("not a billing event")


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (billing_event(schema="billing-event/2"), "schema: not billing-event/1"),
        (
            billing_event(schema=["billing-event/1"]),
            'schema: expected a schema and its version as text, e.g. "billing-event/1"',
        ),
        (billing_event(money=None), "money: missing"),
        (billing_event(event_id=5), "event_id: expected text of 1 to 128 characters"),
        (
            billing_event(type=None),
            f"type: expected one of {', '.join(get_args(Type))}",
        ),
        (
            billing_event(occurred_at="now"),
            "occurred_at: expected a time with its zone, e.g. 2026-11-23T11:59:55Z",
        ),
    ],
)
@pytest.mark.parametrize("wrap", [lambda raw: raw, enveloped], ids=["bare", "enveloped"])
def test_a_bad_billing_event_is_unusable_and_not_malformed(
    raw: Json, wanted: str, wrap: object
) -> None:
    """It is authentic: recorded as rejected, rather than retried for days."""
    assert callable(wrap)
    (event,) = parse(verified(wrap(raw)))

    with pytest.raises(UnusableError) as caught:
        map_event(event, OPTIONS)

    assert str(caught.value) == wanted


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"type": "x"}', b'{"schema": null}', b"\xff", b"{"]
)
def test_what_is_neither_is_malformed(body: bytes) -> None:
    """There is nothing to record."""
    with pytest.raises(MalformedError):
        parse(verified(body))


def test_an_event_that_nothing_names_is_malformed() -> None:
    """Neither its own id nor the delivery's: unsigned headers would have been refused before."""
    with pytest.raises(MalformedError, match=r"^event_id: missing$"):
        parse(VerifiedDelivery("standard", as_json(enveloped({}))))


@pytest.mark.parametrize("prefix", ["webhook", "svix"])
def test_a_notification_is_as_old_as_its_signature(prefix: str) -> None:
    """Under either family of headers."""
    stamp = str(SECONDS - 60)
    raw = VerifiedDelivery(
        "standard", as_json(enveloped({})), headers("", stamp=stamp, prefix=prefix)
    )
    (event,) = parse(raw)

    assert event.created_at == NOW - timedelta(seconds=60)
    assert event.source.event_id == "msg_1"


@pytest.mark.parametrize(
    ("environment", "live"), [("test", False), ("live", True), (None, True), (5, True)]
)
def test_the_test_environment_is_not_live(environment: object, *, live: bool) -> None:
    """What is neither is the mapping's to refuse."""
    raw = billing_event(environment=environment)
    (bare,), (wrapped,) = parse(verified(raw)), parse(verified(enveloped(raw)))

    assert (bare.live, wrapped.live) == (live, live)


@given(body=st.text(), key=st.binary(min_size=24, max_size=64))
def test_what_the_library_signs_we_accept(body: str, key: bytes) -> None:
    """The oracle."""
    secret = "whsec_" + base64.b64encode(key).decode()
    signed = Webhook(secret).sign("msg_1", NOW, body)
    delivery = Delivery(headers(signed), body.encode())

    assert verify(STANDARD, delivery, [Secret(secret)], now=NOW).body == body.encode()


@given(JSON | st.fixed_dictionaries({"data": JSON}) | st.fixed_dictionaries({"schema": JSON}))
def test_any_json_is_read_or_refused(document: object) -> None:
    """No other error, whatever was signed."""
    try:
        found = converted(document)
    except (MalformedError, UnusableError):
        return
    assert found == Ignored("not a billing event")


@given(st.binary())
@example(b'{"schema":""}')
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """What is JSON by chance tells no payment."""
    try:
        (event,) = parse(verified(body))
        found = map_event(event, OPTIONS)
    except (MalformedError, UnusableError):
        return
    assert found == Ignored("not a billing event")


def test_a_secret_of_the_local_stack_is_one() -> None:
    """The demo's own, in the standard's form."""
    assert verify(STANDARD, sent(), [Secret(SECRET)], now=NOW).provider == "standard"


def sent() -> Delivery:
    """Return a delivery as the standard's own library signs it."""
    body = as_json(billing_event()).decode()
    return Delivery(headers(Webhook(SECRET).sign("msg_1", NOW, body)), body.encode())
