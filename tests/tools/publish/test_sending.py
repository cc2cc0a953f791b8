"""Rows on their way: settled in the order of the file, bounded, and truthful after a failure."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from shared.errors import UnavailableError
from shared.messages.outgoing import Message
from tools.publish import sending
from tools.publish.checked_row import CheckedRow
from tools.publish.rows import Row
from tools.publish.sending import Interrupted, Sending


@dataclass
class Sent:
    """A message on its way: kept when asked so often."""

    looks: int
    fails: bool = False

    @property
    def settled(self) -> bool:
        """Whether it is known how it ended."""
        self.looks -= 1
        return self.looks < 0

    def confirm(self, seconds: float) -> None:
        """Wait for it."""
        assert seconds > 0
        self.looks = 0
        if self.fails:
            raise UnavailableError("no")


@dataclass
class Topic:
    """A topic that keeps what is sent.

    Attributes:
        looks: How often each message has to be asked for; the last goes on for ever.
        failing: Which message fails.
        sent: What was sent.
        closed: How many times it was closed.
    """

    looks: tuple[int, ...] = (0,)
    failing: int | None = None
    sent: list[Sent] = field(default_factory=list)
    closed: int = 0

    def publish(self, message: Message) -> Sent:
        """Send a message on its way."""
        place = len(self.sent)
        assert message.data
        looks = self.looks[min(place, len(self.looks) - 1)]
        self.sent.append(Sent(looks, fails=place == self.failing))
        return self.sent[-1]

    def close(self) -> None:
        """Close the connection."""
        self.closed += 1


def row(line: int, *, rejected: bool = False) -> CheckedRow:
    """Return a row that was looked at."""
    there = Row(line, line * 10, line + 1, b"{}")
    return CheckedRow(there, None if rejected else Message(b"{}", {}, ""), (("f", "r"),))


def send(
    topic: Topic | None, *rows: CheckedRow, stopped: Callable[[], bool] = lambda: False
) -> list[int]:
    """Send rows; return the lines of those that were settled."""
    settled: list[int] = []
    try:
        Sending(topic, lambda checked: settled.append(checked.row.line), stopped).send(rows)
    except (UnavailableError, Interrupted):
        settled.append(-1)
    return settled


@pytest.mark.parametrize("looks", [(0,), (5, 0, 0), (100,)])
def test_rows_are_settled_in_the_order_of_the_file(looks: tuple[int, ...]) -> None:
    """Whichever message is kept first, and rejected ones in between."""
    topic = Topic(looks)

    assert send(topic, row(1), row(2, rejected=True), row(3), row(4)) == [1, 2, 3, 4]
    assert (len(topic.sent), topic.closed) == (3, 1)


def test_without_a_topic_all_is_settled_and_nothing_sent() -> None:
    """A dry run."""
    assert send(None, row(1), row(2, rejected=True)) == [1, 2]


def test_nothing_behind_a_message_that_failed_is_settled() -> None:
    """The next run goes on with it."""
    topic = Topic((100,), failing=2)

    assert send(topic, *(row(line) for line in range(1, 6))) == [1, 2, -1]


def test_so_much_is_on_its_way_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the topic is."""
    monkeypatch.setattr(sending, "MAX_ROWS", 3)
    topic = Topic((10**9,))
    ahead: list[int] = []

    def settle(checked: CheckedRow) -> None:
        ahead.append(len(topic.sent) - checked.row.line)

    Sending(topic, settle, lambda: False).send(map(row, range(1, 50)))

    assert max(ahead) == 2


def test_whoever_says_stop_is_told_how_far_it_came() -> None:
    """What is known to be kept is settled; what is not stays for the next run."""
    asked = itertools.count()
    topic = Topic((0, 0, 10**9))
    settled = send(topic, *map(row, range(1, 9)), stopped=lambda: next(asked) == 4)

    assert settled == [1, 2, -1]
    assert topic.closed == 0
