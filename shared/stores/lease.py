"""The right to send one event, for a while; and why it is not granted."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from shared.domain.sink import Sink
from shared.stores.document import LEDGER, Document
from shared.stores.entry import State
from shared.stores.unit import Seen

LEASE: Final = timedelta(seconds=60)


class Lease(msgspec.Struct, frozen=True):
    """The right to send one event, for a while.

    Attributes:
        key: The entry.
        holder: Who holds it; a random name, new for every claim.
        attempt: How many times this entry was claimed.
        sending_began: Whether an earlier holder had begun to send and never said that nothing
            was taken.
        sink: Which API it has to be sent by: where it may have been sent, the one that sent it.
        sent: Of an `uncertain` entry: what was sent, where the entry kept it.
        seen: The entry as its holder saw it last. A lease of another process reads it first.
    """

    key: str
    holder: str
    attempt: int
    sending_began: bool
    sink: Sink = Sink.MEASUREMENT_PROTOCOL
    sent: bytes | None = None
    seen: Seen = msgspec.field(default_factory=lambda: Seen(Document(LEDGER, "")))


class Done(msgspec.Struct, frozen=True):
    """The event needs nothing more.

    Attributes:
        state: `accepted`, `delivered`, `uncertain` or `reversed`.
    """

    state: State


class InProgress(msgspec.Struct, frozen=True):
    """Somebody else holds the lease.

    Attributes:
        until: When it runs out, UTC.
    """

    until: datetime
