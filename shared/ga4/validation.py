"""Checks a request's body against GA4's rules, as Google's own servers do not.

GA4 answers 2xx to anything, and its debug server hardly looks at parameters
(https://developers.google.com/analytics/devguides/collection/protocol/ga4/validating-events).
So the rules live here: one module of `rules` per noun, and `personal_data` for what must never
be sent.
"""

from datetime import datetime
from typing import Literal

from shared.ga4.findings import Finding
from shared.ga4.personal_data import check_personal
from shared.ga4.rules.request import check_request, check_size
from shared.ga4.rules.rulebook import Rulebook


def validate(  # noqa: PLR0913 - one payload and its circumstances, all by name
    payload: object,
    *,
    now: datetime,
    stream: Literal["web", "app"] = "web",
    size_bytes: int | None = None,
    exempt: frozenset[str] = frozenset(),
    limit_360: bool = False,
) -> tuple[Finding, ...]:
    """Return every rule of GA4's that a request's body breaks, in the order of the body.

    Never raises, whatever JSON it is given; no finding repeats a value.

    Args:
        payload: The body as decoded JSON; Decimal is taken for a number.
        now: The current time, with a time zone: time stamps are bounded by it.
        stream: The kind of data stream it is sent to.
        size_bytes: How many bytes are really sent; None leaves the size unchecked.
        exempt: Names of identifiers, parameters, item fields and user properties that may hold
            what looks like personal data.
        limit_360: Whether the property is a 360 one, which takes longer values.
    """
    findings: list[Finding] = []
    if size_bytes is not None:
        check_size(size_bytes, findings)
    check_request(payload, Rulebook.of(now, stream, limit_360=limit_360), findings)
    check_personal(payload, exempt, findings)
    return tuple(findings)
