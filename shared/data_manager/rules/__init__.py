"""The API's rules: what would fail the request, and so the other events in it.

`faults` is held against every event before it is sent. The codes are Google's own
(`google.ads.datamanager.v1.ErrorReason`), each finding names the page that states its rule.
"""

from datetime import datetime
from typing import Final

from shared.data_manager.event import Event
from shared.data_manager.rules.cart import check_cart
from shared.data_manager.rules.identity import check_identity
from shared.data_manager.rules.parameters import check_parameters
from shared.data_manager.rules.person import check_person
from shared.data_manager.rules.place import check_place
from shared.ga4.findings import Finding, Level

_ALL: Final = (check_cart, check_parameters, check_person, check_place)


def check(event: Event, now: datetime) -> tuple[Finding, ...]:
    """Return everything that is wrong with an event, errors and advice.

    Args:
        event: What would be sent.
        now: The current time, UTC.
    """
    findings: list[Finding] = []
    check_identity(event, now, findings)
    for rule in _ALL:
        rule(event, findings)
    return tuple(findings)


def faults(event: Event, now: datetime) -> tuple[Finding, ...]:
    """Return what would fail the request.

    Args:
        event: What would be sent.
        now: The current time, UTC.
    """
    return tuple(finding for finding in check(event, now) if finding.level is Level.ERROR)
