"""What the Data Manager API would be sent for a payload, and what is said about that.

A payload may be the API's own already, an event or a whole request, as the local collector lists
it: then it is held against Google's description of the API too.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

import msgspec

from shared.data_manager.event import Event, encode
from shared.data_manager.mapping import Extra, map_event
from shared.data_manager.rules import check, faults
from shared.data_manager.rules.reasons import ERRORS, EVENT, FIELD_MAPPINGS, Reason
from shared.domain.notes import Notes
from shared.ga4.findings import Finding, Level, advice, error
from tools.changed import replace
from tools.data_manager.rules import check_request
from tools.data_manager.structure import read_structure
from tools.data_manager.violations import Violation

# Names that no payload of the Measurement Protocol has.
_OF_A_REQUEST: Final = frozenset({"destinations"})
_OF_AN_EVENT: Final = frozenset({"eventName", "event_name", "eventTimestamp", "event_timestamp"})
_ANY_STREAM: Final = {
    "operatingAccount": {"accountType": "GOOGLE_ANALYTICS_PROPERTY", "accountId": "1"},
    "productDestinationId": "G-ANY",
}
_ANY_APP: Final = {**_ANY_STREAM, "productDestinationId": "1:1:android:0a"}


class Judged(NamedTuple):
    """A payload as the API would get it.

    Attributes:
        findings: What breaks the API's rules, and what it cannot carry.
        events: The events, as JSON.
    """

    findings: tuple[Finding, ...]
    events: tuple[Any, ...] = ()


def is_of_the_api(payload: Mapping[str, Any]) -> bool:
    """Return whether a payload is the API's own: an event, or a request of several."""
    events = payload.get("events")
    first = events[0] if isinstance(events, list) and events else None
    return (
        not _OF_AN_EVENT.isdisjoint(payload)
        or not _OF_A_REQUEST.isdisjoint(payload)
        or (isinstance(first, dict) and not _OF_AN_EVENT.isdisjoint(first))
    )


def judge(payload: Mapping[str, Any], now: datetime) -> Judged:
    """Map a payload that breaks no rule of GA4's, and hold its events against the API's rules.

    Args:
        payload: A Measurement Protocol request.
        now: The moment its times are checked by.
    """
    raw_events = payload.get("events") or ()
    if not raw_events:
        message = "the API takes user properties and user data as part of an event only"
        return Judged((error("events", Reason.REQUIRED_FIELD_MISSING, message, EVENT),))
    findings: list[Finding] = []
    events = []
    for at, raw in enumerate(raw_events):
        notes = Notes()
        alone = {**payload, "events": [raw]}
        event = map_event(alone, extra=Extra(), ads=False, now=now, notes=notes)
        findings += _at(f"events[{at}]", faults(event, now))
        findings += _not_carried(notes, f"events[{at}]")
        events.append(msgspec.json.decode(encode(event)))
    return Judged(tuple(findings), tuple(events))


def judge_own(payload: Mapping[str, Any], now: datetime) -> Judged:
    """Hold an event or a request of the API's own against Google's description and the rules.

    Args:
        payload: One for which `is_of_the_api` holds.
        now: The moment its times are checked by.
    """
    alone = not _OF_AN_EVENT.isdisjoint(payload)
    read, violations = read_structure("Event" if alone else "IngestEventsRequest", _exact(payload))
    if violations:
        return Judged(tuple(map(_of_form, violations)))
    own = (payload,) if alone else tuple(payload.get("events", ()))
    refused = check_request(_request(read) if alone else read, now)
    if refused:
        return Judged(tuple(_of_rule(each, alone=alone) for each in refused), own)
    findings: list[Finding] = []
    for at, event in enumerate([read] if alone else read.get("events", ())):
        found = _held(event, now)
        findings += found if alone else _at(f"events[{at}]", found)
    return Judged(tuple(findings), own)


def _held(event: Mapping[str, Any], now: datetime) -> tuple[Finding, ...]:
    """Return what our rules say of an event; nothing where it is none of those we send."""
    source = "APP" if event.get("appInstanceId") else "WEB"
    try:
        typed = msgspec.convert({"eventSource": source, **event}, Event)
    except msgspec.ValidationError:  # for a shop's till, say, or for Google Ads alone
        return ()
    return check(typed, now)


def _exact(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return the same JSON with its decimals as Decimal."""
    if isinstance(value, dict):
        return {name: _exact(child) for name, child in value.items()}
    if isinstance(value, list):
        return [_exact(child) for child in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def _request(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return a request of one event, to a stream that it could be for."""
    stream = _ANY_APP if event.get("appInstanceId") else _ANY_STREAM
    unbound = {name: value for name, value in event.items() if name != "destinationReferences"}
    return {"destinations": [stream], "events": [unbound], "encoding": "HEX"}


def _of_form(violation: Violation) -> Finding:
    """Return what is wrong with a field's name or type; Google's own words repeat the value."""
    unknown = "Cannot find field" in violation.description
    message = "there is a field that the API does not have" if unknown else "has another type"
    return Finding(Level.ERROR, violation.field, "INVALID_ARGUMENT", message, EVENT)


def _of_rule(violation: Violation, *, alone: bool) -> Finding:
    path = violation.field.removeprefix("events.")
    if alone:
        path = path.removeprefix("events[0].").removeprefix("events[0]")
    code = violation.reason or "INVALID_ARGUMENT"
    return Finding(Level.ERROR, path, code, violation.description, ERRORS)


def _at(place: str, found: tuple[Finding, ...]) -> Iterator[Finding]:
    return (replace(each, path=f"{place}.{each.path}") for each in found)


def _not_carried(notes: Notes, place: str) -> Iterator[Finding]:
    for note in notes:
        path, _, problem = note.partition(": ")
        path = path.replace("events[0]", place, 1)
        yield advice(path, Reason.NOT_CARRIED, problem, FIELD_MAPPINGS)
