"""What is about to be sent, or why it is not: decided without touching anything."""

from datetime import datetime
from typing import Final

import msgspec

from shared.attribution.attribute import attribute
from shared.changed import replace
from shared.delivery.sinks import Sinks
from shared.domain.attributed import AttributedConversion, Withheld
from shared.domain.conversion import Conversion, Kind
from shared.domain.sink import Sink
from shared.errors import UnusableError
from shared.ga4.check import InvalidRequest, ValidRequest, check
from shared.ga4.event import for_debug_view, to_request
from shared.settings.common import Settings
from shared.settings.streams import Stream
from shared.sinks.sending import Outgoing, Refusal
from shared.stores.entry import State

_PAYMENTS: Final = (Kind.PURCHASE, Kind.REFUND)


class Prepared(msgspec.Struct, frozen=True):
    """A conversion that can be sent.

    Attributes:
        attributed: What happened, and whose it is.
        outgoing: What is sent.
        way: What sends it: the stream's name and its sink.
    """

    attributed: AttributedConversion
    outgoing: Outgoing
    way: tuple[str, Sink]


class NotSent(msgspec.Struct, frozen=True):
    """A conversion that stays here.

    Attributes:
        state: `rejected` or `withheld`.
        reason: Why.
        waits: Whether a context that comes later lets it go.
    """

    state: State
    reason: str
    waits: bool = False


def prepare(
    conversion: Conversion, settings: Settings, sinks: Sinks, now: datetime, *, mp_source: str
) -> Prepared | NotSent:
    """Attribute a conversion and hold what would be sent against GA4's rules.

    Args:
        conversion: What happened, with all that is known of it.
        settings: What the operator decided.
        sinks: The ways to GA4; one says here what it would send, and sends nothing.
        now: The current time, UTC.
        mp_source: Which function sends it.
    """
    stream = _stream(conversion, settings, sinks)
    if isinstance(stream, NotSent):
        return stream
    context = conversion.context.of_stream(stream.container)
    if context is not conversion.context:
        conversion = replace(conversion, context=context)
    try:
        attributed = attribute(
            conversion, settings.policy, now, stream_id=stream.id, app=stream.is_app
        )
    except UnusableError as error:
        return NotSent(State.REJECTED, str(error))
    if isinstance(attributed, Withheld):
        return NotSent(State.WITHHELD, attributed.reason, waits=attributed.waits)
    request = _request(attributed, settings, now, mp_source, app=stream.is_app)
    if isinstance(request, InvalidRequest):
        return NotSent(State.REJECTED, request.reason)
    way = (stream.name, conversion.sink or stream.sink)
    outgoing = sinks[way].outgoing(request, attributed, now)
    if isinstance(outgoing, Refusal):
        return NotSent(State.REJECTED, outgoing.reason)
    return Prepared(attributed, outgoing, way)


def _request(
    attributed: AttributedConversion,
    settings: Settings,
    now: datetime,
    mp_source: str,
    *,
    app: bool,
) -> ValidRequest | InvalidRequest:
    """Return the event as GA4's rules let it pass; every sink starts from it."""
    conversion = attributed.conversion
    # A provider's own id may look like a card's number: one of 25 random ones does.
    ids = frozenset({"transaction_id"}) if conversion.kind in _PAYMENTS else frozenset[str]()
    whole = to_request(
        attributed,
        mp_source=mp_source,
        gross=settings.gross,
        user_data=settings.user_data,
        app=app,
    )
    return check(
        for_debug_view(whole) if settings.debug or conversion.source.debug else whole,
        now,
        exempt=settings.personal_data_exemptions | ids,
        forgiving=conversion.money is not None,
    )


def _stream(conversion: Conversion, settings: Settings, sinks: Sinks) -> Stream | NotSent:
    """Return where a conversion goes, or why it stays here."""
    if conversion.order_unsent:  # GA4 would take back what it never counted
        return NotSent(State.WITHHELD, "its purchase was not sent", waits=True)
    if conversion.order_unknown and not settings.send_unknown_refunds:
        return NotSent(State.WITHHELD, "its purchase is not known (UNKNOWN_REFUNDS)")
    stream = settings.streams.of(conversion.stream)
    if stream is None:
        return NotSent(State.WITHHELD, f"its stream {conversion.stream} is not in STREAMS")
    sink = conversion.sink or stream.sink
    if (stream.name, sink) not in sinks:
        by_protocol = sink is Sink.MEASUREMENT_PROTOCOL
        setting = stream.secret_setting if by_protocol else stream.property_setting
        return NotSent(State.WITHHELD, f"its order went by {sink}, and {setting} is missing")
    return stream
