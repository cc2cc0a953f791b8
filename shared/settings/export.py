"""Where GA4's export to BigQuery is."""

from dataclasses import dataclass
from typing import Final

from shared.settings import values
from shared.settings.common import read_measurement_id, read_store
from shared.settings.reader import Reader
from shared.stores.location import StoreLocation

_NAME: Final = "GA4_EXPORT"
_EXPECTED: Final = "PROJECT.analytics_N"
_GIB: Final = 1024**3


@dataclass(frozen=True, slots=True)
class Export:
    """GA4's export of one property.

    Attributes:
        dataset: `GA4_EXPORT`: `PROJECT.analytics_N`, N being the property's id.
        stream: `GA4_EXPORT_STREAM`: the number of the one stream that is looked at.
        max_bytes: `GA4_EXPORT_MAX_GIB`: what a comparison may read.
    """

    dataset: str
    stream: str | None
    max_bytes: int

    @property
    def project(self) -> str:
        """Whose jobs the queries are."""
        return self.dataset.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared with an export.

    Attributes:
        measurement_id: `GA4_MEASUREMENT_ID`: the stream whose entries they are.
        store: `STORE`: where the ledger is.
        firestore_emulator: `FIRESTORE_EMULATOR_HOST`.
        export: The export.
    """

    measurement_id: str
    store: StoreLocation
    firestore_emulator: str | None
    export: Export


def read_comparison(reader: Reader) -> Comparison:
    """Return the settings of a comparison by hand.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    dataset = reader.required(_NAME, values.export_dataset, _EXPECTED)
    store, emulator = read_store(reader)
    return Comparison(read_measurement_id(reader), store, emulator, _of(reader, dataset))


def read_export(reader: Reader) -> Export | None:
    """Return where the export is; None where no setting says so.

    Args:
        reader: Reads the settings, and collects what is wrong.
    """
    dataset = reader.optional(_NAME, values.export_dataset, _EXPECTED)
    found = _of(reader, dataset or "")
    if dataset is None and found.stream is not None:
        reader.problems.append(f"GA4_EXPORT_STREAM: belongs to {_NAME}, which is missing")
    return None if dataset is None else found


def _of(reader: Reader, dataset: str) -> Export:
    gib = reader.default(
        "GA4_EXPORT_MAX_GIB", values.whole(1, 100_000), "whole GiB from 1 to 100000", 100
    )
    stream = reader.optional("GA4_EXPORT_STREAM", values.stream_number, "a stream's number")
    return Export(dataset, stream, gib * _GIB)
