"""Does GA4's debug server take a sample of what the functions send?"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

import httpx

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.domain.attributed import AttributedConversion
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Kind, PurchaseType, Source
from shared.domain.money import Money
from shared.ga4.check import ValidRequest, check
from shared.ga4.event import to_request
from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from shared.settings.streams import Stream
from tools.doctor.finding import Finding, error, ok, unknown

_TIMEOUT_SECONDS: Final = 15.0
# The debug server checks no secret, but asks for one.
_ANY_SECRET: Final = "none"  # noqa: S105 - see above
_CLIENT_ID: Final = "1170316824.1700000000"
_APP_INSTANCE_ID: Final = "0" * 32


def streams_in(settings: Mapping[str, str]) -> list[Stream]:
    """Return the streams that settings name, whatever else is wrong with them.

    Args:
        settings: Names and values.
    """
    return [stream for stream in read_streams(Reader(settings)).by_name.values() if stream.id]


async def examine(endpoint: str, stream_id: str, *, app: bool = False) -> Finding:
    """Post a purchase to the debug server, which records nothing, and return what it says.

    Args:
        endpoint: `https://www.google-analytics.com`, the EU host, or a stand-in.
        stream_id: The web stream's id, or the app's.
        app: Whether it is an app's.
    """
    about = "debug endpoint"
    name = "firebase_app_id" if app else "measurement_id"
    address = f"{endpoint.rstrip('/')}/debug/mp/collect"
    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            response = await client.post(
                address,
                params={name: stream_id, "api_secret": _ANY_SECRET},
                content=_sample(stream_id, datetime.now(UTC), app=app).body,
            )
        found = response.json()["validationMessages"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as failure:
        fix = "is the endpoint reachable from here?"
        return unknown(about, f"no answer ({type(failure).__name__})", fix)
    if found:
        codes = ", ".join(sorted({str(message.get("validationCode")) for message in found}))
        return error(about, f"refuses a sample purchase: {codes}", "is the measurement id right?")
    return ok(about, "takes a sample purchase; it checks neither the secret nor that it arrives")


def _sample(stream_id: str, now: datetime, *, app: bool) -> ValidRequest:
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
    attributed = attribute(conversion, Policy(), now, stream_id=stream_id, app=app)
    assert isinstance(attributed, AttributedConversion)  # noqa: S101 - the sample denies nothing
    request = check(to_request(attributed, mp_source="doctor", app=app), now)
    assert isinstance(request, ValidRequest)  # noqa: S101 - the sample is valid by test
    return request
