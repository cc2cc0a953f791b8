"""From outcome or error to an HTTP answer: the one table."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import msgspec

from shared import errors
from shared.changed import replace
from shared.outcome import Outcome, Result

RETRY_AFTER_SECONDS: Final = errors.RETRY_AFTER_SECONDS
OUTCOME_HEADER: Final = "x-connectors-outcome"
"""Says of a push what became of it, as JSON: an answer of 204 has no body."""
NOT_SET_UP: Final = "settings are missing or wrong; the log names them"


class HttpResponse(msgspec.Struct, frozen=True):
    """An HTTP answer.

    Attributes:
        status: The HTTP status.
        outcome: The word the body starts with, for the log.
        body: Small JSON; never a payload, an address or a secret.
        headers: What goes with the status.
    """

    status: int
    outcome: str
    body: bytes
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)


# The most specific class first; the word stands in the answer where an outcome would.
STATUS: Final[Sequence[tuple[type[errors.ConnectorError], int, str]]] = (
    (errors.SignatureError, 400, "bad_signature"),
    (errors.MalformedError, 400, "malformed"),
    (errors.MethodError, 405, "method_not_allowed"),
    (errors.NotFoundError, 404, "not_found"),
    (errors.OriginError, 403, "foreign_origin"),
    (errors.RateError, 429, "too_many"),
    (errors.TooLargeError, 413, "too_large"),
    (errors.InProgressError, 409, "in_progress"),
    (errors.PendingError, 409, "pending"),
    (errors.UnavailableError, 503, "unavailable"),
    (errors.MisconfiguredError, 500, "misconfigured"),
)

# Of several events in one delivery the answer names the one that needs most attention.
_BY_ATTENTION: Final = (
    Result.UNCERTAIN,
    Result.REJECTED,
    Result.WITHHELD,
    Result.REVERSED,
    Result.DELIVERED,
    Result.PUBLISHED,
    Result.STORED,
    Result.DUPLICATE,
    Result.IGNORED,
    Result.RECONCILED,
    Result.SETTLED,
)


_ACKNOWLEDGED: Final = 204
# A proxy may refuse more than a few kilobytes of headers, and the push would come again for ever.
_LONGEST_HEADER: Final = 2048
_UNSETTLED: Final = frozenset({503})


class _Event(msgspec.Struct, omit_defaults=True):
    name: str
    transaction_id: str | None = None


class _Body(msgspec.Struct):
    outcome: str
    reason: str | None = None
    events: list[_Event] = []
    counts: Mapping[str, int] | msgspec.UnsetType = msgspec.UNSET
    acknowledgement: str | msgspec.UnsetType = msgspec.UNSET


def to_outcomes(outcomes: Sequence[Outcome]) -> HttpResponse:
    """Return the answer to a delivery whose events are settled.

    200, because the sender need not send it again; 503 where an answer of GA4 is unclear and a
    duplicate does no harm.

    Args:
        outcomes: What became of each event; a delivery without any is ignored.
    """
    first = min(
        outcomes or (Outcome(Result.IGNORED, "no events"),),
        key=lambda outcome: _BY_ATTENTION.index(outcome.result),
    )
    retry = any(outcome.retry for outcome in outcomes)
    body = _Body(
        outcome=first.result.value,
        reason=first.reason,
        events=[_Event(o.name, o.transaction_id) for o in outcomes if o.name],
        counts=msgspec.UNSET if first.counts is None else first.counts,
        acknowledgement=msgspec.UNSET if retry else first.acknowledgement or msgspec.UNSET,
    )
    return _answer(503 if retry else 200, body, _retry_after(RETRY_AFTER_SECONDS) if retry else {})


def to_error(error: Exception) -> HttpResponse:
    """Return the answer to a delivery that ended in an error.

    An error that is none of ours is a defect: its text may hold anything, so none of it is shown.

    Args:
        error: What was raised.
    """
    for kind, status, word in STATUS:
        if isinstance(error, kind):
            headers = {"allow": "POST"} if status == 405 else {}  # noqa: PLR2004 - the table's
            if isinstance(error, errors.UnavailableError | errors.RateError):
                headers = _retry_after(error.retry_after)
            elif isinstance(error, errors.InProgressError | errors.PendingError):
                headers = _retry_after(RETRY_AFTER_SECONDS)
            # Anybody may ask, so names of settings go to the log alone.
            said = NOT_SET_UP if isinstance(error, errors.MisconfiguredError) else str(error)
            return _answer(status, _Body(word, said), headers)
    return _answer(500, _Body("failed", "a defect of the connectors; the log names it"))


def _retry_after(seconds: int) -> dict[str, str]:
    return {"retry-after": str(seconds)}


def _answer(status: int, body: _Body, headers: Mapping[str, str] | None = None) -> HttpResponse:
    return HttpResponse(status, body.outcome, msgspec.json.encode(body), headers or {})


def to_pushed(outcomes: Sequence[Outcome]) -> HttpResponse:
    """Return the answer to a push whose message is settled: acknowledged, unless it is sent again.

    Args:
        outcomes: What became of it.
    """
    answer = to_outcomes(outcomes)
    if answer.status in _UNSETTLED:
        return answer
    return HttpResponse(_ACKNOWLEDGED, answer.outcome, b"", _outcome_header(answer))


def _outcome_header(answer: HttpResponse) -> dict[str, str]:
    """Return the body of an answer as a header; without its reason where that is long."""
    said = msgspec.json.decode(answer.body)
    for document in (said, {**said, "reason": None}):
        text = json.dumps(document, separators=(",", ":"))  # in ASCII, as a header has to be
        if len(text) <= _LONGEST_HEADER:
            return {OUTCOME_HEADER: text}
    return {}


def to_push_error(error: Exception) -> HttpResponse:
    """Return the answer to a push that ended in an error: Pub/Sub retries."""
    answer = to_error(error)
    if isinstance(error, errors.InProgressError | errors.PendingError):
        return replace(answer, status=503)
    return answer


class ResponsePolicy(msgspec.Struct, frozen=True):
    """How a kind of sender is answered.

    Attributes:
        outcomes: Answers what is settled.
        error: Answers what is not.
        max_body_bytes: How large a request may be.
    """

    outcomes: Callable[[Sequence[Outcome]], HttpResponse]
    error: Callable[[Exception], HttpResponse]
    max_body_bytes: int


WEBHOOK: Final = ResponsePolicy(to_outcomes, to_error, 1024 * 1024)
# Pub/Sub's largest message, as base64 and with its attributes: what is too large for us must be
# read all the same, or it could not be put away.
PUSH: Final = ResponsePolicy(to_pushed, to_push_error, 14 * 1024 * 1024)
