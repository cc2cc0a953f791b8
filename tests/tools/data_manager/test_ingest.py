"""Events that the Data Manager API takes, and what is shown of them."""

import httpx
import pytest

from tests.tools.data_manager.wire import (
    INGEST,
    PROPERTY,
    STREAM,
    ads,
    analytics,
    event,
    ingest,
    request,
    shown,
    status,
)


def test_an_event_is_taken_and_shown(client: httpx.Client) -> None:
    """The answer has the request's id, and the event can be looked at."""
    sent = event()
    answer = ingest(client, sent)

    (found,) = shown(client)
    assert answer.status_code == 200
    assert set(answer.json()) == {"requestId"}
    assert found["path"] == INGEST
    assert found["measurement_id"] == STREAM
    assert found["body"] == sent
    assert (found["verdict"], found["findings"]) == ("ok", [])
    assert (found["request_id"], found["request_index"]) == (answer.json()["requestId"], 0)
    assert found["destinations"] == [
        {
            "account_type": "GOOGLE_ANALYTICS_PROPERTY",
            "account_id": PROPERTY,
            "product_destination_id": STREAM,
        }
    ]


def test_each_event_of_a_request_is_shown(client: httpx.Client) -> None:
    """One entry for each, in their order, with its place."""
    ingest(client, *(event(f"T-{n}") for n in range(3)))

    assert [(e["body"]["transactionId"], e["request_index"]) for e in shown(client)] == [
        ("T-0", 0),
        ("T-1", 1),
        ("T-2", 2),
    ]


def test_no_digit_changes(client: httpx.Client) -> None:
    """A number is shown with the digits that were sent, which no float would keep."""
    body = httpx.Request("POST", "http://x", json=request(event(conversionValue=7))).content
    client.post(INGEST, content=body.replace(b'"conversionValue":7', b'"conversionValue":0.10'))
    client.post(INGEST, content=body.replace(b":7,", b":12345678901234.12345,"))

    text = client.get("/events").text
    assert '"conversionValue":0.10,' in text
    assert '"conversionValue":12345678901234.12345,' in text


def test_both_spellings_are_one(client: httpx.Client) -> None:
    """Protobuf's JSON takes a field's name in either spelling, and enums by number."""
    at = event()["eventTimestamp"]
    sent = {
        "destinations": [
            {
                "operating_account": {"account_type": 5, "account_id": PROPERTY},
                "product_destination_id": STREAM,
            }
        ],
        "events": [
            {
                "event_name": "purchase",
                "event_source": "1",
                "client_id": "1.2",
                "event_timestamp": at,
                "additional_event_parameters": [{"parameter_name": "session_id", "value": "1"}],
                "consent": {"ad_user_data": 1, "adPersonalization": None},
                "conversion_value": "3.50",
            }
        ],
        "validate_only": False,
    }
    answer = client.post(f"{INGEST}?$alt=json;enum-encoding=int", json=sent)

    (found,) = shown(client)
    assert answer.status_code == 200, answer.text
    assert found["body"] == {
        "eventName": "purchase",
        "eventSource": "WEB",
        "clientId": "1.2",
        "eventTimestamp": at,
        "additionalEventParameters": [{"parameterName": "session_id", "value": "1"}],
        "consent": {"adUserData": "CONSENT_GRANTED"},
        "conversionValue": "3.50",
    }


@pytest.mark.parametrize(
    ("number", "name"), [(3, "IN_STORE"), (4, "PHONE"), (5, "OTHER"), (6, "MESSAGE")]
)
def test_numbers_of_an_enum_are_googles(client: httpx.Client, number: int, name: str) -> None:
    """They are not the places in the discovery document's list, where these differ."""
    more = {"destinations": [ads()]}
    click = event(eventSource=number, adIdentifiers={"gclid": "x"})
    assert ingest(client, click, **more).status_code == 200
    assert shown(client)[0]["body"]["eventSource"] == name


def test_an_event_goes_to_the_destinations_it_names(client: httpx.Client) -> None:
    """Each of them has a status of its own, over the events that go there."""
    answer = ingest(
        client,
        event("T-1", destinationReferences=["ga4"]),
        event("T-2", adIdentifiers={"gclid": "x"}),
        destinations=[analytics(), ads()],
    )

    first, second = shown(client)
    assert [d["account_type"] for d in first["destinations"]] == ["GOOGLE_ANALYTICS_PROPERTY"]
    assert len(second["destinations"]) == 2
    assert first["measurement_id"] == second["measurement_id"] == STREAM
    found = client.get(
        "/v1/requestStatus:retrieve", params={"requestId": answer.json()["requestId"]}
    )
    counts = [
        (s["destination"]["reference"], s["eventsIngestionStatus"]["recordCount"])
        for s in found.json()["requestStatusPerDestination"]
    ]
    assert counts == [("ga4", "2"), ("ads", "1")]


def test_only_validating_leaves_nothing(client: httpx.Client) -> None:
    """It is judged and answered alike, and neither shown nor has a status."""
    answer = ingest(client, validateOnly=True)

    assert answer.status_code == 200
    assert shown(client) == []
    found = client.get(
        "/v1/requestStatus:retrieve", params={"requestId": answer.json()["requestId"]}
    )
    assert found.status_code == 400
    assert "INVALID_REQUEST_ID" in found.text
    assert ingest(client, event(eventName="session_start"), validateOnly=True).status_code == 400


def test_optional_fields_are_only_warned_of(client: httpx.Client) -> None:
    """The event is taken, and the answer names the fields."""
    odd = event(
        clientId="abc",
        eventLocation={"regionCode": "Germany", "subdivisionCode": "BY", "continentCode": "x"},
        eventDeviceInfo={"category": "fridge", "screenWidth": -1},
    )
    answer = ingest(client, event("T-0"), odd)

    warned = {(w["field"], w["reason"]) for w in answer.json()["fieldWarnings"]}
    place = "events.events[1]"
    assert answer.status_code == 200
    assert warned == {
        (f"{place}.client_id", "WARNING_REASON_INVALID_CLIENT_ID"),
        (f"{place}.event_location.region_code", "WARNING_REASON_INVALID_REGION_CODE"),
        (f"{place}.event_location.subdivision_code", "WARNING_REASON_INVALID_SUBDIVISION_CODE"),
        (f"{place}.event_location.continent_code", "WARNING_REASON_INVALID_CONTINENT_CODE"),
        (f"{place}.event_device_info.category", "WARNING_REASON_INVALID_DEVICE_CATEGORY"),
        (
            f"{place}.event_device_info.screen_width",
            "WARNING_REASON_INVALID_DEVICE_SCREEN_RESOLUTION",
        ),
    }
    first, second = shown(client)
    assert (first["verdict"], second["verdict"]) == ("ok", "advice")
    assert {"client_id", "event_location.region_code"} < {f["path"] for f in second["findings"]}


def test_one_bad_event_fails_the_request(client: httpx.Client) -> None:
    """Nothing of it is processed."""
    answer = ingest(client, event("T-1"), event("T-2", eventTimestamp=None), event("T-3"))

    assert answer.status_code == 400
    assert shown(client) == []


def test_the_status_of_what_was_taken_is_success(client: httpx.Client) -> None:
    """Unless something else was set."""
    answer = ingest(client, event("T-1"), event("T-2"))

    found = status(client, answer.json()["requestId"])
    assert found == {
        "destination": analytics(),
        "eventsIngestionStatus": {"recordCount": "2"},
        "requestStatus": "SUCCESS",
    }


def test_two_thousand_events_are_taken_at_once(client: httpx.Client) -> None:
    """As many as Google takes."""
    assert ingest(client, *(event(f"T-{n}") for n in range(2_000))).status_code == 200
    assert len(shown(client)) == 2_000
