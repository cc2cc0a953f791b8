"""What validation has to say about a payload: findings, and the verdict over them."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal

import msgspec


class Level(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """GA4 would refuse, drop, truncate or misread it."""

    ADVICE = "advice"
    """GA4 takes it; Google recommends otherwise."""


class Code(StrEnum):
    """What kind of rule was broken: Google's own codes, and one of ours.

    Source of Google's:
    https://developers.google.com/analytics/devguides/collection/protocol/ga4/validating-events
    """

    VALUE_INVALID = "VALUE_INVALID"
    VALUE_REQUIRED = "VALUE_REQUIRED"
    VALUE_OUT_OF_BOUNDS = "VALUE_OUT_OF_BOUNDS"
    NAME_INVALID = "NAME_INVALID"
    NAME_RESERVED = "NAME_RESERVED"
    NAME_DUPLICATED = "NAME_DUPLICATED"
    EXCEEDED_MAX_ENTITIES = "EXCEEDED_MAX_ENTITIES"
    PERSONAL_DATA = "PERSONAL_DATA"
    """Ours: Google forbids such data, but its server does not look for it."""


class Finding(msgspec.Struct, frozen=True):
    """One broken rule at one place of a payload.

    Attributes:
        level: Whether GA4 would do harm (error) or only Google's advice is missed.
        path: Where, as in `events[0].params.items[2].price`; empty for the body itself.
        code: A value of `Code`.
        message: The rule, and the length or type of what was found, never the value itself.
        source: The page that states the rule.
    """

    level: Level
    path: str
    code: str
    message: str
    source: str


def error(path: str, code: StrEnum, message: str, source: str) -> Finding:
    """Make a finding about something GA4 would refuse, drop, truncate or misread."""
    return Finding(Level.ERROR, path, code, message, source)


def advice(path: str, code: StrEnum, message: str, source: str) -> Finding:
    """Make a finding about something GA4 takes although Google recommends otherwise."""
    return Finding(Level.ADVICE, path, code, message, source)


def verdict(findings: Iterable[Finding]) -> Literal["ok", "advice", "error"]:
    """Sum findings up in one word: the worst level among them, or `ok` when there is none."""
    levels = {finding.level for finding in findings}
    if Level.ERROR in levels:
        return "error"
    return "advice" if levels else "ok"
