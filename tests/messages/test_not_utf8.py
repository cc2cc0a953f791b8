"""A text that is not UTF-8 is rejected and dead-lettered, as all that nobody can read is."""

from typing import Final

import pytest

from shared.errors import UnusableError
from shared.messages.billing_event import read_billing_event
from shared.messages.billing_mapping import map_billing_event
from shared.messages.billing_mapping import source_of as billing_source
from shared.messages.server_event import read_server_event
from shared.messages.server_mapping import map_server_event
from shared.messages.server_mapping import source_of as server_source

HEAD: Final = (
    b'"event_id":"e1","occurred_at":"2026-11-23T11:59:00Z","provider":"x","transaction_id":"A",'
    b'"money":{"currency":"EUR","total":"1"},'
)
LATIN: Final = b"M\xfcller"
SURROGATE: Final = b"\xed\xa0\x80"


@pytest.mark.parametrize("text", [LATIN, SURROGATE])
def test_a_billing_events_parameter_is_refused(text: bytes) -> None:
    """With the reason that any other unreadable body has."""
    raw = (
        b'{"schema":"billing-event/1","type":"purchase",'
        + HEAD
        + b'"params":{"a":"'
        + text
        + b'"}}'
    )
    message = read_billing_event(raw)

    with pytest.raises(UnusableError, match="not UTF-8"):
        map_billing_event(message, billing_source(message))


@pytest.mark.parametrize("text", [LATIN, SURROGATE])
@pytest.mark.parametrize(
    "field",
    [
        b'"params":{"a":"%s"}',
        b'"user_properties":{"a":"%s"}',
        b'"items":[{"item_name":"Mug","price":"1","params":{"a":"%s"}}]',
    ],
)
def test_a_server_events_parameter_is_refused(field: bytes, text: bytes) -> None:
    """Of the event, of the user and of an item."""
    raw = b'{"schema":"server-event/1","name":"purchase",' + HEAD + field % text + b"}"
    message = read_server_event(raw)

    with pytest.raises(UnusableError, match="not UTF-8"):
        map_server_event(message, server_source(message))
