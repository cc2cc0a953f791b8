"""Where GA4's export to BigQuery is."""

from typing import Final

import msgspec

from shared.settings import values
from shared.settings.common import read_store
from shared.settings.read_streams import read_measurement_id, read_streams
from shared.settings.reader import Reader
from shared.settings.streams import Stream, Streams
from shared.stores.location import StoreLocation

_NAME: Final = "GA4_EXPORT"
_EXPECTED: Final = "PROJECT.analytics_N"
_GIB: Final = 1024**3


class Export(msgspec.Struct, frozen=True):
    """GA4's export of one property.

    Attributes:
        dataset: `GA4_EXPORT`: `PROJECT.analytics_N`, N being the property's id.
        stream: `GA4_EXPORT_STREAM`: the number of the one stream that is looked at.
        of: `GA4_EXPORT_OF`: its name in `STREAMS`; without it the first one's.
        max_bytes: `GA4_EXPORT_MAX_GIB`: what a comparison may read.
    """

    dataset: str
    stream: str | None
    of: str | None
    max_bytes: int

    @property
    def project(self) -> str:
        """Whose jobs the queries are."""
        return self.dataset.rpartition(".")[0]


class Comparison(msgspec.Struct, frozen=True):
    """What is compared with an export.

    Attributes:
        measurement_id: The stream whose entries they are.
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
    export = _of(reader, dataset)
    measurement_id = (
        compared_stream(reader, read_streams(reader), export).id
        if reader.given("STREAMS")
        else read_measurement_id(reader)
    )
    return Comparison(measurement_id, store, emulator, export)


def compared_stream(reader: Reader, streams: Streams, export: Export) -> Stream:
    """Return the stream whose entries an export is compared with.

    Args:
        reader: Collects what is wrong.
        streams: The streams there are.
        export: The export; `of` names the stream where there are several.
    """
    if export.of is not None and export.of not in streams.by_name:
        reader.problems.append("GA4_EXPORT_OF: is no stream of STREAMS")
    return streams.by_name.get(export.of or "") or streams.first


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
    of = reader.optional("GA4_EXPORT_OF", str, "a stream's name in STREAMS")
    return Export(dataset, stream, of, gib * _GIB)
