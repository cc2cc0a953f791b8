"""What came with an event, filled up with what others brought."""

from dataclasses import replace

from shared.domain.context import Context
from shared.domain.resolve_consent import resolve_consent


def fill_missing(own: Context, found: Context) -> Context:
    """Return what came with an event, and what others brought where that says nothing.

    An event that knows its client keeps its own session, page, device and place: what others
    brought may be of another visit. A device is taken whole, and so is a place, by whichever way
    it is told. On consent the last word counts.

    Args:
        own: What came with the event.
        found: What others brought.
    """
    consent = resolve_consent(own.consent, found.consent)
    if own.client_id is not None:
        same = found.client_id in (None, own.client_id)
        data = own.user_data or (found.user_data if same else None)
        return replace(own, consent=consent, user_data=data)
    device = own if own.device or own.user_agent else found
    place = own if own.user_location or own.ip_override else found
    return replace(
        found,
        consent=consent,
        user_id=own.user_id or found.user_id,
        user_agent=device.user_agent,
        device=device.device,
        page_location=own.page_location or found.page_location,
        user_location=place.user_location,
        ip_override=place.ip_override,
        user_data=own.user_data or found.user_data,
    )
