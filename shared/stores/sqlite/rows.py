"""Documents as rows: the ledger's with a column for each field, so that lists ask for them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec

from shared.domain.timestamps import from_unix_micros, to_unix_micros
from shared.stores.document import LEDGER, REFERENCES, Document, Fields
from shared.stores.ledger_fields import FIELDS, ONLY_WHERE_SET

LEDGER_COLUMNS: Final = ", ".join(("key", "version", *FIELDS))
_MOMENTS: Final = frozenset(
    "occurred_at lease_until created_at updated_at expires_at check_at".split()
)
_MAPS: Final = frozenset({"earlier", "receipt"})
_LISTS: Final = frozenset({"waits_for", "mentions"})
_NOTHING: Final = dict.fromkeys(FIELDS)

_VALUES: Final = ", ".join(f":{name}" for name in ("key", "version", *FIELDS))

INSERT: Final = {
    LEDGER: f"INSERT INTO ledger ({LEDGER_COLUMNS}) VALUES ({_VALUES}) ON CONFLICT DO NOTHING",  # noqa: S608 - no input
    REFERENCES: "INSERT INTO reference VALUES (:key, :version, :fields, :expires_at)"
    " ON CONFLICT DO NOTHING",
}
_UPDATE_REFERENCE: Final = (
    "UPDATE reference SET version = :version, fields = :fields, expires_at = :expires_at"
    " WHERE key = :key AND version = :was"
)
DELETE: Final = {
    LEDGER: "DELETE FROM ledger WHERE key = :key AND version = :was",
    REFERENCES: "DELETE FROM reference WHERE key = :key AND version = :was",
}
READ: Final = {
    LEDGER: f"SELECT {LEDGER_COLUMNS} FROM ledger"  # noqa: S608 - no input
    " WHERE key IN (SELECT value FROM json_each(:keys))",
    REFERENCES: "SELECT key, version, fields FROM reference"
    " WHERE key IN (SELECT value FROM json_each(:keys))",
}


def written(document: Document, fields: Fields, version: int) -> tuple[str, dict[str, object]]:
    """Return the statement that makes a document what it will be, and its values.

    Args:
        document: As it was read.
        fields: What it will hold.
        version: The number of the commit, which is the moment it is made as well.
    """
    was = document.version
    values: dict[str, Any] = {"key": document.name, "version": version, "was": was}
    if document.collection == REFERENCES:
        values["fields"] = msgspec.msgpack.encode(fields, enc_hook=lambda _: version)  # `AT_COMMIT`
        values["expires_at"] = to_unix_micros(fields["expires_at"])
        return INSERT[REFERENCES] if was is None else _UPDATE_REFERENCE, values
    if was is None:
        return INSERT[LEDGER], {**_NOTHING, **_columns(fields), **values}
    # Only what changes: an index that has none of it is left alone.
    before = document.fields
    changed = {name: fields.get(name) for name in FIELDS if fields.get(name) != before.get(name)}
    return _update(tuple(changed)), {**_columns(changed), **values}


@lru_cache(maxsize=64)
def _update(names: tuple[str, ...]) -> str:
    """Return the statement that changes some fields of an entry."""
    changes = ", ".join([f"{name} = :{name}" for name in ("version", *names)])
    return f"UPDATE ledger SET {changes} WHERE key = :key AND version = :was"  # noqa: S608 - no input


def _columns(fields: Fields) -> dict[str, Any]:
    """Return fields of an entry as its columns hold them."""
    values = {**fields}
    for name, value in fields.items():
        if value is None:
            continue
        if name in _MOMENTS:
            values[name] = to_unix_micros(value)
        elif name in _MAPS:
            values[name] = msgspec.msgpack.encode(value)
        elif name in _LISTS:
            values[name] = msgspec.json.encode(value).decode()
    return values


def ledger_document(row: Sequence[Any]) -> Document:
    """Return a row of `LEDGER_COLUMNS` as a document."""
    key, version, *values = row
    fields = dict(zip(FIELDS, values, strict=True))
    for name in _MOMENTS:
        if fields[name] is not None:
            fields[name] = from_unix_micros(fields[name])
    fields["sending"] = bool(fields["sending"])
    for name in _LISTS:
        fields[name] = msgspec.json.decode(fields[name])
    for name in _MAPS:
        if fields[name] is not None:
            fields[name] = msgspec.msgpack.decode(fields[name])
    for name in ONLY_WHERE_SET:
        if fields[name] is None:
            del fields[name]
    return Document(LEDGER, key, fields, version)


def _reference_document(row: Sequence[Any]) -> Document:
    key, version, fields = row
    return Document(REFERENCES, key, msgspec.msgpack.decode(fields), version)


DOCUMENT: Final[dict[str, Callable[[Sequence[Any]], Document]]] = {
    LEDGER: ledger_document,
    REFERENCES: _reference_document,
}


def moment(at: datetime | None, *, otherwise: int) -> int:
    """Return a time as the columns hold it."""
    return otherwise if at is None else to_unix_micros(at)
