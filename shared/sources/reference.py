"""Where a catalogue or a customer list is, as a setting says it."""

from enum import StrEnum
from typing import Final

import msgspec

from shared.errors import InvalidValueError
from shared.resource_names import FIRESTORE_DATABASE, TABLE

EXPECTED: Final = (
    "csv:PATH, jsonl:PATH, sqlite:PATH, firestore:PROJECT/DATABASE or "
    "bigquery:PROJECT.DATASET.TABLE"
)


class Scheme(StrEnum):
    """The kinds of places."""

    CSV = "csv"
    JSONL = "jsonl"
    SQLITE = "sqlite"
    FIRESTORE = "firestore"
    BIGQUERY = "bigquery"


class SourceReference(msgspec.Struct, frozen=True):
    """One place.

    Attributes:
        scheme: Which kind.
        place: A file's path, `PROJECT/DATABASE` or `PROJECT.DATASET.TABLE`.
    """

    scheme: Scheme
    place: str


def read_source(text: str) -> SourceReference:
    """Return the place a setting names.

    Args:
        text: As `EXPECTED` says.

    Raises:
        InvalidValueError: It is none; the message says which rule it breaks.
    """
    name, _, place = text.partition(":")
    if name not in set(Scheme):
        raise InvalidValueError(f"takes {EXPECTED}, e.g. csv:/data/costs.csv")
    scheme = Scheme(name)
    if scheme is Scheme.FIRESTORE:
        FIRESTORE_DATABASE.read(place)
    elif scheme is Scheme.BIGQUERY:
        TABLE.read(place)
    elif not place:
        raise InvalidValueError(f"the path is missing, e.g. {scheme.value}:/data/costs")
    return SourceReference(scheme, place)
