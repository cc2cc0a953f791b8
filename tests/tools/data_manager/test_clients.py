"""Google's own clients talk to the stand-in: the Data Manager API's, and the one for tokens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from google.ads import datamanager_v1
from google.ads.datamanager_v1.services.ingestion_service.transports import (
    IngestionServiceRestTransport,
)
from google.api_core.exceptions import BadRequest, Forbidden, ServiceUnavailable
from google.auth.compute_engine import Credentials, _metadata
from google.auth.credentials import AnonymousCredentials
from google.auth.transport.requests import Request

from tests.tools.data_manager.wire import PROPERTY, STREAM, event, request, shown

Client = datamanager_v1.IngestionServiceClient


@pytest.fixture
def api(client: httpx.Client) -> Iterator[Client]:
    """Google's client, which talks to the collector."""
    transport = IngestionServiceRestTransport(
        host=client.base_url.netloc.decode(),
        url_scheme="http",
        credentials=AnonymousCredentials(),  # type: ignore[no-untyped-call]
    )
    with Client(transport=transport) as found:
        yield found


def purchase(**more: object) -> datamanager_v1.IngestEventsRequest:
    """A request in Google's own types."""
    account = datamanager_v1.ProductAccount(
        account_type=datamanager_v1.ProductAccount.AccountType.GOOGLE_ANALYTICS_PROPERTY,
        account_id=PROPERTY,
    )
    destination = datamanager_v1.Destination(
        operating_account=account, login_account=account, product_destination_id=STREAM
    )
    item = datamanager_v1.Item(item_id="mug", quantity=2, unit_price=9.995)
    one = datamanager_v1.Event(
        event_name="purchase",
        event_source=datamanager_v1.EventSource.WEB,
        client_id="1170316824.1700000000",
        transaction_id="T-1",
        event_timestamp=datetime.now(UTC) - timedelta(minutes=1),
        currency="EUR",
        conversion_value=19.99,
        cart_data=datamanager_v1.CartData(items=[item]),
        consent=datamanager_v1.Consent(
            ad_user_data=datamanager_v1.ConsentStatus.CONSENT_GRANTED,
        ),
        **more,
    )
    return datamanager_v1.IngestEventsRequest(destinations=[destination], events=[one])


def test_events_are_ingested_and_have_a_status(api: Client, client: httpx.Client) -> None:
    """The client's numbers for enums are taken, and shown by name."""
    answer = api.ingest_events(purchase(), retry=None, timeout=10)

    (found,) = shown(client)
    body = found["body"]
    assert found["request_id"] == answer.request_id
    assert (body["eventSource"], body["consent"]) == ("WEB", {"adUserData": "CONSENT_GRANTED"})
    assert (body["conversionValue"], body["cartData"]["items"][0]["quantity"]) == (19.99, "2")
    status = api.retrieve_request_status(
        datamanager_v1.RetrieveRequestStatusRequest(request_id=answer.request_id),
        retry=None,
        timeout=10,
    )
    (first,) = status.request_status_per_destination
    assert first.request_status.name == "SUCCESS"
    assert first.events_ingestion_status.record_count == 1
    assert first.destination.product_destination_id == STREAM


def test_warnings_arrive(api: Client) -> None:
    """With their fields and their reasons."""
    place = datamanager_v1.EventLocation(region_code="Germany")
    answer = api.ingest_events(purchase(event_location=place), retry=None, timeout=10)

    (warning,) = answer.field_warnings
    assert warning.field == "events.events[0].event_location.region_code"
    assert warning.reason.name == "WARNING_REASON_INVALID_REGION_CODE"


def test_a_refusal_is_understood(api: Client) -> None:
    """The client finds the reason, the request's id and the field."""
    with pytest.raises(BadRequest) as refused:
        api.ingest_events(purchase(app_instance_id="a" * 32), retry=None, timeout=10)

    reason = "BOTH_CLIENT_ID_AND_APP_INSTANCE_ID_NOT_ALLOWED"
    assert refused.value.reason == "INVALID_ARGUMENT"
    assert refused.value.domain == "datamanager.googleapis.com"
    (bad,) = (d for d in refused.value.details if "fieldViolations" in d)
    assert [(v["field"], v["reason"]) for v in bad["fieldViolations"]] == [
        ("events.events[0]", reason)
    ]


@pytest.mark.parametrize(("number", "error"), [(403, Forbidden), (503, ServiceUnavailable)])
def test_faults_are_understood(
    api: Client, client: httpx.Client, number: int, error: type[Exception]
) -> None:
    """As what they are."""
    client.post("/faults", json={"status": number}).raise_for_status()
    with pytest.raises(error):
        api.ingest_events(purchase(), retry=None, timeout=10)


def test_our_json_is_googles() -> None:
    """What these tests send goes through Google's types and comes back the same."""
    types = datamanager_v1.IngestEventsRequest
    sent = request(event(), validateOnly=True)
    again = types.to_dict(types.from_json(httpx.Request("POST", "http://x", json=sent).content))

    assert again["events"][0]["cart_data"]["items"][0]["quantity"] == "2"
    assert again["validate_only"] is True


def test_tokens_are_had_by_googles_library(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks the metadata server as on Google Cloud, and its token is taken."""
    monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", client.base_url.netloc.decode())
    client.post("/data-manager/conditions", json={"require_authorization": True})
    scopes = ["https://www.googleapis.com/auth/datamanager"]
    credentials = Credentials(scopes=scopes)  # type: ignore[no-untyped-call]
    credentials.refresh(Request())  # type: ignore[no-untyped-call]

    headers: dict[str, str] = {}
    credentials.apply(headers)  # type: ignore[no-untyped-call]
    answer = client.post("/v1/events:ingest", json=request(), headers=headers)
    assert credentials.valid
    assert answer.status_code == 200
