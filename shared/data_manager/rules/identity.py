"""Rules for what happened, to whom and when: name, ids, source and time."""

import re
from datetime import datetime, timedelta
from typing import Final

from shared.data_manager.event import Event
from shared.data_manager.rules import reasons
from shared.data_manager.rules.reasons import Reason
from shared.domain.identifiers import is_placeholder
from shared.ga4.findings import Code, Finding, Level, advice, error
from shared.ga4.limits import APP_INSTANCE_ID, CLIENT_ID, USER_ID_LENGTH
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.name import event_name_fault
from shared.ga4.rules.value import is_text

_OLDEST: Final = timedelta(hours=72)
_JOINED: Final = timedelta(hours=48)
_TIME: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def check_identity(event: Event, now: datetime, findings: list[Finding]) -> None:
    """Add what is wrong with an event's name, ids, source and time.

    Args:
        event: What would be sent.
        now: The current time, UTC.
        findings: Where findings are added.
    """
    _check_name(event, findings)
    _check_ids(event, findings)
    _check_time(event.event_timestamp, now, findings)


def _check_name(event: Event, findings: list[Finding]) -> None:
    fault = event_name_fault(event.event_name, "eventName", web=event.event_source == "WEB")
    if fault is None:
        return
    if fault.level is Level.ADVICE:
        findings.append(fault)
        return
    missing = fault.code == Code.VALUE_REQUIRED
    code = Reason.REQUIRED_FIELD_MISSING if missing else Reason.INVALID_EVENT_NAME
    findings.append(error(fault.path, code, fault.message, reasons.FIELD_MAPPINGS))


def _check_ids(event: Event, findings: list[Finding]) -> None:
    if event.client_id is not None and event.app_instance_id is not None:
        message = "a web stream's event has a clientId, an app stream's an appInstanceId: not both"
        findings.append(error("appInstanceId", Reason.BOTH_IDS, message, reasons.REASONS))
        return
    web = event.event_source == "WEB"
    name, value = ("clientId", event.client_id) if web else ("appInstanceId", event.app_instance_id)
    other = event.app_instance_id if web else event.client_id
    if other is not None:
        message = "a clientId goes with the source WEB, an appInstanceId with APP"
        findings.append(
            error("eventSource", Reason.EVENT_SOURCE_MISMATCH, message, reasons.REASONS)
        )
    elif value is None or is_placeholder(value) or not is_text(value):
        message = f"{name} is required, and neither blank nor a placeholder"
        findings.append(error(name, Reason.REQUIRED_FIELD_MISSING, message, reasons.SEND_EVENTS))
    elif web and not CLIENT_ID.fullmatch(value):
        message = f"two numbers joined by a dot are recommended; this is {described(value)}"
        findings.append(advice(name, Reason.INVALID_FORMAT, message, reasons.REASONS))
    elif not web and not APP_INSTANCE_ID.fullmatch(value):
        message = f"appInstanceId is 32 hexadecimal digits; this is {described(value)}"
        findings.append(error(name, Reason.INVALID_FORMAT, message, sources.REFERENCE))
    if event.user_id is not None:
        _check_user_id(event.user_id, findings)


def _check_user_id(user_id: str, findings: list[Finding]) -> None:
    if is_placeholder(user_id) or not is_text(user_id):
        message = "userId must be neither blank nor a placeholder: leave it out"
        findings.append(error("userId", Reason.INVALID_FORMAT, message, sources.HELP_USER_ID))
    elif len(user_id) > USER_ID_LENGTH:
        message = f"userId has at most {USER_ID_LENGTH} characters; this is {described(user_id)}"
        findings.append(error("userId", Reason.FIELD_VALUE_TOO_LONG, message, sources.HELP_USER_ID))


def _check_time(text: str, now: datetime, findings: list[Finding]) -> None:
    path = "eventTimestamp"
    if not text:
        message = "eventTimestamp is required"
        findings.append(error(path, Reason.REQUIRED_FIELD_MISSING, message, reasons.EVENT))
        return
    try:
        moment = datetime.fromisoformat(text) if _TIME.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        message = f"a time as in 2026-11-26T13:00:00.000000Z; this is {described(text)}"
        findings.append(error(path, Reason.INVALID_FORMAT, message, reasons.EVENT))
        return
    age = now - moment
    if age > _OLDEST or age < timedelta(0):
        message = "GA4 takes an event of the last 72 hours, and none of the future"
        findings.append(error(path, Reason.EVENT_TIME_INVALID, message, reasons.SEND_EVENTS))
    elif age > _JOINED:
        message = "an event that is to join the tag's should arrive within 48 hours"
        findings.append(advice(path, Reason.EVENT_TIME_INVALID, message, reasons.SEND_EVENTS))
