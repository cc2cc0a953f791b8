"""All that is wrong with a row, where reading it ends at the first kind of fault.

Types come first, then what fields mean together, then GA4's rules. Whoever corrects a file wants
all of it at once. So what is found is replaced by something that is right, and the row read again.
"""

import re
from collections.abc import Collection
from typing import Any, Final

import msgspec

from shared.errors import Fault, UnusableError
from shared.faults import faults_of
from tools.publish.messages import MessageType, RowCheck

# They decide what the rest of a row means.
_DECISIVE: Final = frozenset({"body", "name", "schema", "type"})
_STAND_INS: Final = {
    "currency": "EUR",
    "event_id": "evt_1",
    "money": {"currency": "EUR", "total": "1.00"},
    "original_transaction_id": "ORD-1",
    "provider": "internal",
    "subscription_id": "sub_1",
    "transaction_id": "ORD-2",
}
_FIELD: Final = re.compile(r"[^.\[]*")
_PART: Final = re.compile(r"[^.\[\]]+")


def every_fault(
    body: bytes, kind: MessageType, row_check: RowCheck, error: UnusableError
) -> tuple[Fault, ...]:
    """Return each bad field of a row, and what is wrong with it; never a value.

    Args:
        body: The row's JSON.
        kind: What it is.
        row_check: What else is asked of it.
        error: What its function would reject it for.
    """
    # What the function says comes first where the types do not: of a wrong schema they find the
    # consequences only.
    by_type = faults_of(body, kind.shape)
    typed = dict(by_type)
    found = [*(fault for fault in error.faults if fault[0] not in typed), *by_type]
    new = found
    while new and (body := _repaired(body, new, kind, row_check)):
        fields = {_field(path) for path, _ in found}
        try:
            kind.read(body, row_check)
        except UnusableError as next_error:
            new = [fault for fault in next_error.faults if _field(fault[0]) not in fields]
            found += new
        else:
            break
    return tuple(found)


def _field(path: str) -> str:
    """Return the field of a message that a path is of; of GA4's own paths the whole."""
    match = _FIELD.match(path)
    return match[0] if match and match[0] != "events" else path


def _repaired(
    body: bytes, faults: Collection[Fault], kind: MessageType, row_check: RowCheck
) -> bytes:
    """Return a row without what is wrong with it; nothing, where it may mean anything then."""
    fields = {_field(path) for path, _ in faults}
    if not _DECISIVE.isdisjoint(fields):
        return b""
    document: dict[str, Any] = msgspec.json.decode(body)
    for path, _ in faults:
        _drop(document, path)
    # Not all can be done without.
    remaining = faults_of(msgspec.json.encode(document), kind.shape)
    stand_ins = {**_STAND_INS, "occurred_at": row_check.now}
    for name in {_field(path) for path, _ in remaining} | (fields & stand_ins.keys()):
        document.pop(name, None)
        if name in stand_ins:
            document[name] = stand_ins[name]
    return msgspec.json.encode(document)


def _drop(document: dict[str, Any], path: str) -> None:
    """Remove a field from a document, if it is there."""
    *parents, last = (int(part) if part.isdecimal() else part for part in _PART.findall(path))
    place: Any = document
    try:
        for part in parents:
            place = place[part]
        if isinstance(place, dict):
            place.pop(last, None)
    except (IndexError, KeyError, TypeError):
        return  # a missing field of what is missing itself
