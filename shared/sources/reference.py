"""Where a catalogue or a customer list is, as a setting tells it."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

EXPECTED: Final = (
    "csv:PATH, jsonl:PATH, sqlite:PATH, firestore:PROJECT/DATABASE or "
    "bigquery:PROJECT.DATASET.TABLE"
)
_FIRESTORE: Final = re.compile(r"[a-z0-9:.\-]{1,63}/[A-Za-z0-9()\-]{1,63}", re.ASCII)
_BIGQUERY: Final = re.compile(
    r"[a-z0-9:.\-]{1,63}\.[A-Za-z0-9_]{1,1024}\.[A-Za-z0-9_\-]{1,1024}", re.ASCII
)


class Scheme(StrEnum):
    """The kinds of places."""

    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"
    FIRESTORE = "firestore"
    BIGQUERY = "bigquery"


@dataclass(frozen=True, slots=True)
class SourceReference:
    """One place.

    Attributes:
        scheme: Which kind.
        place: A file's path, `PROJECT/DATABASE` or `PROJECT.DATASET.TABLE`.
    """

    scheme: Scheme
    place: str


def read_source(text: str) -> SourceReference | None:
    """Return the place a setting names; None for a malformed one."""
    name, _, place = text.partition(":")
    if name not in set(Scheme) or not place:
        return None
    scheme = Scheme(name)
    shape = {Scheme.FIRESTORE: _FIRESTORE, Scheme.BIGQUERY: _BIGQUERY}.get(scheme)
    if shape is not None and not shape.fullmatch(place):
        return None
    return SourceReference(scheme, place)
