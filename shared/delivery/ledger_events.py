"""What the ledger, the answer and the log say of a conversion."""

from collections.abc import Sequence

from shared.changed import replace
from shared.delivery.mentions import mentions_of
from shared.domain.attributed import AttributedConversion
from shared.domain.context_source import choices, source_of
from shared.domain.conversion import Conversion, Ignored, Kind, Source
from shared.domain.refund import Refund, Reversal
from shared.domain.sink import Sink
from shared.outcome import Outcome, Result
from shared.settings.common import Settings
from shared.stores.entry import LedgerEvent, State, ledger_key


def event_of_attributed(
    attributed: AttributedConversion, settings: Settings, sink: Sink
) -> LedgerEvent:
    """Return what the ledger keeps of a conversion that is about to be sent.

    Args:
        attributed: What happened, and whose it is.
        settings: As for `fact_of`.
        sink: How it is sent.
    """
    return replace(
        fact_of(attributed.conversion, settings),
        attribution=str(attributed.state),
        late_hours=attributed.late_hours,
        sink=sink,
    )


def fact_of(conversion: Conversion, settings: Settings) -> LedgerEvent:
    """Return what the ledger keeps of a conversion; nothing of it is personal.

    Args:
        conversion: What happened.
        settings: Which stream it is for, and what counts as its value.
    """
    context = conversion.context
    source = conversion.context_source or source_of(context, context)
    money = conversion.money
    return LedgerEvent(
        measurement_id=_stream_id(conversion, settings),
        event_name=conversion.name,
        business_key=scoped_key(conversion.source, conversion.business_key),
        transaction_id=conversion.transaction_id,
        currency=money.currency if money else None,
        value=(money.total if settings.gross else money.net) if money else None,
        occurred_at=conversion.occurred_at,
        source=origin_of(conversion.source),
        consent=choices(context.consent),
        context_source=str(source),
        mentions=mentions_of(conversion, conversion.source),
    )


def key_of(conversion: Conversion, name: str) -> str:
    """Return the ledger's key of a conversion.

    Args:
        conversion: What happened.
        name: GA4's name of it.
    """
    return ledger_key(name, scoped_key(conversion.source, conversion.business_key))


def fact_of_refund(refund: Refund | Reversal, source: Source, settings: Settings) -> LedgerEvent:
    """Return what the ledger should keep of a refund, before anybody looked its order up.

    Args:
        refund: What went back; its value is gross.
        source: Where we learned it.
        settings: Which stream it is for.
    """
    return LedgerEvent(
        measurement_id=settings.streams.only_id,
        event_name=Kind.REFUND.value,
        business_key=scoped_key(source, refund.refund_id),
        currency=refund.money.currency,
        value=refund.money.total,
        occurred_at=refund.occurred_at,
        source=origin_of(source),
        mentions=mentions_of(refund, source),
    )


def fact_of_unreadable(
    source: Source, settings: Settings, about: Sequence[str] = ()
) -> LedgerEvent:
    """Return what the ledger keeps of money that cannot be read.

    Nobody knows its order, so the event's own id is the key; the provider keeps the event itself.

    Args:
        source: Where it came from.
        settings: Which stream it would have been for.
        about: The ids in it that can be read.
    """
    return LedgerEvent(
        measurement_id=settings.streams.only_id,
        event_name="unreadable",
        business_key=f"{source.provider}:{source.event_id}",
        source=origin_of(source),
        mentions=(source.event_id, *about),
    )


def fact_of_ignored(ignored: Ignored, source: Source, settings: Settings) -> LedgerEvent:
    """Return what the ledger keeps of a delivery that is no event for GA4.

    Nothing that is sent has its key, so that it is in nobody's way.

    Args:
        ignored: Why it is none, and what it is about.
        source: Where it came from.
        settings: Which stream its events would have been for.
    """
    return LedgerEvent(
        measurement_id=settings.streams.only_id,
        event_name=State.IGNORED.value,
        business_key=origin_of(source),
        source=origin_of(source),
        mentions=mentions_of(ignored, source),
    )


def outcome_of(
    result: Result,
    conversion: Conversion,
    reason: str | None = None,
    *,
    fact: LedgerEvent | None = None,
    retry: bool = False,
) -> Outcome:
    """Return the outcome of a conversion, with what names it.

    Args:
        result: How it ended.
        conversion: What happened.
        reason: Why.
        fact: What the ledger keeps of it, where that says how well it is tied to its user.
        retry: Whether the sender should deliver it again.
    """
    outcome = Outcome(
        result=result,
        reason=reason,
        name=conversion.name,
        transaction_id=conversion.transaction_id,
        stream=conversion.stream,
        notes=conversion.notes,
        retry=retry,
    )
    if fact is None:
        return outcome
    return replace(
        outcome,
        attribution=result.value if result is Result.WITHHELD else fact.attribution,
        context_source=fact.context_source,
        consent=fact.consent.analytics or "unknown",
        late_hours=fact.late_hours,
        entry=fact.key,
    )


def scoped_key(source: Source, business_key: str) -> str:
    """Return the business key; a connected account's orders are numbered by themselves."""
    return f"{source.scope}:{business_key}" if source.scope else business_key


def _stream_id(conversion: Conversion, settings: Settings) -> str:
    """Return the id of a conversion's stream; empty where `STREAMS` has it no more."""
    stream = settings.streams.of(conversion.stream)
    return "" if stream is None else stream.id


def origin_of(source: Source) -> str:
    """Return where an event came from, as the ledger keeps it.

    Args:
        source: Provider, account, event type and event id.
    """
    parts = (source.provider, source.account, source.event_type, source.event_id)
    return " ".join(filter(None, parts))
