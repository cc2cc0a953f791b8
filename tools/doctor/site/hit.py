"""A request of Google's tag, `/g/collect`, and what it says.

Google documents none of this. As observed: the query holds what all events share (`v=2`, `tid`,
`cid`, `sid`, `gcs`, `gcd`). A single event is in the query too: `en`, `ep.NAME` for text and
`epn.NAME` for numbers. Several are lines of the body, each a query of its own.
"""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import SplitResult, parse_qsl

from tools.doctor.site.seen import Hit, Purchase

PURCHASE: Final = "purchase"

_PATH: Final = "/collect"
_VERSION: Final = "2"
_ID: Final = re.compile(r"G-[A-Z0-9]{1,20}")
_GCS: Final = re.compile(r"G1[01-]{2}")
_GCD: Final = re.compile(r"[A-Za-z0-9]{1,20}")
_EVENT: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
# It gets a copy for ads, without events.
_ADS: Final = "doubleclick.net"
_MOST_FIELDS: Final = 2_000
_MOST_LINES: Final = 200
_LONGEST_BODY: Final = 1024 * 1024
_TRANSACTION_ID: Final = "transaction_id"


def read_hit(
    url: SplitResult, body: str | None, *, posted: bool = False, failed: bool = False
) -> Hit | None:
    """Return what a request of the tag says; None for any other request.

    Args:
        url: Where it went.
        body: What was posted; None where that is not known.
        posted: Whether it was a POST.
        failed: Whether nobody answered it, or with an error.
    """
    host = url.hostname or ""
    if not url.path.endswith(_PATH) or f".{host}".endswith(f".{_ADS}"):
        return None
    shared = _fields(url.query)
    tid = shared.get("tid", "")
    if shared.get("v") != _VERSION or not _ID.fullmatch(tid):
        return None
    lines = [shared, *_lines(body)] if "en" in shared else _lines(body)
    events = [line for line in lines if line.get("en")]
    return Hit(
        measurement_id=tid,
        to=host,
        client_id=shared.get("cid") or None,
        session_id=shared.get("sid") or None,
        gcs=_matching(_GCS, shared.get("gcs")),
        gcd=_matching(_GCD, shared.get("gcd")),
        events=tuple(_matching(_EVENT, line["en"]) or "?" for line in events),
        purchases=tuple(_purchase(line) for line in events if line["en"] == PURCHASE),
        unread=posted and not events and (body is None or len(body) > _LONGEST_BODY),
        failed=failed,
    )


def _lines(body: str | None) -> list[Mapping[str, str]]:
    if not body or len(body) > _LONGEST_BODY:
        return []
    return [_fields(line) for line in body.splitlines()[:_MOST_LINES] if line]


def _fields(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        return {}
    return dict(pairs)


def _purchase(line: Mapping[str, str]) -> Purchase:
    text = line.get(f"ep.{_TRANSACTION_ID}")
    number = line.get(f"epn.{_TRANSACTION_ID}")
    if text is None and number is not None:
        return Purchase(number, as_number=True)
    return Purchase(text)


def _matching(pattern: re.Pattern[str], value: str | None) -> str | None:
    return value if value is not None and pattern.fullmatch(value) else None
