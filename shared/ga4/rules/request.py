"""Rules for the body as a whole: its keys, its size, and what has to be there.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
"""

from collections.abc import Mapping
from typing import Any, Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import BODY_BYTES
from shared.ga4.rules import sources
from shared.ga4.rules.consent import check_consent, check_non_personalized_ads
from shared.ga4.rules.describe import described, under
from shared.ga4.rules.event import check_events
from shared.ga4.rules.identity import check_identity
from shared.ga4.rules.place import check_place
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.time import stamp_fault
from shared.ga4.rules.user_data import check_user_data
from shared.ga4.rules.user_properties import check_user_properties

_KEYS: Final = frozenset(
    {
        "app_instance_id",
        "client_id",
        "consent",
        "device",
        "events",
        "ip_override",
        "non_personalized_ads",
        "timestamp_micros",
        "user_agent",
        "user_data",
        "user_id",
        "user_location",
        "user_properties",
        "validation_behavior",
    }
)
_CLICK_ID: Final = "there is no field for click ids: they join through client_id"
_NO_IDENTIFIER: Final = "is no identifier of the Measurement Protocol"
_IN_THE_QUERY: Final = "belongs in the query of the URL"
# Keys people look for in vain, and where they belong.
_HINTS: Final[Mapping[str, str]] = {
    "ad_storage": "belongs to tags",
    "advertising_id": _NO_IDENTIFIER,
    "analytics_storage": "belongs to tags",
    "api_secret": f"{_IN_THE_QUERY}, and nowhere else",
    "dclid": _CLICK_ID,
    "firebase_app_id": _IN_THE_QUERY,
    "firebase_instance_id": _NO_IDENTIFIER,
    "gbraid": _CLICK_ID,
    "gclid": _CLICK_ID,
    "measurement_id": _IN_THE_QUERY,
    "validationBehavior": "is spelt validation_behavior",
    "wbraid": _CLICK_ID,
}
_BEHAVIORS: Final = frozenset({"RELAXED", "ENFORCE_RECOMMENDATIONS"})


def check_request(payload: object, rulebook: Rulebook, findings: list[Finding]) -> None:
    """Add what is wrong with the body of a request."""
    if not isinstance(payload, dict):
        message = f"the body has to be one JSON object; this is {described(payload)}"
        findings.append(error("", Code.VALUE_INVALID, message, sources.REFERENCE))
        return
    if not payload.keys() <= _KEYS:
        _check_keys(payload, findings)
    check_identity(payload, rulebook, findings)
    if "timestamp_micros" in payload and (
        fault := stamp_fault(payload["timestamp_micros"], "timestamp_micros", rulebook)
    ):
        findings.append(fault)
    if "consent" in payload:
        check_consent(payload["consent"], findings)
    if "non_personalized_ads" in payload:
        check_non_personalized_ads(payload["non_personalized_ads"], findings)
    check_place(payload, rulebook, findings)
    if "validation_behavior" in payload:
        _check_behavior(payload["validation_behavior"], findings)
    _check_content(payload, rulebook, findings)


def _check_content(payload: Mapping[str, Any], rulebook: Rulebook, findings: list[Finding]) -> None:
    """Add what is wrong with what a request is sent for: events, user properties, user data."""
    if "user_properties" in payload:
        check_user_properties(payload["user_properties"], rulebook, findings)
    if "user_data" in payload:
        check_user_data(payload["user_data"], findings)
        if "user_id" not in payload:
            message = "a user_id beside user_data is recommended"
            findings.append(advice("user_id", Code.VALUE_REQUIRED, message, sources.USER_DATA))
    if "events" in payload:
        check_events(payload["events"], rulebook, findings)
    elif not ("user_properties" in payload or "user_data" in payload):
        message = "events is required, unless only user properties or user data are sent"
        findings.append(error("events", Code.VALUE_REQUIRED, message, sources.REFERENCE))


def check_size(size_bytes: int, findings: list[Finding]) -> None:
    """Add a finding if a body of that many bytes is too large."""
    if size_bytes >= BODY_BYTES:
        message = f"the body has to be smaller than {BODY_BYTES} bytes; this has {size_bytes}"
        findings.append(error("", Code.VALUE_OUT_OF_BOUNDS, message, sources.REFERENCE))


def _check_keys(payload: Mapping[str, Any], findings: list[Finding]) -> None:
    for key in payload:
        if key not in _KEYS:
            message = _HINTS.get(key, "is no key of the protocol: GA4 may refuse the whole body")
            findings.append(error(under("", key), Code.VALUE_INVALID, message, sources.VALIDATING))


def _check_behavior(value: object, findings: list[Finding]) -> None:
    path = "validation_behavior"
    if not isinstance(value, str) or value not in _BEHAVIORS:
        message = f"RELAXED or ENFORCE_RECOMMENDATIONS; this is {described(value)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.REFERENCE))
    else:
        message = "meant for development: leave it out in production"
        findings.append(advice(path, Code.VALUE_INVALID, message, sources.VALIDATING))
