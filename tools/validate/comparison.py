"""Our verdict and the debug server's, side by side, and as a line of JSON."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from shared.ga4.findings import Finding, Level
from tools.validate.check import Checked
from tools.visible import json_line


class Message(msgspec.Struct, frozen=True, rename="camel"):
    """What the debug server has to say, in its own names.

    Attributes:
        validation_code: One of Google's codes; the list of them is not said to be complete.
        description: A sentence.
        field_path: Where; often missing.
    """

    validation_code: str = ""
    description: str = ""
    field_path: str = ""


_INDEX: Final = re.compile(r"\[[0-9]+\]")
_UNSHOWN_NAME: Final = re.compile(r"<name of [0-9]+ characters>")
_KEPT: Final = 4096


@lru_cache(_KEPT)
def pattern(path: str) -> str:
    """Return `events[].params.items[].price` for any event and item."""
    return _UNSHOWN_NAME.sub("<name>", _INDEX.sub("[]", path))


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


def verdict_line(checked: Checked, comparison: Comparison | None) -> bytes:
    """Return a verdict as JSON.

    Under `events` stands what the Data Manager API would be sent, where that is the sink; under
    `debug` what the debug server says, if it was asked.
    """
    verdict: dict[str, Any] = {
        "line": checked.document.line,
        "verdict": checked.verdict,
        "findings": [
            {"level": f.level, "path": f.path, "code": f.code, "message": f.message}
            for f in checked.findings
        ],
    }
    if checked.events is not None:
        verdict["events"] = checked.events
    if comparison is not None:
        verdict["debug"] = _debug(comparison)
    return json_line(verdict)


def _debug(comparison: Comparison) -> dict[str, Any]:
    return {
        "verdict": comparison.verdict,
        "messages": comparison.messages,
        "differs": comparison.differs,
        "only_here": [{"path": f.path, "code": f.code} for f in comparison.only_here],
        "only_there": [
            {"path": m.field_path, "code": m.validation_code} for m in comparison.only_there
        ],
    }
