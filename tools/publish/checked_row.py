"""A row as the message it becomes, or why it becomes none."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import Fault, UnusableError
from shared.messages.outgoing import Message
from tools.publish.every_fault import every_fault
from tools.publish.messages import MessageType, RowCheck
from tools.publish.rows import Row

# A push wraps the message in base64 and JSON, and a function takes no more than a mebibyte.
LONGEST_MESSAGE: Final = 700_000


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row that was looked at.

    Attributes:
        row: The row; its body is not needed any more.
        message: What is to be published.
        faults: Where there is no message: each bad field, and what is wrong with it.
    """

    row: Row
    message: Message | None
    faults: tuple[Fault, ...] = ()


def checked_rows(
    rows: Iterable[Row], kind: MessageType, row_check: RowCheck, event_id_from: Sequence[str] = ()
) -> Iterator[CheckedRow]:
    """Yield each row with its message, or with what the function would reject it for.

    Args:
        rows: The rows.
        kind: What they are.
        row_check: What else is asked of them.
        event_id_from: Fields that the id of a row without one is made of.
    """
    for row in rows:
        if row.problem is not None:
            yield CheckedRow(row, None, (row.problem,))
            continue
        body = row.body
        try:
            if event_id_from:
                body = with_event_id(body, event_id_from, kind.schema)
            message = kind.read(_small(body), row_check)
        except UnusableError as error:
            yield CheckedRow(row, None, every_fault(body, kind, row_check, error))
        else:
            yield CheckedRow(row, message)


def _small(body: bytes) -> bytes:
    if len(body) > LONGEST_MESSAGE:
        raise UnusableError("body", f"longer than {LONGEST_MESSAGE} bytes")
    return body


_LENGTH: Final = 40


def with_event_id(body: bytes, fields: Sequence[str], schema: str) -> bytes:
    """Return a message that has an `event_id`, made of what identifies its row.

    A row that has one keeps it. The values count as they are written: 7 and "7" are two rows.

    Args:
        body: The message.
        fields: Dotted paths of single values that together are unique among all rows, of this
            file and of every other one of the schema.
        schema: The message's `schema`.

    Raises:
        UnusableError: The row lacks one of these fields; it is named.
    """
    document = read(body, dict[str, msgspec.Raw])
    if "event_id" in document:
        return body
    found = [bytes(_value(document, path)).decode() for path in fields]
    named = msgspec.json.encode([schema, found])
    digest = hashlib.sha256(named).hexdigest()[:_LENGTH]
    document["event_id"] = msgspec.Raw(b'"row_%s"' % digest.encode())
    return msgspec.json.encode(document)


def _value(document: dict[str, msgspec.Raw], path: str) -> msgspec.Raw:
    """Return the JSON of a single value."""
    *parents, last = path.split(".")
    for parent in parents:
        document = read(document.get(parent, msgspec.Raw(b"{}")), dict[str, msgspec.Raw], at=parent)
    value = document.get(last)
    if value is None or bytes(value).strip() in (b"null", b'""'):
        raise UnusableError(path, "missing: the event_id is made of it")
    if bytes(value).lstrip()[:1] in (b"{", b"["):
        raise UnusableError(path, "not a single value: no event_id can be made of it")
    return value
