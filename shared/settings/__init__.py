"""Every setting, read from the environment in one place into one frozen value per function."""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from shared.errors import MisconfiguredError
from shared.providers.registry import PROVIDERS
from shared.settings.common import Settings
from shared.settings.context_capture import CaptureSettings, read_capture_settings
from shared.settings.data_enrichment import EnrichmentSettings, read_enrichment_settings
from shared.settings.event_status import EventStatusSettings, read_event_status_settings
from shared.settings.offline_event import OfflineSettings, read_offline_settings
from shared.settings.payment_webhook import PaymentSettings, read_payment_settings
from shared.settings.providers import NAME as PROVIDERS_SETTING
from shared.settings.providers import Provider, read_environment
from shared.settings.push import PushSettings
from shared.settings.reader import Asked, Reader
from shared.settings.reconciliation import (
    ReconciliationSettings,
    read_reconciliation_settings,
)
from shared.settings.records import RecordSettings, read_record_settings
from shared.settings.subscription_renewal import RenewalSettings, read_renewal_settings

__all__ = [
    "SHAPES",
    "Asked",
    "CaptureSettings",
    "EnrichmentSettings",
    "EventStatusSettings",
    "OfflineSettings",
    "PaymentSettings",
    "Provider",
    "PushSettings",
    "ReconciliationSettings",
    "RecordSettings",
    "RenewalSettings",
    "Settings",
    "asked_settings",
    "read_capture_settings",
    "read_enrichment_settings",
    "read_event_status_settings",
    "read_offline_settings",
    "read_payment_settings",
    "read_reconciliation_settings",
    "read_record_settings",
    "read_renewal_settings",
    "read_settings",
    "setting_names",
]

T = TypeVar("T")

SHAPES: Final[Mapping[str, Callable[[Reader], object]]] = {
    "data_enrichment": read_enrichment_settings,
    "event_status": read_event_status_settings,
    "offline_event": read_offline_settings,
    "payment_webhook": read_payment_settings,
    "context_capture": read_capture_settings,
    "reconciliation": read_reconciliation_settings,
    "subscription_renewal": read_renewal_settings,
}
"""Function → what reads its settings."""


def read_settings(environment: Mapping[str, str], shape: Callable[[Reader], T]) -> T:
    """Return the settings of a function.

    Args:
        environment: Names and values; an empty value counts as absent.
        shape: What reads them: one of `SHAPES`.

    Raises:
        MisconfiguredError: Some are missing or malformed; all of them are named.
    """
    reader = Reader(environment)
    settings = shape(reader)
    if reader.problems:
        raise MisconfiguredError(*reader.problems)
    return settings


def setting_names(function: str | None = None) -> tuple[str, ...]:
    """Return the name of every setting there is.

    Args:
        function: Only the settings of this function.
    """
    return tuple(asked_settings(function))


def asked_settings(function: str | None = None) -> Mapping[str, Asked]:
    """Return every setting there is, by name: what it takes, and what holds where it is absent.

    Args:
        function: Only the settings of this function.
    """
    reader = Reader({})
    for name, shape in SHAPES.items():
        if function in (None, name):
            shape(reader)
    if PROVIDERS_SETTING in reader.asked:
        for kind in PROVIDERS.values():
            read_environment(reader, kind)
    return reader.asked
