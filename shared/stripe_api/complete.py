"""What an event of Stripe's does not carry, added (docs/decisions/0013-stripe-api.md).

A thin event carries no object at all, a session no items, an invoice only its first lines, and a
payment intent of some API versions not what made it.
"""

from collections.abc import Awaitable, Callable, Container
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from shared.changed import replace
from shared.errors import MisconfiguredError, UnavailableError, UnusableError
from shared.observability.log import Severity, log
from shared.provider_api.reply import GoneError
from shared.providers.event import ProviderEvent
from shared.secrets.secret import Secret
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi
from shared.stripe_api.items import with_items
from shared.stripe_api.owner import with_owner

PATIENCE: Final = timedelta(hours=1)
"""How long after an event Stripe's API is waited for; then money goes without its items."""

_PREFIX: Final = "v1."
_BARE: Final = "sent without items"
_UNOWNED: Final = "waits for the event that may own it"


async def complete(  # noqa: PLR0913 - what is asked, as whom and what for
    event: ProviderEvent,
    key: Secret,
    *,
    api: StripeApi,
    wanted: Container[str],
    now: datetime,
    owners: bool = False,
) -> ProviderEvent:
    """Return an event with the object, the items and the owner that it lacks.

    Args:
        event: A notification of Stripe's.
        key: The restricted key.
        api: Stripe's API.
        wanted: The event types (without `v1.`) that mean anything to us; no thin event of
            another is asked for.
        now: The current time, UTC.
        owners: Whether intents count as money, so that it matters what made one.

    Returns:
        The event; the same where nothing is missing. A thin one has become what its snapshot
        would be, with that one's type and id, whichever of the two comes first.

    Raises:
        UnavailableError: Stripe's API is out of reach.
        MisconfiguredError: Stripe does not know the key, or the key may not read the object.
        UnusableError: A thin event names nothing that can be read.
    """
    access = api.access(event, key)
    young = now - event.created_at < PATIENCE
    if event.source.event_type.startswith(_PREFIX):
        event = _as_snapshot(event)
        if event.source.event_type not in wanted:
            return event
        event = await _fetched(event, api, access, young=young)
    if owners:
        event = await _asked(partial(with_owner, event, api, access), event, _UNOWNED, young=young)
    return await _asked(partial(with_items, event, api, access), event, _BARE, young=young)


async def _asked(
    ask: Callable[[], Awaitable[ProviderEvent]],
    event: ProviderEvent,
    otherwise: str,
    *,
    young: bool,
) -> ProviderEvent:
    """Return an event with what is asked for; it never costs the payment.

    What no retry fixes, or none did, is left out.
    """
    try:
        return await ask()
    except (MisconfiguredError, UnavailableError, UnusableError) as error:
        if young and isinstance(error, UnavailableError):
            raise
        _warn(event, f"{otherwise}: {error}")
        return event


def _as_snapshot(event: ProviderEvent) -> ProviderEvent:
    """Give a thin event the name and id of its snapshot."""
    source = event.source
    event_type = source.event_type.removeprefix(_PREFIX)
    event_id = event.snapshot_id or source.event_id
    return replace(event, source=replace(source, event_id=event_id, event_type=event_type))


async def _fetched(
    event: ProviderEvent, api: StripeApi, access: Access, *, young: bool
) -> ProviderEvent:
    """Return the event with its object as it is now."""
    if event.related is None:
        raise UnusableError("related_object.url", "missing")
    try:
        return replace(event, object=await api.get(event.related, access))
    except GoneError as error:
        if young:  # a copy of Stripe's that lags behind, or a key of another account
            raise UnavailableError(str(error)) from None
        raise


def _warn(event: ProviderEvent, reason: str) -> None:
    source = event.source
    log(
        "stripe_api",
        Severity.WARNING,
        reason=reason,
        provider=source.provider,
        event_type=source.event_type,
        source_event=source.event_id,
    )
