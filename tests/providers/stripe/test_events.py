"""Stripe's envelope, read from trusted bytes."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Source
from shared.errors import MalformedError
from shared.providers.event import ProviderEvent
from shared.providers.stripe import parse
from shared.webhooks.delivery import VerifiedDelivery
from tests.support.builders import SECONDS
from tests.support.strategies import JSON
from tests.support.stripe_json import event, thin_event, verified


def test_a_snapshot_event_becomes_a_notification() -> None:
    """Its object is kept as the JSON it is."""
    found = parse(verified(event({"id": "cs_1"}, account="acct_1")))

    assert found == (
        ProviderEvent(
            Source("stripe", "evt_1", "checkout.session.completed", "acct_1"),
            datetime(2026, 11, 23, 11, 59, 55, tzinfo=UTC),
            live=True,
            object=msgspec.Raw(b'{\n      "id": "cs_1"\n    }'),
            api_version="2026-10-28.endive",
        ),
    )


def test_a_thin_event_comes_with_an_empty_object() -> None:
    """It names a resource and carries none; its time is a text."""
    (found,) = parse(verified(thin_event("v1.checkout.session.completed")))

    assert found == ProviderEvent(
        Source("stripe", "evt_2", "v1.checkout.session.completed"),
        datetime(2026, 11, 23, 11, 59, 55, tzinfo=UTC),
        live=True,
        object=msgspec.Raw(b"{}"),
        related="/v1/x",
    )


def test_a_thin_event_tells_what_to_fetch_and_for_whom() -> None:
    """The snapshot's id is its idempotency key where both are sent."""
    thin = {
        **thin_event("v1.invoice.paid"),
        "context": "acct_1",
        "related_object": {"id": "in_1", "type": "invoice", "url": "/v1/invoices/in_1"},
        "snapshot_event": "evt_1",
    }

    (found,) = parse(verified(thin))

    assert (
        found.related,
        found.snapshot_id,
        found.source.account,
    ) == ("/v1/invoices/in_1", "evt_1", "acct_1")


@pytest.mark.parametrize(
    "related",
    [
        None,
        {},
        {"url": None},
        {"url": ""},
        {"url": "https://evil.example/v1/x"},
        {"url": "//evil.example/v1/x"},
        {"url": "/v1/../v3"},
        {"url": "/v1/x?expand[]=y"},
        {"url": "/v1/x\r\nHost: y"},
    ],
)
def test_nothing_but_a_plain_path_of_the_api_is_fetched(related: object) -> None:
    """Whatever an event names: no other host, no other place."""
    (found,) = parse(verified({**thin_event("v1.x"), "related_object": related}))

    assert found.related is None


@pytest.mark.parametrize("context", [None, "", "org_1/acct_1", "acct_1/x", "jane@example.com"])
def test_only_an_account_is_taken_as_one(context: object) -> None:
    """It becomes a header of a request, and a part of a key."""
    (found,) = parse(verified({**thin_event("v1.x"), "context": context}))

    assert found.source.account is None


def test_what_an_update_changed_is_kept() -> None:
    """As the JSON it is; nothing, where the event tells nothing."""
    data = {"object": {}, "previous_attributes": {"status": "trialing"}}
    (raw,) = parse(verified(event({}, data=data)))
    (silent,) = parse(verified(event({})))

    assert (b"trialing" in bytes(raw.previous), b"") == (True, bytes(silent.previous))


def test_an_event_that_does_not_say_it_is_live_is_not() -> None:
    """Better an ignored payment that is seen than a test that counts as money."""
    envelope = event({})
    del envelope["livemode"]

    assert parse(verified(envelope))[0].live is False


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param(b"", "body: Input data was truncated", id="empty"),
        pytest.param(b"{", "body: Input data was truncated", id="cut off"),
        pytest.param(b"[]", "body: expected an object", id="a list"),
        pytest.param(b"null", "body: expected an object", id="null"),
        pytest.param(
            b"{}",
            "object: missing, expected text; id: missing, expected text of at most 255 characters;"
            " type: missing, expected text of at most 255 characters",
            id="an empty object",
        ),
        pytest.param(event({}, object="charge"), "object: not event", id="another object"),
        pytest.param(
            event({}, id=5),
            "id: expected text of at most 255 characters",
            id="an id that is a number",
        ),
        pytest.param(
            event({}, id="e" * 256),
            "id: expected text of at most 255 characters",
            id="an endless id",
        ),
        pytest.param(
            event({}, type=None), "type: expected text of at most 255 characters", id="no type"
        ),
        pytest.param(
            event({}, livemode="yes"), "livemode: expected true or false", id="live as a text"
        ),
        pytest.param(
            event({}, created="2026-11-23"), "created: expected a whole number", id="a date"
        ),
        pytest.param(event({}, created=1.5), "created: expected a whole number", id="a float"),
        pytest.param(event({}, created=-1), "created: not Unix seconds", id="before 1970"),
        pytest.param(
            event({}, created=SECONDS * 10**6), "created: not Unix seconds", id="microseconds"
        ),
        pytest.param(
            event({}, data={}), "data.object: missing, expected an object", id="no object"
        ),
        pytest.param(event({}, data=[]), "data: expected an object", id="a list as data"),
        pytest.param(
            {**thin_event("v1.x"), "created": 5},
            "created: expected a time with its zone, e.g. 2026-11-23T11:59:55Z",
            id="thin",
        ),
        pytest.param(
            {**thin_event("v1.x"), "created": "2026-11-23T11:59:55"},
            "created: expected a time with its zone, e.g. 2026-11-23T11:59:55Z",
            id="thin, without a time zone",
        ),
    ],
)
def test_what_is_no_event_is_malformed(body: object, problem: str) -> None:
    """The field is named: whoever wrote the sender can find it."""
    with pytest.raises(MalformedError) as caught:
        parse(verified(body))

    assert problem == str(caught.value)


@given(st.binary())
def test_any_bytes_are_an_event_or_malformed(body: bytes) -> None:
    """Parsing is total."""
    with pytest.raises(MalformedError):
        parse(VerifiedDelivery("stripe", body))


@given(
    fields=st.dictionaries(
        st.sampled_from(["id", "object", "created", "livemode", "type", "data", "account"]), JSON
    )
)
def test_any_envelope_is_an_event_or_malformed(fields: dict[str, Any]) -> None:
    """Whatever stands in its fields."""
    try:
        (found,) = parse(verified({**event({}), **fields}))
    except MalformedError:
        return
    assert found.created_at.tzinfo is not None
