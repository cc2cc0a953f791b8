"""The settings of `event_status`."""

from datetime import timedelta

import msgspec

from shared.settings.common import read_status_after, read_store
from shared.settings.limits import Limits, read_limits
from shared.settings.read_streams import read_data_manager
from shared.settings.reader import Reader
from shared.settings.retention import read_retention
from shared.stores.location import StoreLocation
from shared.stores.retention import Retention


class EventStatusSettings(msgspec.Struct, frozen=True):
    """What the operator decided for looking up what became of events.

    Attributes:
        endpoint: `DATA_MANAGER_ENDPOINT`: where the Data Manager API is.
        after: `EVENT_STATUS_AFTER_SECONDS`: how long the first look waits.
        store: `STORE`: whose accepted events they are.
        retention: `LEDGER_RETENTION_DAYS` and `ORDER_RETENTION_DAYS`.
        firestore_emulator: `FIRESTORE_EMULATOR_HOST`.
        limits: `REQUEST_DEADLINE_SECONDS` and `MAX_DELIVERIES_IN_FLIGHT`.
    """

    endpoint: str
    after: timedelta
    store: StoreLocation
    retention: Retention
    firestore_emulator: str | None
    limits: Limits


def read_event_status_settings(reader: Reader) -> EventStatusSettings:
    """Return the settings of `event_status`: it needs no stream, and no secret.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    store, firestore_emulator = read_store(reader)
    return EventStatusSettings(
        endpoint=read_data_manager(reader),
        after=read_status_after(reader),
        store=store,
        retention=read_retention(reader),
        firestore_emulator=firestore_emulator,
        limits=read_limits(reader),
    )
