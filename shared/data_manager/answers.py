"""What the API answers to a request of several events, read once and without its data.

One bad event fails the whole request, and then nothing of it is processed. Which one it was stands
in the path of the field, `events.events[3].user_data`, where Google says it at all.
Source: https://developers.google.com/data-manager/api/devguides/concepts/understand-errors
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import httpx
import msgspec

from shared.domain.sink import Receipt
from shared.sinks.sending import SendResult, SendStatus, retry_after

_OK: Final = 200
_SERVER_ERROR: Final = 500
# Rights, ids and a service that is not switched on: a person has to put that right.
_SETTINGS: Final = frozenset({401, 403, 404})
# Answers that say the request was not processed. 408: it never arrived as a whole. Of other server
# errors nobody knows.
_NOT_PROCESSED: Final = frozenset({408, 409, 429, 503})
_TOO_MANY: Final = 429
# The quota is one of a minute: what is refused now is not taken a second later.
_QUOTA_SECONDS: Final = 15.0

# Reasons of a 400 that are about where a request goes, and not about what it holds.
_OF_SETTINGS: Final = frozenset(
    {
        "CONVERSION_ACTION_TOO_RECENTLY_CREATED",
        "DESTINATION_ACCOUNT_DATA_POLICY_PROHIBITS_ENHANCED_CONVERSIONS",
        "DESTINATION_ACCOUNT_ENHANCED_CONVERSIONS_TERMS_NOT_SIGNED",
        "DESTINATION_ACCOUNT_NOT_ENABLED_ENHANCED_CONVERSIONS_FOR_LEADS",
        "DESTINATION_ACCOUNT_TYPE_MISMATCH",
        "DUPLICATE_DESTINATION_REFERENCE",
        "EU_POLITICAL_ADVERTISING_DECLARATION_REQUIRED",
        "GOOGLE_ANALYTICS_SUBPROPERTY_OR_ROLLUP_PROPERTY_NOT_ALLOWED",
        "INVALID_CONVERSION_ACTION_ID",
        "INVALID_CONVERSION_ACTION_TYPE",
        "INVALID_DESTINATION",
        "INVALID_PROPERTY_TYPE",
        "INVALID_STREAM_TYPE",
        "MISMATCHED_ACCOUNT_TYPE",
        "NOT_ALLOWLISTED",
        "OPERATING_ACCOUNT_LOGIN_ACCOUNT_MISMATCH",
        "REQUIRED_PREREQUISITE_LINK_MISSING",
        "TERMS_AND_CONDITIONS_NOT_SIGNED",
    }
)

_WORD: Final = re.compile(r"[A-Z][A-Z0-9_]{1,79}", re.ASCII)
_PATH: Final = re.compile(r"[A-Za-z0-9_.\[\]]{1,200}", re.ASCII)
_REQUEST_ID: Final = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_EVENT: Final = re.compile(r"(?:^|\.)events\[([0-9]{1,5})\]", re.ASCII)


class Blamed(msgspec.Struct, frozen=True):
    """A whole request that was refused over some of its events; nothing of it was processed.

    Attributes:
        reasons: Why, by the event's place in the request; empty where Google names none.
        reason: Why, of the request.
    """

    reasons: Mapping[int, str]
    reason: str


def read_answer(answer: httpx.Response, count: int) -> Sequence[SendResult] | SendResult | Blamed:
    """Return what became of the events of a request: of each, of all alike, or who is to blame.

    Args:
        answer: The whole answer.
        count: How many events the request had.
    """
    status, body = answer.status_code, _json(answer)
    if status == _OK:
        return _accepted(body, count)
    raw = body.get("error")
    error: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
    general = _said(status, error)
    if status in _SETTINGS or (_OK < status < _SERVER_ERROR and _is_of_settings(error)):
        return SendResult(SendStatus.NOT_SENT, general, refused_settings=True)
    if status in _NOT_PROCESSED:
        wait = retry_after(answer.headers)
        if wait is None and status == _TOO_MANY:
            wait = _QUOTA_SECONDS
        return SendResult(SendStatus.NOT_SENT, general, retry_after=wait)
    if status >= _SERVER_ERROR or status < _OK:
        return SendResult(SendStatus.UNKNOWN, general)
    blamed = _by_event(_violations(error))
    named = {at: f"{status} {', '.join(said)}" for at, said in blamed.items() if at < count}
    return Blamed(named, general)


def _accepted(body: Mapping[str, Any], count: int) -> Sequence[SendResult] | SendResult:
    request_id = body.get("requestId")
    if not isinstance(request_id, str) or not _REQUEST_ID.fullmatch(request_id):
        # Something between us and Google may have answered.
        return SendResult(SendStatus.UNKNOWN, "200 without a requestId")
    warnings = _by_event(_mappings(body.get("fieldWarnings")))
    receipts = (Receipt(request_id, at, count, tuple(warnings.get(at, ()))) for at in range(count))
    return [SendResult(SendStatus.ACCEPTED, "200", receipt=receipt) for receipt in receipts]


def _json(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _mappings(raw: object) -> list[Mapping[str, Any]]:
    return [each for each in raw if isinstance(each, dict)] if isinstance(raw, list) else []


def _violations(error: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [
        violation
        for detail in _mappings(error.get("details"))
        for violation in _mappings(detail.get("fieldViolations"))
    ]


def _by_event(faults: Sequence[Mapping[str, Any]]) -> dict[int, list[str]]:
    """Return what Google says of single events, by their places."""
    found: dict[int, list[str]] = {}
    for fault in faults:
        path = fault.get("field")
        place = _EVENT.search(path) if isinstance(path, str) else None
        if place is not None:
            found.setdefault(int(place[1]), []).append(_of_field(fault))
    return found


def _of_field(fault: Mapping[str, Any]) -> str:
    """Return a fault's reason and path; its description may hold values."""
    path, reason = fault.get("field"), fault.get("reason")
    shown = reason if isinstance(reason, str) and _WORD.fullmatch(reason) else "INVALID_ARGUMENT"
    return f"{shown} at {path}" if isinstance(path, str) and _PATH.fullmatch(path) else shown


def _said(status: int, error: Mapping[str, Any]) -> str:
    """Return a status with Google's words for it."""
    return " ".join([str(status), *dict.fromkeys(_words(error))])


def _words(error: Mapping[str, Any]) -> Iterator[str]:
    for given in (
        error.get("status"),
        *(detail.get("reason") for detail in _mappings(error.get("details"))),
    ):
        if isinstance(given, str) and _WORD.fullmatch(given):
            yield given
    yield from map(_of_field, _violations(error))


def _is_of_settings(error: Mapping[str, Any]) -> bool:
    """Return whether a request was refused over where it goes, and not over what it holds."""
    violations = _violations(error)
    if _by_event(violations):
        return False
    given = (*_mappings(error.get("details")), *violations)
    if any(str(each.get("reason")) in _OF_SETTINGS for each in given):
        return True
    paths = [str(violation.get("field", "")) for violation in violations]
    return bool(paths) and all(path.startswith("destinations") for path in paths)
