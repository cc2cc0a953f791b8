"""A conversion that knows its user and when to say it happened."""

from datetime import datetime
from enum import StrEnum

import msgspec

from shared.domain.conversion import Conversion


class State(StrEnum):
    """How well an event is tied to its user; sent to GA4 as `mp_attribution`."""

    SESSION = "session"
    CLIENT = "client"
    GENERATED = "generated"


class AttributedConversion(msgspec.Struct, frozen=True):
    """A conversion with everything GA4 needs to place it.

    Attributes:
        conversion: What happened.
        state: How well it is tied to its user.
        client_id: The browser's, or one made for this customer; of an app stream the installed
            app's.
        session_id: Present only while GA4 can still join it: `session` alone.
        session_number: Goes with `session_id`.
        timestamp: The event's time, UTC; None leaves it to the time of receipt.
        late_hours: Whole hours since the money moved, where it is too late to say when.
    """

    conversion: Conversion
    state: State
    client_id: str
    session_id: int | None = None
    session_number: int | None = None
    timestamp: datetime | None = None
    late_hours: int | None = None


class Withheld(msgspec.Struct, frozen=True):
    """A conversion that must not, or should not yet, be sent.

    Attributes:
        conversion: What happened.
        reason: Why it stays here.
        waits: Whether a context that comes later lets it go; a denial never does.
    """

    conversion: Conversion
    reason: str
    waits: bool = False
