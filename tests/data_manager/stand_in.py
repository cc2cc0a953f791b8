"""The local stand-in's word on an event of ours: its form by Google's document, and its rules."""

import json
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from tools.data_manager.rules import check_request
from tools.data_manager.structure import read_structure
from tools.data_manager.warnings import warnings_of

_PROPERTY: Final = {"accountType": "GOOGLE_ANALYTICS_PROPERTY", "accountId": "123456789"}
_ADS: Final = {
    "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "1234567890"},
    "productDestinationId": "987654321",
    "reference": "ads",
}


def said(body: bytes, now: datetime) -> tuple[list[str], list[str]]:
    """Return what the stand-in refuses and what it warns of, each as field and reason.

    Args:
        body: One event, as it is sent.
        now: When it arrives.
    """
    event = json.loads(body, parse_float=Decimal)
    app = "appInstanceId" in event
    ga4 = {
        "operatingAccount": _PROPERTY,
        "productDestinationId": "1:1:android:0a" if app else "G-AB12CD34EF",
        "reference": "ga4",
    }
    destinations = [ga4, _ADS] if "destinationReferences" in event else [ga4]
    request: dict[str, Any] = {"destinations": destinations, "events": [event], "encoding": "HEX"}
    read, wrong = read_structure("IngestEventsRequest", request)
    refused = wrong or check_request(read, now)
    warned = [] if refused else warnings_of(read)
    return [f"{v.field} {v.reason or v.description}" for v in refused], [
        f"{v.field} {v.reason}" for v in warned
    ]
