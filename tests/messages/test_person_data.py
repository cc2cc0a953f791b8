"""A person's data is hashed at intake for both sinks; later nobody could do it again."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

import msgspec
import pytest

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.data_manager.mapping import Extra, Mapped, as_event
from shared.domain.attributed import AttributedConversion
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.records import encode
from shared.ga4.check import ValidRequest, check
from shared.ga4.event import to_request
from shared.messages.server_event import read_server_event
from shared.messages.server_mapping import map_server_event, source_of
from tests.support.server_json import server_event

NOW: Final = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANALYTICS: Final = {
    "client_id": "1234567890.1763900000",
    "consent": {"ad_user_data": "granted", "analytics": "granted"},
}


def hashed(text: str) -> str:
    """Return the hash of text that is normal already."""
    return sha256(text.encode()).hexdigest()


def converted(person: dict[str, Any]) -> Conversion:
    """Return the conversion of a message about a person."""
    message = server_event(user_data=person, analytics=ANALYTICS)
    event = read_server_event(json.dumps(message).encode())
    found = map_server_event(event, source_of(event))
    assert isinstance(found, Conversion)
    return found


def sent(conversion: Conversion) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the request of the Measurement Protocol, and the Data Manager API's event."""
    now = conversion.occurred_at
    attributed = attribute(conversion, Policy(), now, stream_id="G-AB12")
    assert isinstance(attributed, AttributedConversion)
    request = check(to_request(attributed, mp_source="offline_event", user_data=True), now)
    assert isinstance(request, ValidRequest), request
    extra = Extra(user_data=conversion.context.user_data)
    event = as_event(request.document, extra=extra, ads=False, now=now)
    assert isinstance(event, Mapped), event
    return json.loads(request.body), json.loads(event.body)


def test_each_sink_has_the_hashes_of_its_own_steps() -> None:
    """A street, a name and a city's number are where they differ."""
    person = {
        "hash": True,
        "email_address": "Jane.Doe+shop@gmail.com",
        "phone_number": "+43 664 1234567",
        "address": {
            "first_name": "Mary-Ann",
            "last_name": "Doe 2",
            "street": "Main St. 5",
            "city": "Paris 15",
            "region": "Île-de-France",
            "postal_code": "75.015",
            "country": "fr",
        },
    }
    request, event = sent(converted(person))

    assert request["user_data"] == {
        "sha256_email_address": [hashed("janedoe@gmail.com")],
        "sha256_phone_number": [hashed("+436641234567")],
        "address": [
            {
                "sha256_first_name": hashed("maryann"),
                "sha256_last_name": hashed("doe"),
                "sha256_street": hashed("main st 5"),
                "city": "paris",
                "region": "îledefrance",
                "postal_code": "75015",
                "country": "FR",
            }
        ],
    }
    assert event["userData"]["userIdentifiers"] == [
        {"emailAddress": hashed("janedoe@gmail.com")},
        {"phoneNumber": hashed("+436641234567")},
        {
            "address": {
                "givenName": hashed("mary-ann"),
                "familyName": hashed("doe 2"),
                "regionCode": "FR",
                "postalCode": "75.015",
                "addressLine": hashed("main st 5"),
                "city": "paris 15",
                "administrativeArea": "îledefrance",
            }
        },
    ]


@pytest.mark.parametrize("hash_here", [True, False])
def test_what_arrives_hashed_goes_as_it_is(*, hash_here: bool) -> None:
    """To both, beside what is hashed here."""
    request, event = sent(converted({"hash": hash_here, "sha256_email_address": "ab" * 32}))

    assert request["user_data"] == {"sha256_email_address": ["ab" * 32]}
    assert event["userData"] == {"userIdentifiers": [{"emailAddress": "ab" * 32}]}


def test_a_stored_context_keeps_both_and_nothing_in_the_clear() -> None:
    """And one that was stored before there were two is read as it is."""
    person = {"hash": True, "address": {"first_name": "Mary-Ann", "country": "fr"}}
    context = converted(person).context
    stored = encode(context)
    older = encode(Context(user_data=context.user_data)).replace(b'"data_manager"', b'"unknown"')

    assert msgspec.json.decode(stored, type=Context) == context
    assert b"Mary" not in stored
    read = msgspec.json.decode(older, type=Context).user_data
    assert read is not None
    (address,) = read.for_data_manager.address
    assert address.sha256_first_name == hashed("maryann")


def test_hashes_that_are_alike_are_kept_once() -> None:
    """Most people's are."""
    data = converted({"hash": True, "email_address": "jane@example.com"}).context.user_data

    assert data is not None
    assert data.data_manager is None
    assert data.for_data_manager.sha256_email_address == (hashed("jane@example.com"),)
