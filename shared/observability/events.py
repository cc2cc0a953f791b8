"""The log lines of an event, and of a secret that could not be read."""

from typing import Final

from shared.domain.conversion import Source
from shared.domain.sink import Sink
from shared.observability.log import LogFields, Severity, log, note
from shared.outcome import Outcome, Result

_SEVERITY: Final = {
    Result.REJECTED: Severity.ERROR,
    Result.UNCERTAIN: Severity.WARNING,
    Result.WITHHELD: Severity.WARNING,
    Result.REVERSED: Severity.WARNING,
}


def log_event(outcome: Outcome, source: Source) -> None:
    """Log what became of an event.

    Args:
        outcome: What became of it.
        source: Where we learned of it.
    """
    fields = LogFields(
        outcome=outcome.result.value,
        reason=outcome.reason or "",
        provider=source.provider,
        event_type=source.event_type,
        source_event=source.event_id,
        name=outcome.name or "",
        transaction_id=outcome.transaction_id or "",
        entry=outcome.entry or "",
        stream=outcome.stream or "",
        notes=list(outcome.notes),
    )
    if outcome.consent is not None:
        # What the health of attribution is measured by: only of events that were decided about.
        fields["attribution"] = outcome.attribution or ""
        fields["context_source"] = outcome.context_source or ""
        fields["consent"] = outcome.consent
        fields["late"] = outcome.late_hours is not None
    log("event", _SEVERITY.get(outcome.result, Severity.INFO), **fields)


def note_source(source: Source) -> None:
    """Put a provider's event on all lines of this request from now on, however it ends.

    Args:
        source: The event, once it is known to be authentic.
    """
    note(provider=source.provider, event_type=source.event_type, source_event=source.event_id)


def log_unreadable_secret(problem: str) -> None:
    """Log that a secret could not be read, whether or not another one serves in its place.

    Args:
        problem: The setting that names it, and the reason; never the secret.
    """
    log("secret", Severity.WARNING, reason=problem)


def log_debugging() -> None:
    """Log that every event is marked for DebugView, and is sent to the real GA4."""
    reason = "GA4_DEBUG: DebugView shows every event, and all count as real; unset it when done"
    log("debug", Severity.WARNING, reason=reason)


def log_refused_settings(way: tuple[str, Sink], problem: str) -> None:
    """Log that Google refuses a stream's rights or ids: nothing of it gets through.

    Args:
        way: The stream's name and the sink.
        problem: Google's status and its reason.
    """
    stream, sink = way
    log("sink_refused", Severity.ERROR, reason=f"{sink}: {problem}", stream=stream)


def log_unrecorded(source: Source, problem: str) -> None:
    """Log that a delivery that was ignored left no record: `connectors explain` cannot find it.

    Args:
        source: The delivery.
        problem: Why; never what it held.
    """
    log(
        "ignored_unrecorded",
        Severity.WARNING,
        reason=problem,
        provider=source.provider,
        event_type=source.event_type,
        source_event=source.event_id,
    )
