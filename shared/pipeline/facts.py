"""What the ledger, the answer and the log say of a conversion."""

from shared.conversions.conversion import Conversion, Kind, Source
from shared.conversions.refund import Refund
from shared.outcomes import Outcome, Result
from shared.settings import Settings
from shared.stores.entry import Fact


def fact_of(conversion: Conversion, settings: Settings, *, attribution: str | None = None) -> Fact:
    """Return what the ledger keeps of a conversion; nothing of it is personal.

    Args:
        conversion: What happened.
        settings: Which stream it is for, and what counts as its value.
        attribution: How well it is tied to its user, once that is known.
    """
    money = conversion.money
    return Fact(
        measurement_id=settings.measurement_id,
        event_name=conversion.name,
        business_key=_scoped(conversion.source, conversion.business_key),
        transaction_id=conversion.transaction_id,
        currency=money.currency if money else None,
        value=(money.total if settings.gross else money.net) if money else None,
        occurred_at=conversion.occurred_at,
        source=_origin(conversion.source),
        attribution=attribution,
    )


def fact_of_refund(refund: Refund, source: Source, settings: Settings) -> Fact:
    """Return what the ledger should keep of a refund, before anybody looked its order up.

    Args:
        refund: What went back; its value is told gross.
        source: Where we learned it.
        settings: Which stream it is for.
    """
    return Fact(
        measurement_id=settings.measurement_id,
        event_name=Kind.REFUND.value,
        business_key=_scoped(source, refund.refund_id),
        currency=refund.money.currency,
        value=refund.money.total,
        occurred_at=refund.occurred_at,
        source=_origin(source),
    )


def fact_of_unreadable(source: Source, settings: Settings) -> Fact:
    """Return what the ledger keeps of money that cannot be read.

    Nobody knows its order, so the event's own id is the key; the provider keeps the event itself.

    Args:
        source: Where it came from.
        settings: Which stream it would have been for.
    """
    return Fact(
        measurement_id=settings.measurement_id,
        event_name="unreadable",
        business_key=f"{source.provider}:{source.event_id}",
        source=_origin(source),
    )


def outcome_of(
    result: Result,
    conversion: Conversion,
    reason: str | None = None,
    *,
    attribution: str | None = None,
    retry: bool = False,
) -> Outcome:
    """Return the outcome of a conversion, with what names it.

    Args:
        result: How it ended.
        conversion: What happened.
        reason: Why.
        attribution: How well it is tied to its user, once that is known.
        retry: Whether the sender should deliver it again.
    """
    return Outcome(
        result=result,
        reason=reason,
        name=conversion.name,
        transaction_id=conversion.transaction_id,
        attribution=attribution,
        notes=conversion.notes,
        retry=retry,
    )


def _scoped(source: Source, business_key: str) -> str:
    """Return the business key; a connected account's orders are numbered by themselves."""
    return f"{source.account}:{business_key}" if source.account else business_key


def _origin(source: Source) -> str:
    parts = (source.provider, source.account, source.event_type, source.event_id)
    return " ".join(part for part in parts if part)
