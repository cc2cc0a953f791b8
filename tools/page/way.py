"""The whole way of one delivery, step by step, as the page shows it when a row is opened.

delivery → event, or why it was ignored → context → GA4 request → verdict → ledger → answer.
A step is a title, a sentence, facts in the order they are read, and for some of them findings or a
document. All of it is text; the page shows text only.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.ga4.findings import Finding
from shared.stores.entry import Entry
from tools.page.amount import Amount
from tools.page.line import Line
from tools.page.row import ON_ITS_WAY, Row
from tools.page.sent import MOST_BYTES, Sent
from tools.page.words import ATTRIBUTION, CONTEXT_SOURCE, OUTCOMES, STATES, VERDICTS

_MOST_REQUESTS: Final = 5

Step = dict[str, Any]


def way_of(
    row: Row,
    *,
    entries: Mapping[str, Entry | None],
    sent: Mapping[str, Sequence[Sent]],
    problem: str,
) -> list[Step]:
    """Return the steps of a delivery's way.

    Args:
        row: The delivery.
        entries: What the ledger has, by key.
        sent: What GA4 was sent of each of these entries.
        problem: Why the ledger cannot be read; empty where it can.
    """
    if row.sent is not None:
        return list(_request_steps([row.sent]))
    steps = [_delivery(row)]
    for number, event in enumerate(row.events, 1):
        of = f" {number}" if len(row.events) > 1 else ""
        entry = entries.get(event.entry)
        requests = sent.get(event.entry, ())
        steps.append(_event(event, entry, f"Event{of}"))
        if event.attribution or event.consent or entry is not None:
            steps.append(_context(event, entry, requests))
        steps += _request_steps(requests)
        if event.entry:
            steps.append(_ledger(event.entry, entry, problem))
    steps += [_remark(remark) for remark in row.remarks]
    steps.append(_answer(row))
    return steps


def _step(title: str, words: str, facts: Mapping[str, object], **more: object) -> Step:
    shown = [[name, str(value)] for name, value in facts.items() if value not in ("", None)]
    return {"title": title, "words": words, "facts": shown, **more}


def _moment(moment: datetime) -> str:
    precision = "milliseconds" if moment.microsecond else "seconds"
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(' ', precision)} UTC"


def _delivery(row: Row) -> Step:
    line = row.request or row.first
    took = f"{row.request.duration_ms:g} ms" if row.request else ""
    first = row.first
    return _step(
        "Delivery",
        "" if row.is_authentic else "Nobody knows for sure who sent it.",
        {
            "provider": first.provider if first else "",
            "event type": first.event_type if first else "",
            "event id": first.source_event if first else "",
            "function": line.function if line else "",
            "arrived": _moment(datetime.fromtimestamp(row.at, UTC)),
            "took": took,
        },
    )


def _event(event: Line, entry: Entry | None, title: str) -> Step:
    ignored = event.outcome == "ignored"
    fact = entry.fact if entry else None
    money = Amount(fact.value, fact.currency) if fact and fact.value and fact.currency else None
    happened = _moment(fact.occurred_at) if fact and fact.occurred_at else ""
    return _step(
        title,
        "It becomes no event of GA4." if ignored else OUTCOMES.get(event.outcome, ""),
        {
            "name": event.name,
            "transaction id": event.transaction_id,
            "stream": event.stream,
            "amount": money,
            "happened": happened,
            "outcome": event.outcome,
            "reason": event.reason,
            "left out or fixed": "; ".join(event.notes),
            "too late for its own time": "yes" if event.late else "",
        },
        tone=event.outcome,
    )


def _context(event: Line, entry: Entry | None, requests: Sequence[Sent]) -> Step:
    fact = entry.fact if entry else None
    word = event.attribution or (fact.attribution if fact else None) or ""
    source = event.context_source or (fact.context_source if fact else None) or ""
    analytics = event.consent or (fact.consent.analytics if fact else None) or "unknown"
    return _step(
        "Context",
        ATTRIBUTION.get(word, ""),
        {
            "attribution": word,
            "known from": CONTEXT_SOURCE.get(source, source),
            "analytics consent": analytics,
            "ad user data": fact.consent.ad_user_data if fact else "",
            "ad personalization": fact.consent.ad_personalization if fact else "",
            **_user(requests[-1] if requests else None),
        },
        tone=word,
    )


def _user(sent: Sent | None) -> dict[str, object]:
    """Which user GA4 got."""
    if sent is None:
        return {}
    event = sent.first
    return {
        "client id": event.client_id,
        "session id": event.session_id,
        "user id": event.user_id,
    }


def _request_steps(requests: Sequence[Sent]) -> Iterator[Step]:
    for sent in requests[-_MOST_REQUESTS:]:
        again = "GA4 was sent it more than once, and merges the copies of a purchase."
        yield _step(
            "GA4 request",
            again if len(requests) > 1 else "",
            {
                "received": _moment(sent.received_at),
                "path": sent.path,
                "measurement id": sent.measurement_id,
                **_readable(sent),
                "the real GA4": _forwarded(sent),
            },
            document=_pretty(sent.body),
        )
        findings = [_finding(found) for found in sent.findings]
        yield _step(
            "Verdict",
            VERDICTS[sent.verdict],
            {"verdict": sent.verdict},
            tone=sent.verdict,
            findings=findings,
        )


def _readable(sent: Sent) -> dict[str, object]:
    """What stands in the Data Manager API's body as lists of names and values."""
    if not sent.request_id:
        return {}
    event = sent.first
    return {
        "request id": sent.request_id,
        "transaction id": event.transaction_id,
        "amount": event.amount,
        **_user(sent),
    }


def _forwarded(sent: Sent) -> str:
    """What the real GA4 answered, where the request was passed on to it."""
    real = sent.forwarded
    if real is None:
        return ""
    return f"answered {real['status']}" if real["status"] else f"no answer: {real['error']}"


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "level": finding.level.value,
        "path": finding.path or "body",
        "code": finding.code,
        "message": finding.message,
        "link": finding.source,
    }


def _pretty(body: bytes) -> str:
    """A body, spread out; no digit of it is another."""
    if len(body) == MOST_BYTES:
        return body.decode(errors="replace") + "…"
    with suppress(msgspec.DecodeError, RecursionError):  # then it is shown as it is
        return msgspec.json.format(body, indent=2).decode(errors="replace")
    return body.decode(errors="replace")


def _ledger(key: str, entry: Entry | None, problem: str) -> Step:
    if entry is None:
        why = f"The ledger cannot be read: {problem}" if problem else "The ledger has it no more."
        return _step("Ledger", why, {"entry": key}, tone="unavailable" if problem else "")
    return _step(
        "Ledger",
        STATES.get(entry.state.value, ""),
        {
            "state": entry.state.value,
            "reason": entry.reason,
            "attempts": entry.attempt,
            **_receipt(entry),
            "created": _moment(entry.created_at),
            "changed": _moment(entry.updated_at),
            "kept until": entry.expires_at.date().isoformat(),
            "entry": key,
        },
        tone=entry.state.value,
    )


def _receipt(entry: Entry) -> dict[str, object]:
    """In which request the sink took it, and when its status is asked for."""
    request, awaited = entry.request, entry.awaited
    place = f"event {request.request_index + 1} of {request.request_size}" if request else ""
    return {
        "request id": request.request_id if request else "",
        "place in it": place,
        "warned of": "; ".join(request.notes) if request else "",
        "status asked for": f"{awaited.looks} times" if awaited and awaited.looks else "",
        "asked next": _moment(awaited.check_at) if awaited and awaited.check_at else "",
    }


def _remark(line: Line) -> Step:
    return _step(
        line.event.replace("_", " ").capitalize(),
        "",
        {
            "severity": "" if line.severity == "INFO" else line.severity.lower(),
            "outcome": line.outcome,
            "reason": line.reason,
            "sent by": line.caller,
            "references": line.references or "",
            "left out or fixed": "; ".join(line.notes),
        },
        tone=line.outcome,
    )


def _answer(row: Row) -> Step:
    request = row.request
    if request is None:
        return _step("Answer", "It is not answered yet.", {}, tone=ON_ITS_WAY)
    return _step(
        "Answer",
        OUTCOMES.get(request.outcome, ""),
        {
            "status": request.status,
            "outcome": request.outcome,
            "reason": request.reason or (row.events[0].reason if row.events else ""),
            "others alike": request.suppressed or "",
        },
        tone=request.outcome,
    )
