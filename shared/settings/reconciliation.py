"""The settings of `reconciliation`."""

from datetime import timedelta
from typing import Final

import msgspec

from shared.settings import values
from shared.settings.export import Export, compared_stream, read_export
from shared.settings.reader import Reader
from shared.settings.records import RECORDED, RecordSettings, read_record_settings

_FIRST: Final = RECORDED[0]
_OTHERS: Final = tuple(f"{name}.api_key" for name in RECORDED[1:])


class ReconciliationSettings(msgspec.Struct, frozen=True):
    """What the operator decided for reconciling.

    Attributes:
        records: The webhook whose ledger it is, and the providers it is compared with.
        reach: `RECONCILE_DAYS`: how far back it looks.
        repair: `RECONCILE_REPAIR`: whether what is missing is sent.
        export: `GA4_EXPORT`: GA4's own record, where that is compared as well.
        exported: The id of the stream that is compared with it.
    """

    records: RecordSettings
    reach: timedelta
    repair: bool
    export: Export | None
    exported: str


def read_reconciliation_settings(reader: Reader) -> ReconciliationSettings:
    """Return the settings of `reconciliation`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    export = read_export(reader)
    meant = export is not None or _is_set(reader, "GA4_EXPORT")
    records = read_record_settings(reader, required=not meant)
    streams = records.payments.common.streams
    found = ReconciliationSettings(
        records=records,
        reach=timedelta(
            days=reader.default("RECONCILE_DAYS", values.whole(1, 30), "whole days from 1 to 30", 3)
        ),
        repair=reader.choice("RECONCILE_REPAIR", {"true": True, "false": False}, "false"),
        export=export,
        exported=(compared_stream(reader, streams, export) if export else streams.first).id,
    )
    if _is_set(reader, "PAYMENT_PROVIDERS", "GA4_EXPORT"):
        return found
    if not found.records.compared and found.export is None:
        missing = (
            f"PAYMENT_PROVIDERS: {_FIRST}.api_key is missing, and so are "
            f"{', '.join(_OTHERS)} and GA4_EXPORT: there is nothing to compare the ledger with"
        )
        reader.problems.append(missing)
        reader.not_set_up.append(missing)
    elif not found.records.compared and found.repair:
        reader.problems.append(
            f"RECONCILE_REPAIR: {_FIRST}.api_key is missing in PAYMENT_PROVIDERS, and so are "
            f"{', '.join(_OTHERS[:-1])} and {_OTHERS[-1]}: a repair sends what a provider knows"
        )
    return found


def _is_set(reader: Reader, *names: str) -> bool:
    """Return whether something is wrong with these settings already."""
    return any(problem.startswith(f"{name}:") for problem in reader.problems for name in names)
