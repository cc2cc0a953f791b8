"""Ids for rows that have none: the same for the same row, whenever it is published."""

import hashlib
from collections.abc import Sequence
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError

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
