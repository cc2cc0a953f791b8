"""The place a setting names, as something that can be asked."""

import time
from collections.abc import Sequence
from typing import Final

import msgspec

from shared.google_cloud.bigquery_rows import BigQueryRows
from shared.google_cloud.documents import Documents
from shared.sources.cached import Cached
from shared.sources.protocol import Nothing, Source
from shared.sources.reference import Scheme, SourceReference
from shared.sources.sqlite_table import SqliteTable
from shared.sources.table_file import TableFile, csv_rows, json_rows


class Table(msgspec.Struct, frozen=True):
    """What is looked up, wherever it is.

    Attributes:
        setting: Which setting names the place.
        name: The table of SQLite, the collection of Firestore.
        key: The column that rows are found by.
        columns: What else is read.
    """

    setting: str
    name: str
    key: str
    columns: Sequence[str]


CATALOGUE: Final = Table("CATALOGUE", "catalogue", "item_id", ("unit_cost", "currency"))
CUSTOMERS: Final = Table(
    "CUSTOMERS", "customers", "customer_ref", ("segment", "lifetime_value", "currency")
)


def open_source(reference: SourceReference | None, table: Table) -> Source:
    """Return the place; nothing is opened or imported by making one.

    Args:
        reference: Where it is; None where nothing is configured.
        table: What is looked up there.
    """
    if reference is None:
        return Nothing()
    place = reference.place
    match reference.scheme:
        case Scheme.CSV:
            return TableFile(place, table.key, table.setting, csv_rows)
        case Scheme.JSONL:
            return TableFile(place, table.key, table.setting, json_rows)
        case Scheme.SQLITE:
            return SqliteTable(place, table.name, table.key, table.setting)
        case Scheme.FIRESTORE:
            return Cached(Documents(place, table.name, table.key), time.monotonic)
        case Scheme.BIGQUERY:
            return Cached(BigQueryRows(place, table.key, table.columns), time.monotonic)
