"""The settings every function that sends has."""

from datetime import timedelta

import msgspec

from shared.attribution.policy import Late, Policy, Unattributed
from shared.providers.transaction_ids import DEFAULT_KEYS
from shared.settings import values
from shared.settings.limits import Limits, read_limits
from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from shared.settings.retention import read_retention
from shared.settings.streams import Streams
from shared.stores.location import StoreLocation
from shared.stores.retention import STATUS_AFTER, Retention


class Settings(msgspec.Struct, frozen=True):
    """What the operator decided for every function.

    Attributes:
        streams: `STREAMS` and `ROUTES`, or `GA4_MEASUREMENT_ID` and `GA4_API_SECRET`.
        store: `STORE`: where it is.
        retention: `LEDGER_RETENTION_DAYS` and `ORDER_RETENTION_DAYS`.
        gross: Whether `VALUE_BASIS` is `gross`.
        user_data: Whether `USER_DATA` is `send`.
        policy: `UNATTRIBUTED_EVENTS` and `LATE_EVENTS`.
        accept_test_events: `ACCEPT_TEST_EVENTS`.
        firestore_emulator: `FIRESTORE_EMULATOR_HOST`.
        pubsub_emulator: `PUBSUB_EMULATOR_HOST`.
        renewal_event_name: `RENEWAL_EVENT_NAME`.
        personal_data_exemptions: `PERSONAL_DATA_EXEMPTIONS`.
        secret_manager_emulator: `SECRET_MANAGER_EMULATOR_HOST`.
        send_unknown_refunds: `UNKNOWN_REFUNDS` is `send`.
        owner_wait_seconds: `OWNER_WAIT_SECONDS`.
        context_wait_seconds: `CONTEXT_WAIT_SECONDS`.
        ignored_retention: `IGNORED_RETENTION_DAYS`: how long it is kept that a delivery was
            ignored; none of that where it is zero.
        debug: `GA4_DEBUG`: whether DebugView shows every event.
        status_after: `EVENT_STATUS_AFTER_SECONDS`: how long after the Data Manager API took an
            event its status is looked up first.
        limits: `REQUEST_DEADLINE_SECONDS` and `MAX_DELIVERIES_IN_FLIGHT`.
    """

    streams: Streams
    store: StoreLocation
    retention: Retention
    gross: bool
    user_data: bool
    policy: Policy
    accept_test_events: bool
    firestore_emulator: str | None
    pubsub_emulator: str | None
    renewal_event_name: str
    personal_data_exemptions: frozenset[str]
    secret_manager_emulator: str | None
    send_unknown_refunds: bool
    owner_wait_seconds: int
    context_wait_seconds: int
    ignored_retention: timedelta
    debug: bool
    status_after: timedelta
    limits: Limits

    @property
    def debugs_live_events(self) -> bool:
        """Whether what the real GA4 gets is marked for DebugView."""
        streams = self.streams.by_name.values()
        return self.debug and any(stream.endpoint.startswith("https:") for stream in streams)


def read_common(reader: Reader) -> Settings:
    """Return the settings every function has.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    streams = read_streams(reader)
    store, firestore_emulator = read_store(reader)
    return Settings(
        streams=streams,
        store=store,
        retention=read_retention(reader),
        gross=reader.choice("VALUE_BASIS", {"net": False, "gross": True}, "net"),
        user_data=reader.choice("USER_DATA", {"send": True, "off": False}, "off"),
        policy=Policy(
            reader.choice("UNATTRIBUTED_EVENTS", {e.value: e for e in Unattributed}, "send"),
            reader.choice("LATE_EVENTS", {e.value: e for e in Late}, "send_now"),
        ),
        accept_test_events=read_accept_tests(reader),
        firestore_emulator=firestore_emulator,
        pubsub_emulator=read_pubsub_emulator(reader),
        renewal_event_name=read_renewal_name(reader),
        personal_data_exemptions=reader.default(
            "PERSONAL_DATA_EXEMPTIONS",
            values.names,
            "parameter names with commas between",
            frozenset[str](),
        ),
        secret_manager_emulator=reader.optional(
            "SECRET_MANAGER_EMULATOR_HOST", values.loopback, values.LOOPBACK
        ),
        owner_wait_seconds=reader.default(
            "OWNER_WAIT_SECONDS", values.whole(0, 3600), "whole seconds from 0 to 3600", 300
        ),
        send_unknown_refunds=reader.choice(
            "UNKNOWN_REFUNDS", {"send": True, "withhold": False}, "send"
        ),
        context_wait_seconds=reader.default(
            "CONTEXT_WAIT_SECONDS", values.whole(0, 5), "whole seconds from 0 to 5", 0
        ),
        ignored_retention=timedelta(
            days=reader.default(
                "IGNORED_RETENTION_DAYS", values.whole(0, 90), "whole days from 0 to 90", 0
            )
        ),
        debug=reader.choice("GA4_DEBUG", {"true": True, "false": False}, "false"),
        status_after=read_status_after(reader),
        limits=read_limits(reader),
    )


def read_status_after(reader: Reader) -> timedelta:
    """Return `EVENT_STATUS_AFTER_SECONDS`."""
    seconds = reader.default(
        "EVENT_STATUS_AFTER_SECONDS",
        values.whole(0, 3600),
        "whole seconds from 0 to 3600",
        int(STATUS_AFTER.total_seconds()),
    )
    return timedelta(seconds=seconds)


def read_accept_tests(reader: Reader) -> bool:
    """Return `ACCEPT_TEST_EVENTS`."""
    return reader.choice("ACCEPT_TEST_EVENTS", {"true": True, "false": False}, "false")


def read_renewal_name(reader: Reader) -> str:
    """Return `RENEWAL_EVENT_NAME`."""
    return reader.default(
        "RENEWAL_EVENT_NAME", values.event_name, "purchase or an event name", "purchase"
    )


def read_pubsub_emulator(reader: Reader) -> str | None:
    """Return `PUBSUB_EMULATOR_HOST`."""
    return reader.optional("PUBSUB_EMULATOR_HOST", values.loopback, values.LOOPBACK)


def read_topic(reader: Reader, name: str) -> str | None:
    """Return the topic that a setting names."""
    return reader.optional(name, values.topic, "projects/P/topics/T")


def read_keys(reader: Reader) -> tuple[str, ...]:
    """Return `TRANSACTION_ID_KEYS`."""
    return reader.default(
        "TRANSACTION_ID_KEYS",
        values.metadata_keys,
        "metadata keys with commas between",
        DEFAULT_KEYS,
    )


def read_store(reader: Reader) -> tuple[StoreLocation, str | None]:
    """Return `STORE` and `FIRESTORE_EMULATOR_HOST`."""
    place = reader.required("STORE", values.store, values.STORE)
    emulator = reader.optional("FIRESTORE_EMULATOR_HOST", values.loopback, values.LOOPBACK)
    return place, emulator
