"""Do Google's validators take a sample of what the functions send?"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import httpx

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.data_manager.client import DataManager
from shared.data_manager.destination import Destination
from shared.domain.attributed import AttributedConversion
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Kind, PurchaseType, Source
from shared.domain.money import Money
from shared.errors import MisconfiguredError, UnavailableError
from shared.ga4.check import ValidRequest, check
from shared.ga4.event import to_request
from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from shared.settings.streams import Stream
from shared.sinks.sending import Outgoing, SendStatus
from tools.doctor.finding import Finding, error, ok, unknown

_TIMEOUT_SECONDS: Final = 15.0
# The debug server checks no secret, but asks for one.
_ANY_SECRET: Final = "none"  # noqa: S105 - see above
_CLIENT_ID: Final = "1170316824.1700000000"
_APP_INSTANCE_ID: Final = "0" * 32

_SIGN_IN: Final = (
    "gcloud auth application-default login --impersonate-service-account="
    "ACCOUNT_OF_THE_FUNCTIONS --scopes=https://www.googleapis.com/auth/datamanager"
)
_ANY_FIX: Final = "docs/guides/move-to-data-manager.md says what has to be granted and set"
_FIXES: Final = {
    "SERVICE_DISABLED": "gcloud services enable datamanager.googleapis.com",
    "NOT_ALLOWLISTED": "Google's form: https://forms.gle/PUT2AsLVM1krd5zm6",
    "UNAUTHENTICATED": _SIGN_IN,
    "PERMISSION_DENIED": "in GA4, Admin → Property access management: add the functions' service "
    "account as Editor",
    "NOT_FOUND": "is the property the one of this measurement id?",
    "INVALID_DESTINATION": "is the property the one of this measurement id?",
}
"""What to do about each of Google's reasons; the most particular come first."""


def streams_in(settings: Mapping[str, str]) -> list[Stream]:
    """Return the streams that settings name, whatever else is wrong with them.

    Args:
        settings: Names and values.
    """
    return [stream for stream in read_streams(Reader(settings)).by_name.values() if stream.id]


def data_manager_in(settings: Mapping[str, str]) -> str:
    """Return where settings say that the Data Manager API is.

    Args:
        settings: Names and values.
    """
    return read_streams(Reader(settings)).data_manager


async def examine(stream: Stream, data_manager: str) -> list[Finding]:
    """Send a stream's validators a purchase, which nobody records, and return what they say.

    Args:
        stream: Its ids and its sinks.
        data_manager: `DATA_MANAGER_ENDPOINT`.
    """
    findings = []
    if stream.api_secret is not None:
        findings.append(await _measurement_protocol(stream))
    if stream.property_id is not None:
        findings.append(await _data_manager(stream, stream.property_id, data_manager))
    return findings


async def _measurement_protocol(stream: Stream) -> Finding:
    """Ask GA4's debug server."""
    about = "debug endpoint"
    name = "firebase_app_id" if stream.is_app else "measurement_id"
    address = f"{stream.endpoint.rstrip('/')}/debug/mp/collect"
    request, _ = _sample(stream, datetime.now(UTC))
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            response = await client.post(
                address,
                params={name: stream.id, "api_secret": _ANY_SECRET},
                content=request.body,
            )
        found = response.json()["validationMessages"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as failure:
        fix = "is the endpoint reachable from here?"
        return unknown(about, f"no answer ({type(failure).__name__})", fix)
    if found:
        codes = ", ".join(sorted({str(message.get("validationCode")) for message in found}))
        return error(about, f"refuses a sample purchase: {codes}", "is the measurement id right?")
    return ok(about, "takes a sample purchase; it checks neither the secret nor that it arrives")


async def _data_manager(stream: Stream, property_id: str, endpoint: str) -> Finding:
    """Ask the Data Manager API with `validateOnly`; it checks the rights of who asks."""
    about = f"Data Manager API, property {property_id}"
    now = datetime.now(UTC)
    client = DataManager(
        endpoint, Destination(property_id, stream.id, stream.ads), lambda: datetime.now(UTC)
    )
    try:
        outgoing = client.outgoing(*_sample(stream, now), now)
        assert isinstance(outgoing, Outgoing)  # noqa: S101 - the sample is valid by test
        result = await client.validate(outgoing.body, await client.credential())
    except MisconfiguredError as failure:
        return unknown(about, str(failure), _SIGN_IN)
    except UnavailableError as failure:
        return unknown(about, str(failure), "then look again")
    finally:
        await client.close()
    if result.status is SendStatus.ACCEPTED:
        return ok(about, "takes a sample purchase with your rights; nothing was recorded")
    if result.refused_settings:
        fix = next((fix for word, fix in _FIXES.items() if word in result.detail), _ANY_FIX)
        return error(about, f"refuses the settings: {result.detail}", fix)
    if result.status is SendStatus.REJECTED:
        return error(about, f"refuses a sample purchase: {result.detail}", _ANY_FIX)
    return unknown(about, f"no answer ({result.detail})", "is the endpoint reachable from here?")


def _sample(stream: Stream, now: datetime) -> tuple[ValidRequest, AttributedConversion]:
    """Return a purchase exactly as the functions would send it."""
    conversion = Conversion(
        kind=Kind.PURCHASE,
        transaction_id="DOCTOR-SAMPLE",
        business_key="DOCTOR-SAMPLE",
        money=Money("EUR", Decimal("12.50"), Decimal("2.00"), Decimal("0.50")),
        occurred_at=now,
        context=Context(
            client_id=_CLIENT_ID,
            session_id=int(now.timestamp()) - 60,
            app_instance_id=_APP_INSTANCE_ID,
        ),
        source=Source("doctor", "sample", "sample"),
        purchase_type=PurchaseType.ONE_TIME,
    )
    attributed = attribute(conversion, Policy(), now, stream_id=stream.id, app=stream.is_app)
    assert isinstance(attributed, AttributedConversion)  # noqa: S101 - the sample denies nothing
    request = check(to_request(attributed, mp_source="doctor", app=stream.is_app), now)
    assert isinstance(request, ValidRequest)  # noqa: S101 - the sample is valid by test
    return request, attributed
