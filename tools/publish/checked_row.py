"""A row as the message it becomes, or why it becomes none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import Fault, UnusableError
from shared.messages.outgoing import Message
from tools.publish.check import Judge
from tools.publish.event_id import with_event_id
from tools.publish.every_fault import every_fault
from tools.publish.message_type import MessageType
from tools.publish.row import Row

# A push wraps the message in base64 and JSON, and a function takes no more than a mebibyte.
LONGEST_MESSAGE: Final = 700_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A row that was looked at.

    Attributes:
        row: The row; its body is not needed any more.
        message: What is to be published.
        faults: Where there is no message: each bad field, and what is wrong with it.
    """

    row: Row
    message: Message | None
    faults: tuple[Fault, ...] = ()


def judged(
    rows: Iterable[Row], kind: MessageType, judge: Judge, event_id_from: Sequence[str] = ()
) -> Iterator[Judged]:
    """Yield each row with its message, or with what the function would reject it for.

    Args:
        rows: The rows.
        kind: What they are.
        judge: What else is asked of them.
        event_id_from: Fields that the id of a row without one is made of.
    """
    for row in rows:
        if row.problem is not None:
            yield Judged(row, None, (row.problem,))
            continue
        body = row.body
        try:
            if event_id_from:
                body = with_event_id(body, event_id_from, kind.schema)
            message = kind.read(_small(body), judge)
        except UnusableError as error:
            yield Judged(row, None, every_fault(body, kind, judge, error))
        else:
            yield Judged(row, message)


def _small(body: bytes) -> bytes:
    if len(body) > LONGEST_MESSAGE:
        raise UnusableError("body", f"longer than {LONGEST_MESSAGE} bytes")
    return body
