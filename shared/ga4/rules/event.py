"""Rules for `events`: how many, their keys, names and times."""

from typing import Any, Final

from shared.ga4.findings import Code, Finding, error
from shared.ga4.limits import EVENTS_PER_REQUEST
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, under
from shared.ga4.rules.name import event_name_fault
from shared.ga4.rules.params import check_params
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.time import stamp_fault

_KEYS: Final = frozenset({"name", "params", "timestamp_micros"})


def check_events(events: object, rulebook: Rulebook, findings: list[Finding]) -> None:
    """Add what is wrong with the `events` of a request."""
    if not isinstance(events, list):
        message = f"events has to be an array of objects; this is {described(events)}"
        findings.append(error("events", Code.VALUE_INVALID, message, sources.REFERENCE))
        return
    if not events:
        message = "events has to have at least one event; without any, leave the key out"
        findings.append(error("events", Code.VALUE_REQUIRED, message, sources.REFERENCE))
    if len(events) > EVENTS_PER_REQUEST:
        message = f"at most {EVENTS_PER_REQUEST} events in a request; this is {described(events)}"
        findings.append(error("events", Code.EXCEEDED_MAX_ENTITIES, message, sources.REFERENCE))
    for index, event in enumerate(events[:EVENTS_PER_REQUEST]):
        path = f"events[{index}]"
        if isinstance(event, dict):
            _check_event(event, path, rulebook, findings)
        else:
            message = f"an event has to be an object; this is {described(event)}"
            findings.append(error(path, Code.VALUE_INVALID, message, sources.REFERENCE))


def _check_event(
    event: dict[str, Any], path: str, rulebook: Rulebook, findings: list[Finding]
) -> None:
    if not event.keys() <= _KEYS:
        _check_keys(event, path, findings)
    name = event.get("name")
    if fault := event_name_fault(name, f"{path}.name", web=rulebook.web):
        findings.append(fault)
    if "timestamp_micros" in event and (
        fault := stamp_fault(event["timestamp_micros"], f"{path}.timestamp_micros", rulebook)
    ):
        findings.append(fault)
    params = event.get("params", {})
    if isinstance(params, dict):
        named = name if isinstance(name, str) else ""
        check_params(params, named, f"{path}.params", rulebook, findings)
    else:
        message = f"params has to be an object; this is {described(params)}"
        findings.append(error(f"{path}.params", Code.VALUE_INVALID, message, sources.REFERENCE))


def _check_keys(event: dict[str, Any], path: str, findings: list[Finding]) -> None:
    for key in event:
        if key not in _KEYS:
            message = "an event has name, params and timestamp_micros, no other key"
            if key == "items":
                message = "items belongs in params"
            findings.append(
                error(under(path, key), Code.VALUE_INVALID, message, sources.VALIDATING)
            )
