"""Rules for `timestamp_micros`: whole Unix microseconds, of the last 72 hours, never ahead."""

from decimal import Decimal
from typing import Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import BACKDATING_MICROS, JOINING_MICROS
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.value import is_number

_HOUR: Final = 3600 * 1_000_000
_ABSURD: Final = 10**30

# What a stamp of the years 1973 to 5138 looks like in the wrong unit, by its size.
_UNITS: Final = (
    (10**8, 10**11, "seconds: multiply by 1,000,000"),
    (10**11, 10**14, "milliseconds: multiply by 1,000"),
    (10**17, 10**20, "nanoseconds: divide by 1,000"),
)


def stamp_fault(stamp: object, path: str, rulebook: Rulebook) -> Finding | None:
    """Return what is wrong with a time stamp, whether a request's, an event's or a property's."""
    if not is_number(stamp):
        message = f"timestamp_micros has to be a number; this is {described(stamp)}"
        return error(path, Code.VALUE_INVALID, message, sources.REFERENCE)
    for least, most, unit in _UNITS:
        if least <= stamp < most:
            message = f"timestamp_micros is Unix microseconds; this looks like {unit}"
            return error(path, Code.VALUE_INVALID, message, sources.REFERENCE)
    age = rulebook.now_micros - stamp if isinstance(stamp, int) else _age(stamp, rulebook)
    if age is None:
        message = "timestamp_micros has to be a whole number of microseconds"
        return error(path, Code.VALUE_INVALID, message, sources.REFERENCE)
    return None if 0 <= age <= JOINING_MICROS else _age_fault(age, path)


def _age_fault(age: int, path: str) -> Finding:
    """Return what is wrong with a stamp that is ahead, or too old, by its age in microseconds."""
    if age > BACKDATING_MICROS:
        message = (
            "older than 72 hours: GA4 keeps the event under a false time; "
            f"this is {_hours(age)} hours old"
        )
        return error(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.SENDING)
    if age < 0:
        message = "timestamp_micros is for past events; this lies in the future"
        return error(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.USE_CASES)
    message = (
        "an event that is to join the tag's should arrive within 48 hours; "
        f"this is {_hours(age)} hours old"
    )
    return advice(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.SENDING)


def _age(stamp: float | Decimal, rulebook: Rulebook) -> int | None:
    """Return the age in microseconds of a stamp that is not an integer; None if it has parts."""
    # Beyond this a Decimal could be worth any amount of memory as an integer.
    bounded = max(min(stamp, _ABSURD), -_ABSURD)
    whole = int(bounded)
    return rulebook.now_micros - whole if whole == bounded else None


def _hours(age: int) -> int | str:
    # Stamps of any size arrive; nobody wants to read the age of an absurd one.
    return age // _HOUR if age < 10**18 else "countless"
