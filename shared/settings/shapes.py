"""Which settings there are, and which function reads them: what every tool asks."""

from collections.abc import Callable, Mapping
from typing import Final

from shared.providers.registry import PROVIDERS
from shared.settings.context_capture import read_capture_settings
from shared.settings.data_enrichment import read_enrichment_settings
from shared.settings.event_status import read_event_status_settings
from shared.settings.offline_event import read_offline_settings
from shared.settings.payment_webhook import read_payment_settings
from shared.settings.providers import NAME as PROVIDERS_SETTING
from shared.settings.providers import read_environment
from shared.settings.reader import Asked, Reader
from shared.settings.reconciliation import read_reconciliation_settings
from shared.settings.subscription_renewal import read_renewal_settings

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
