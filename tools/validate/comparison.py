"""Our verdict and the debug server's, side by side."""

from dataclasses import dataclass
from typing import Literal

from shared.ga4.findings import Finding, Level
from tools.validate.message import Message
from tools.validate.pattern import pattern


@dataclass(frozen=True, slots=True)
class Comparison:
    """What both say about one payload.

    Attributes:
        messages: What the server says, in its order.
        both: What both say.
        only_here: What the server does not mind, or does not look at.
        only_there: What our rules do not say.
    """

    messages: tuple[Message, ...]
    both: tuple[tuple[Finding, Message], ...]
    only_here: tuple[Finding, ...]
    only_there: tuple[Message, ...]

    @property
    def verdict(self) -> Literal["ok", "error"]:
        """The server's verdict; it has no levels."""
        return "error" if self.messages else "ok"

    @property
    def differs(self) -> bool:
        """Whether one side says what the other does not."""
        return bool(self.only_here or self.only_there)

    @property
    def fails(self) -> bool:
        """Whether the server minds something that we do not hold to be mere advice.

        It was asked to enforce recommendations, and marks none as advice; our rules do.
        """
        return bool(self.only_there) or any(f.level is Level.ERROR for f, _ in self.both)


def compare(findings: tuple[Finding, ...], messages: tuple[Message, ...]) -> Comparison:
    """Match what both sides say: by code, and by place as far as the server names one."""
    left = list(findings)
    both, only_there = [], []
    for message in messages:
        match = next((finding for finding in left if _same(finding, message)), None)
        if match is None:
            only_there.append(message)
        else:
            left.remove(match)
            both.append((match, message))
    return Comparison(messages, tuple(both), tuple(left), tuple(only_there))


def _same(finding: Finding, message: Message) -> bool:
    if finding.code != message.validation_code:
        return False
    ours, theirs = pattern(finding.path), pattern(message.field_path)
    # The server may name no place, or only the list the place is in.
    return not theirs or ours == theirs or ours.startswith((f"{theirs}.", f"{theirs}["))
