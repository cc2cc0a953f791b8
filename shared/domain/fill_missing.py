"""What came with an event, filled up with what others brought."""

from shared.changed import replace
from shared.domain.context import Context
from shared.domain.resolve_consent import resolve_consent


def fill_missing(event_context: Context, stored: Context) -> Context:
    """Return what came with an event, and what others brought where that says nothing.

    An event that knows its client keeps its own session, page, device and place: what others
    brought may be of another visit. A device is taken whole, and so is a place, by whichever way
    it comes. On consent the last word counts.

    Args:
        event_context: What came with the event.
        stored: What others brought.
    """
    consent = resolve_consent(event_context.consent, stored.consent)
    if event_context.client_id is not None:
        same = stored.client_id in (None, event_context.client_id)
        data = event_context.user_data or (stored.user_data if same else None)
        return replace(
            event_context,
            consent=consent,
            user_data=data,
            app_instance_id=event_context.app_instance_id or stored.app_instance_id,
            click_ids=event_context.click_ids or (stored.click_ids if same else None),
        )
    device = event_context if event_context.device or event_context.user_agent else stored
    place = event_context if event_context.user_location or event_context.ip_override else stored
    return replace(
        stored,
        consent=consent,
        user_id=event_context.user_id or stored.user_id,
        user_agent=device.user_agent,
        device=device.device,
        page_location=event_context.page_location or stored.page_location,
        user_location=place.user_location,
        ip_override=place.ip_override,
        user_data=event_context.user_data or stored.user_data,
        app_instance_id=event_context.app_instance_id or stored.app_instance_id,
        click_ids=event_context.click_ids or stored.click_ids,
    )
