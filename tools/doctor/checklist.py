"""`connectors doctor checklist`: what a launch stands on, and how each point is checked here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from tools.changed import replace
from tools.doctor.finding import Finding, Level, ok, unknown
from tools.errors import UsageError

_RANK: Final = (Level.OK, Level.WARNING, Level.UNKNOWN, Level.ERROR)


class Confirmation(msgspec.Struct, frozen=True):
    """That somebody looked at a point.

    Attributes:
        by: Who.
        at: When, UTC.
    """

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the launch checklist.

    Attributes:
        name: What `--confirm` takes.
        about: What must hold.
        why: What is lost where it does not.
        fix: What a person does for it.
        shown_by: Beginnings of what findings are about that show it; none: a person looks.
    """

    name: str
    about: str
    why: str
    fix: str
    shown_by: tuple[str, ...] = ()


POINTS: Final = (
    Point(
        "api-secret",
        "the api_secret is only on the server",
        "anybody who has it can write revenue into the property",
        "search pages, apps and repositories for it; roll it in GA4's admin where it was seen",
        ("secret ", "readers of "),
    ),
    Point(
        "client-id",
        "client_id with every event",
        "without the browser's, a purchase is a new user under “(not set)”",
        "carry it as docs/guides/metadata.md says; `connectors ledger stats` shows the share",
        ("ledger: client",),
    ),
    Point(
        "session-id",
        "session_id with purchases of a browser",
        "without it the purchase has no source, medium or landing page",
        "the same; a session joins for 24 hours from its start; `connectors doctor site URL` shows "
        "what the page knows",
        ("ledger: session",),
    ),
    Point(
        "transaction-id",
        "transaction_id matches the browser's",
        "GA4 merges the two purchases by it, or counts both",
        "record a purchase, then `connectors doctor site --har FILE --delivery FILE`; "
        "where the ids differ, write ga_transaction_id into the payment's metadata",
    ),
    Point(
        "supplements-tag",
        "the Measurement Protocol supplements the tag",
        "GA4 has geography, device and sessions only from the tag on the page",
        "keep gtag or Tag Manager on the site; `connectors doctor site URL` shows whether it works",
    ),
    Point(
        "validated",
        "payloads are validated before production",
        "the real endpoint answers 2xx to anything",
        "connectors validate --debug-endpoint FILE",
        ("debug endpoint",),
    ),
    Point(
        "unsigned",
        "unsigned webhooks are refused",
        "anybody could post revenue",
        "connectors doctor gcp",
        ("unsigned post",),
    ),
    Point(
        "dead-letters",
        "dead letters are kept and somebody is notified",
        "what could not be sent is gone after a week, unseen",
        "connectors doctor gcp",
        ("subscription", "topic ", "alert"),
    ),
)


def checklist(
    findings: Sequence[Finding], confirmed: Mapping[str, Confirmation] | None = None
) -> Iterator[Finding]:
    """Yield each point, by the worst that was found of it.

    What nothing shows is unknown until a person confirms it. What was found to be wrong is not
    confirmed away.

    Args:
        findings: What was found of settings, of a deployment and of a ledger.
        confirmed: Who confirmed which points, by their names.
    """
    for point in POINTS:
        about = [f for f in findings if point.shown_by and f.about.startswith(point.shown_by)]
        worst = max(about, key=lambda finding: _RANK.index(finding.level), default=None)
        said = (confirmed or {}).get(point.name)
        if said is not None and (worst is None or worst.level is Level.UNKNOWN):
            yield ok(point.about, f"confirmed by {said.by} on {said.at:%Y-%m-%d %H:%M} UTC")
        elif worst is None:
            fix = f"{point.fix}; then --confirm {point.name}"
            yield unknown(point.about, point.why, fix)
        else:
            fix = "" if worst.level is Level.OK else worst.fix or point.fix
            if worst.level is Level.UNKNOWN:
                fix += f"; or look yourself, then --confirm {point.name}"
            yield Finding(worst.level, point.about, f"{worst.about}: {worst.says}", fix)


def without_confirmed(
    findings: Sequence[Finding], confirmed: Mapping[str, Confirmation]
) -> list[Finding]:
    """Return the findings; what is unknown of a point that a person confirmed is a warning.

    Args:
        findings: What was found.
        confirmed: Who confirmed which points, by their names.
    """
    about = tuple(start for point in POINTS if point.name in confirmed for start in point.shown_by)
    return [
        replace(found, level=Level.WARNING)
        if found.level is Level.UNKNOWN and found.about.startswith(about)
        else found
        for found in findings
    ]


def read_confirmations(path: Path) -> dict[str, Confirmation]:
    """Return who confirmed which points.

    Args:
        path: Where that is kept; nobody confirmed anything where there is no such file.

    Raises:
        UsageError: The file is of another form.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Confirmation])
    except FileNotFoundError:
        return {}
    except OSError as failure:
        raise UsageError(f"{path}: {failure.strerror}") from None
    except (msgspec.MsgspecError, UnicodeError):
        raise UsageError(
            f'{path} is not what --confirm writes: {{"POINT": {{"by": NAME, "at": TIME}}}}'
        ) from None


def confirm(path: Path, points: Sequence[str], by: str, at: datetime) -> dict[str, Confirmation]:
    """Keep that somebody confirmed points, beside those that were confirmed before.

    Args:
        path: Where that is kept.
        points: Names of points.
        by: Who confirms them.
        at: When, UTC.

    Returns:
        Every confirmation that is kept now.

    Raises:
        UsageError: There is no such point, or the file cannot be read or written.
    """
    names = [point.name for point in POINTS]
    for point in points:
        if point not in names:
            raise UsageError(f"--confirm: there is {', '.join(names)}")
    kept = read_confirmations(path)
    if points:
        kept |= dict.fromkeys(points, Confirmation(by, at))
        text = msgspec.json.format(msgspec.json.encode(kept), indent=2)
        try:
            path.write_bytes(text + b"\n")
        except OSError as failure:
            raise UsageError(f"{path}: {failure.strerror}") from None
    return kept
