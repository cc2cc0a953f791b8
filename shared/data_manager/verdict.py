"""What the status of a request means for one of its events.

docs/decisions/0064-status-of-events.md says why.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from shared.data_manager.status_answer import (
    FAILED,
    PARTIAL_SUCCESS,
    PROCESSING,
    SUCCESS,
    Counted,
    DestinationStatus,
    RequestStatus,
)


class End(StrEnum):
    """How far an event came."""

    PROCESSING = "processing"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    UNNAMED = "unnamed"
    """Some events of the request failed, and Google does not say which."""


class Verdict(msgspec.Struct, frozen=True):
    """What became of an event.

    Attributes:
        end: How far it came.
        reason: Google's names of why it was rejected.
        notes: What else Google says.
        failed_at_ads: Whether Google Ads failed to process it, or may have.
    """

    end: End
    reason: str | None = None
    notes: tuple[str, ...] = ()
    failed_at_ads: bool = False


def judge(status: RequestStatus, index: int, size: int) -> Verdict:
    """Return what became of an event: GA4's word settles it, that of Google Ads is a note.

    Args:
        status: Of its request.
        index: The event's place in the request, from 0.
        size: How many events the request held.
    """
    ga4 = status.ga4
    if ga4 is None or ga4.status not in (SUCCESS, PARTIAL_SUCCESS, FAILED):
        unusual = ga4 and ga4.status not in ("", PROCESSING)
        return Verdict(End.PROCESSING, notes=(f"status: {ga4.status}",) if ga4 and unusual else ())
    warnings = tuple(_notes(ga4.warnings, index, size))
    ads = tuple(_of_ads(status.ads, index, size)) if status.ads else ()
    end, why = _at_ga4(ga4, index, size)
    notes = (*((why,) if end is End.UNNAMED and why else ()), *warnings, *ads)
    reason = why if end is End.REJECTED else None
    return Verdict(end, reason, notes, failed_at_ads=bool(ads))


def _at_ga4(ga4: DestinationStatus, index: int, size: int) -> tuple[End, str | None]:
    """Return how far an event came at GA4, and why no further."""
    if ga4.status == SUCCESS:
        return End.DELIVERED, None
    own = _words(each for each in ga4.errors if index in each.indices)
    if own:
        return End.REJECTED, own
    unnamed = [each for each in ga4.errors if _unnamed(each, size) or not each.indices]
    if size == 1 or _all_failed(ga4, size):
        return End.REJECTED, _words(unnamed or ga4.errors) or ga4.status
    if ga4.status == PARTIAL_SUCCESS and ga4.errors and not unnamed:
        return End.DELIVERED, None
    failed = sum(_unnamed(each, size) for each in unnamed)
    says = _words(unnamed) or "no reason"
    return End.UNNAMED, (
        f"{ga4.status}: {failed or 'some'} of {size} events failed, and Google does not say which"
        f" ({says})"
    )


def _all_failed(ga4: DestinationStatus, size: int) -> bool:
    """Return whether no event of the request came through.

    Google says FAILED of a request all of whose events failed. Counts that say of fewer leave a
    doubt, and what is in doubt is not rejected: it would be sent again.
    """
    counts = [each.count for each in ga4.errors]
    if any(count >= size for count in counts):
        return True
    return ga4.status == FAILED and (not any(counts) or sum(counts) >= size)


def _unnamed(error: Counted, size: int) -> int:
    """Return how many events an error is about that it does not name."""
    return error.count - sum(index < size for index in error.indices)


def _words(errors: Iterable[Counted]) -> str:
    """Return Google's names, each once; several with commas between."""
    return ", ".join(dict.fromkeys(each.reason for each in errors if each.reason))


def _notes(warnings: Sequence[Counted], index: int, size: int) -> Iterable[str]:
    for each in warnings:
        if index in each.indices or size == 1:
            yield each.reason
        elif not each.indices:
            yield f"{each.reason}, of {each.count or 'some'} of the request's {size} events"


def _of_ads(ads: DestinationStatus, index: int, size: int) -> Iterable[str]:
    """Yield what Google Ads says against an event."""
    for each in ads.errors:
        if index in each.indices or size == 1:
            yield f"Google Ads: {each.reason}"
        elif not each.indices:
            of = f"{each.count or 'some'} of the request's {size} events"
            yield f"Google Ads: {each.reason}, of {of}"
    if ads.status == FAILED and not ads.errors:
        yield f"Google Ads: {ads.status}"
