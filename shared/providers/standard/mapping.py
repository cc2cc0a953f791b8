"""What an event of a Standard Webhooks sender means: only billing events mean anything."""

from typing import Any

import msgspec

from shared.decoding import read
from shared.domain.conversion import Ignored
from shared.domain.event import DomainEvent
from shared.messages.billing_event import read_billing_event
from shared.messages.billing_mapping import map_billing_event
from shared.providers.event import ProviderEvent
from shared.providers.standard.options import StandardOptions


class _Named(msgspec.Struct, frozen=True):
    schema: Any = None


def map_event(event: ProviderEvent, options: StandardOptions) -> DomainEvent:  # noqa: ARG001 - as all
    """Return what the event means for GA4.

    Args:
        event: The notification.
        options: The operator's choices; none of them changes the meaning.

    Raises:
        UnusableError: It is a billing event but cannot be read; the field is named.
    """
    if not _has_schema(event.object):
        return Ignored("not a billing event")
    return map_billing_event(read_billing_event(event.object), event.source)


def _has_schema(raw: msgspec.Raw) -> bool:
    """Return whether this names a schema at all; a sender has many other events."""
    if not bytes(raw).lstrip().startswith(b"{"):
        return False
    return read(raw, _Named).schema is not None
