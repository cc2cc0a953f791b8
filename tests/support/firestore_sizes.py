"""What documents and index entries take up in Firestore, by Google's own rules of their sizes.

The rules are in Firestore's documentation under "Storage size calculations". The emulator knows no
indexes, so their entries are counted by `firestore.indexes.json`.
"""

import base64
import json
from dataclasses import dataclass
from typing import Any, Final

from shared.stores.document import COLLECTIONS
from tests.support import loopback
from tests.support.places import ROOT

_NAME: Final = 16
_OVERHEAD: Final = 32
_FIXED: Final = {"integerValue": 8, "doubleValue": 8, "timestampValue": 8, "booleanValue": 1}


@dataclass(frozen=True, slots=True)
class Stored:
    """What a database holds.

    Attributes:
        documents: How many.
        data: Their bytes, names included.
        index: The bytes of their index entries.
    """

    documents: int = 0
    data: int = 0
    index: int = 0

    def __sub__(self, before: "Stored") -> "Stored":
        """Return what came in since then."""
        return Stored(
            self.documents - before.documents, self.data - before.data, self.index - before.index
        )


async def stored(emulator: str, project: str, database: str) -> Stored:
    """Return what a database of the emulator's holds.

    Args:
        emulator: `host:port`.
        project: The project's id.
        database: The database's id; at most 300 documents in each collection.
    """
    found = Stored()
    root = f"http://{emulator}/v1/projects/{project}/databases/{database}/documents"
    async with loopback.AsyncClient(trust_env=False) as client:
        for collection in COLLECTIONS:
            answer = await client.get(f"{root}/{collection}", params={"pageSize": 300})
            for document in answer.json().get("documents", []):
                name = _name_size(document["name"].partition("/documents/")[2])
                fields = document.get("fields", {})
                size = name + _map_size(fields) + _OVERHEAD
                entries = _index_size(collection, name, fields)
                found = Stored(found.documents + 1, found.data + size, found.index + entries)
    return found


def _name_size(path: str) -> int:
    return _NAME + sum(map(_text_size, path.split("/")))


def _text_size(text: str) -> int:
    return len(text.encode()) + 1


def _map_size(fields: dict[str, Any]) -> int:
    return sum(_text_size(name) + _value_size(value) for name, value in fields.items())


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "stringValue":
        return _text_size(content)
    if kind == "bytesValue":
        return len(base64.b64decode(content))
    if kind == "mapValue":
        return _map_size(content.get("fields", {}))
    if kind == "arrayValue":
        return sum(map(_value_size, content.get("values", [])))
    return _FIXED.get(kind, 1)


def _index_size(collection: str, name: int, fields: dict[str, Any]) -> int:
    """Return the bytes of a document's entries in the indexes of single fields."""
    size = 0
    for override in json.loads((ROOT / "firestore.indexes.json").read_text())["fieldOverrides"]:
        field = override["fieldPath"]
        if override["collectionGroup"] != collection or field not in fields:
            continue
        values = [fields[field]]
        for index in override["indexes"]:
            if "arrayConfig" in index:
                values = fields[field].get("arrayValue", {}).get("values", [])
            size += sum(
                name + _text_size(field) + _value_size(value) + _OVERHEAD for value in values
            )
    return size
