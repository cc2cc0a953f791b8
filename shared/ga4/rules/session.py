"""Rules for what ties an event to its session: `session_id`, `session_number`, engagement, debug.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference and
its changelog (2025-12-11 and 2026-02-17: longer forms of the session's id and number).
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from shared.domain.cookies import session_from
from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import SESSION_JOINING_SECONDS
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.value import is_number

_POSITIVE_DIGITS: Final = re.compile(r"0*[1-9][0-9]*")
_SECOND: Final = 1_000_000
# Before 2012 there was no GA4, and a day of skew is more than any clock has.
_EARLIEST: Final = 1_325_376_000
_SKEW: Final = 86_400
# More digits than any time has, in any unit: not worth making a number of.
_DIGITS: Final = 20


def check_session(
    params: Mapping[str, Any], path: str, rulebook: Rulebook, findings: list[Finding]
) -> None:
    """Add what is wrong with the session parameters of an event whose params stand at `path`."""
    if "session_id" in params:
        _check_session_id(params["session_id"], f"{path}.session_id", rulebook, findings)
        if "engagement_time_msec" not in params:
            message = "beside a session_id, engagement_time_msec is needed for engagement metrics"
            findings.append(advice(path, Code.VALUE_REQUIRED, message, sources.REFERENCE))
    if "session_number" in params:
        place = f"{path}.session_number"
        if _positive(params["session_number"]) is None:
            findings.append(_odd_form(params["session_number"], place, "the session's number"))
    if "engagement_time_msec" in params:
        _check_engagement(params["engagement_time_msec"], f"{path}.engagement_time_msec", findings)
    if "debug_mode" in params and not _is_on(params["debug_mode"]):
        message = "its mere presence switches debugging on: send true or 1, or leave it out"
        findings.append(
            error(f"{path}.debug_mode", Code.VALUE_INVALID, message, sources.HELP_DEBUG_VIEW)
        )


def _check_session_id(
    value: object, path: str, rulebook: Rulebook, findings: list[Finding]
) -> None:
    start = _positive(value)
    if start is None:
        findings.append(_odd_form(value, path, "the start of the session in seconds"))
        return
    now = rulebook.now_micros // _SECOND
    if not _EARLIEST <= start <= now + _SKEW:
        message = "no believable time in Unix seconds: a tag's session never has such an id"
        findings.append(advice(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.REFERENCE))
    elif now - start > SESSION_JOINING_SECONDS:
        message = (
            "an event gets its session's source only within 24 hours of the session's start; "
            f"this one began {(now - start) // 3600} hours ago"
        )
        findings.append(advice(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.USE_CASES))


def _positive(value: object) -> int | None:
    """Return a positive whole number, given as number or digits; None for anything else."""
    if isinstance(value, str):
        if not _POSITIVE_DIGITS.fullmatch(value):
            return None
        return int(value) if len(value) <= _DIGITS else 10**_DIGITS
    if not is_number(value) or value <= 0:
        return None
    if value > 10**_DIGITS:
        return 10**_DIGITS
    return int(value) if int(value) == value else None


def _is_on(value: object) -> bool:
    return value is True or (is_number(value) and value == 1)


def _odd_form(value: object, path: str, number: str) -> Finding:
    """Separate the forms GA4 takes but does not recommend from those that open false sessions."""
    if isinstance(value, str) and value.startswith("GS"):
        if session_from(value).session_id is not None:
            message = f"the whole cookie is taken, but not recommended: send {number} alone"
            return advice(path, Code.VALUE_INVALID, message, sources.CHANGELOG)
        message = f"a session cookie that cannot be believed; send {number}"
    else:
        message = f"has to be {number}, a positive whole number; this is {described(value)}"
    return error(path, Code.VALUE_INVALID, message, sources.REFERENCE)


def _check_engagement(value: object, path: str, findings: list[Finding]) -> None:
    if not is_number(value):
        message = f"has to be a number of milliseconds; this is {described(value)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.REFERENCE))
    elif value < 0:
        message = "milliseconds since the preceding event are never negative"
        findings.append(error(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.REFERENCE))
    elif value == 0:
        message = "has to be positive: with 0 the user does not count as active"
        findings.append(advice(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.VERIFYING))
