"""`connectors doctor checklist`: what a launch stands on, and how each point is checked here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tools.doctor.finding import Finding, Level, unknown

_RANK: Final = (Level.OK, Level.WARNING, Level.UNKNOWN, Level.ERROR)


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the launch checklist.

    Attributes:
        about: What must hold.
        why: What is lost where it does not.
        mend: What a person does for it.
        shown_by: Beginnings of what findings are about that show it; none: a person looks.
    """

    about: str
    why: str
    mend: str
    shown_by: tuple[str, ...] = ()


POINTS: Final = (
    Point(
        "the api_secret is only on the server",
        "whoever has it writes revenue into the property",
        "search pages, apps and repositories for it; roll it in GA4's admin where it was seen",
        ("secret ", "readers of ", "setting GA4_API_SECRET"),
    ),
    Point(
        "client_id with every event",
        "without the browser's, a purchase is a new user under “(not set)”",
        "carry it as the README's “Tie the payment to its session” says; "
        "`connectors ledger stats` shows the share",
    ),
    Point(
        "session_id with purchases of a browser",
        "without it the purchase has no source, medium or landing page",
        "the same; a session joins for 24 hours from its start",
    ),
    Point(
        "transaction_id matches the browser's",
        "GA4 merges the two purchases by it, or counts both",
        "write ga_transaction_id into the payment's metadata where a tag sends purchases too",
    ),
    Point(
        "the Measurement Protocol supplements the tag",
        "GA4 has geography, device and sessions only from the tag on the page",
        "keep gtag or Tag Manager on the site; these functions add what it cannot see",
    ),
    Point(
        "payloads are validated before production",
        "the real endpoint answers 2xx to anything",
        "connectors validate --debug-endpoint FILE",
        ("debug endpoint",),
    ),
    Point(
        "unsigned webhooks are refused",
        "anybody could post revenue",
        "connectors doctor gcp",
        ("unsigned post",),
    ),
    Point(
        "dead letters are kept and somebody is told",
        "what could not be sent is gone after a week, unseen",
        "connectors doctor gcp",
        ("subscription", "topic ", "alert"),
    ),
)


def checklist(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield each point, by the worst that was found of it; what only a person sees is unknown.

    Args:
        findings: What `doctor gcp` or `doctor local` found.
    """
    for point in POINTS:
        about = [f for f in findings if point.shown_by and f.about.startswith(point.shown_by)]
        if not about:
            yield unknown(point.about, point.why, point.mend)
            continue
        worst = max(about, key=lambda finding: _RANK.index(finding.level))
        mend = "" if worst.level is Level.OK else worst.mend or point.mend
        yield Finding(worst.level, point.about, f"{worst.about}: {worst.says}", mend)
