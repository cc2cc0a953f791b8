"""One line of the doctor's: what was looked at, how it is, and the fix."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one thing.

    Attributes:
        level: How it is; `unknown` where nothing could be learned.
        about: What was looked at, e.g. `function payment_webhook`.
        says: What was found; never a secret, nor a setting's value but for `ROUTES`.
        fix: What to do about it; empty where nothing is to do.
    """

    level: Level
    about: str
    says: str
    fix: str = ""


def ok(about: str, says: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(Level.OK, about, says)


def warning(about: str, says: str, fix: str) -> Finding:
    """Return that something should be otherwise."""
    return Finding(Level.WARNING, about, says, fix)


def error(about: str, says: str, fix: str) -> Finding:
    """Return that something loses, doubles or exposes events as it is."""
    return Finding(Level.ERROR, about, says, fix)


def unknown(about: str, says: str, fix: str) -> Finding:
    """Return that something could not be looked at."""
    return Finding(Level.UNKNOWN, about, says, fix)
