"""Rows on their way: published in batches, settled one after another in the order of the file."""

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, Protocol

from shared.errors import UnavailableError
from shared.messages.outgoing import Message
from tools.publish.checked_row import CheckedRow

# So much may be on its way: it bounds the memory, and what is published again after a crash.
MAX_ROWS: Final = 4_000
MAX_BYTES: Final = 32 * 1024 * 1024
PATIENCE_SECONDS: Final = 60.0
_SLICE_SECONDS: Final = 0.5


class Sent(Protocol):
    """A message on its way."""

    @property
    def settled(self) -> bool:
        """Whether it is known how it ended."""

    def confirm(self, seconds: float) -> None:
        """Wait until it is kept; raise where it is not."""


class Topic(Protocol):
    """Where messages go."""

    def publish(self, message: Message) -> Sent:
        """Send a message on its way."""

    def close(self) -> None:
        """Close the connection."""


class Interrupted(Exception):  # noqa: N818 - no error
    """Somebody said stop."""


class Sending:
    """Publishes rows, and settles each as soon as all before it are settled.

    Args:
        topic: Where they go; None publishes nothing.
        settle: Told of each row that is published or rejected, in the order of the file.
        stopped: Whether somebody said stop.
    """

    def __init__(
        self, topic: Topic | None, settle: Callable[[CheckedRow], None], stopped: Callable[[], bool]
    ) -> None:
        self._topic = topic
        self._settle = settle
        self._stopped = stopped
        self._pending: deque[tuple[CheckedRow, Sent | None]] = deque()
        self._bytes = 0

    def send(self, rows: Iterable[CheckedRow]) -> None:
        """Publish all rows.

        Args:
            rows: What to publish, and what was rejected.

        Raises:
            Interrupted: Somebody said stop; what is on its way is settled as far as it is known.
            UnavailableError: A message was not kept; what came before it is settled.
            MisconfiguredError: There is no such topic, or it may not be published to.
        """
        try:
            for row in rows:
                sent = self._topic.publish(row.message) if self._topic and row.message else None
                self._pending.append((row, sent))
                self._bytes += _size(row)
                self._settle_known()
                while len(self._pending) >= MAX_ROWS or self._bytes >= MAX_BYTES:
                    self._settle_first()
                self._insist_on_going_on()
            while self._pending:
                self._settle_first()
            if self._topic is not None:
                self._topic.close()
        except Interrupted:
            if self._topic is not None and self._pending:
                time.sleep(_SLICE_SECONDS)
            self._settle_known()
            raise

    def _settle_known(self) -> None:
        while self._pending and (self._pending[0][1] is None or self._pending[0][1].settled):
            self._settle_first()

    def _settle_first(self) -> None:
        """Settle the first row, waiting for it if need be."""
        row, sent = self._pending[0]
        if sent is not None:
            self._await(sent)
        self._pending.popleft()
        self._bytes -= _size(row)
        self._settle(row)

    def _await(self, sent: Sent) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return sent.confirm(_SLICE_SECONDS)
            except UnavailableError:
                if sent.settled or time.monotonic() > give_up_at:
                    raise
                self._insist_on_going_on()

    def _insist_on_going_on(self) -> None:
        if self._stopped():
            raise Interrupted


def _size(row: CheckedRow) -> int:
    return len(row.message.data) if row.message else 0
