"""What the Data Manager API would be sent for a payload, and what is said about that."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from shared.changed import replace
from shared.data_manager.event import encode
from shared.data_manager.mapping import Extra, map_event
from shared.data_manager.rules import faults
from shared.data_manager.rules.reasons import EVENT, FIELD_MAPPINGS, Reason
from shared.domain.notes import Notes
from shared.ga4.findings import Finding, advice, error


class Judged(NamedTuple):
    """A payload as the API would get it.

    Attributes:
        findings: What breaks the API's rules, and what it cannot carry.
        events: The events, as JSON.
    """

    findings: tuple[Finding, ...]
    events: tuple[Any, ...] = ()


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
        place = f"events[{at}]"
        findings += (replace(each, path=f"{place}.{each.path}") for each in faults(event, now))
        findings += _not_carried(notes, place)
        events.append(msgspec.json.decode(encode(event)))
    return Judged(tuple(findings), tuple(events))


def _not_carried(notes: Notes, place: str) -> Iterator[Finding]:
    for note in notes:
        path, _, problem = note.partition(": ")
        path = path.replace("events[0]", place, 1)
        yield advice(path, Reason.NOT_CARRIED, problem, FIELD_MAPPINGS)
