"""What Google says later of a request that it took: status, errors and warnings by destination.

Everything succeeds at once, unless an outcome was set (`POST /data-manager/outcomes`).

Source: https://developers.google.com/data-manager/api/devguides/diagnostics
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Literal

import msgspec

from tools.data_manager.destinations import Destination
from tools.data_manager.errors import ApiError
from tools.data_manager.violations import Violation, missing

KEPT: Final = timedelta(days=50)
_MOST_REQUESTS: Final = 100_000
_MOST_SECONDS: Final = 100 * 24 * 3600

Status = Literal["PROCESSING", "SUCCESS", "PARTIAL_SUCCESS", "FAILED"]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=_MOST_SECONDS)]


class Outcome(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What becomes of some events, as `POST /data-manager/outcomes` takes it.

    Attributes:
        request_id: Events of this request only.
        transaction_id: Events of this order only.
        event_name: Events of this name only.
        destination: At the destination with this `productDestinationId` only.
        error: The reason they failed, a name of `ProcessingErrorReason`; any name is taken.
        warning: The reason of a warning, likewise of `ProcessingWarningReason`.
        indices: Whether the status names the events (`recordIndices`), or only counts them.
        status: The status of the request, where it is another than what follows from its errors.
        after_seconds: The request is `PROCESSING` for so long after it was taken.
        too_old: Asked for, Google says that the request is too old.
    """

    request_id: str = ""
    transaction_id: str = ""
    event_name: str = ""
    destination: str = ""
    error: str = ""
    warning: str = ""
    indices: bool = True
    status: Status | None = None
    after_seconds: Seconds = 0.0
    too_old: bool = False

    def __post_init__(self) -> None:
        """Insist that it says anything."""
        says = (self.error, self.warning, self.status, self.after_seconds, self.too_old)
        if not any(says):
            kinds = "error, warning, status, after_seconds, too_old"
            raise ValueError(f"one of {kinds} is needed")

    def concerns(self, event: "TakenEvent") -> bool:
        """Whether an event is one of those it is about."""
        return self.transaction_id in ("", event.transaction_id) and self.event_name in (
            "",
            event.name,
        )


@dataclass(frozen=True, slots=True)
class TakenEvent:
    """One event of a request that was taken.

    Attributes:
        name: Its `eventName`.
        transaction_id: Its order; empty without one.
        goes_to: The places of its destinations within the request.
    """

    name: str
    transaction_id: str
    goes_to: frozenset[int]


@dataclass(frozen=True, slots=True)
class TakenRequest:
    """A request that was taken.

    Attributes:
        request_id: Its id.
        at: When.
        destinations: The request's.
        events: The request's.
    """

    request_id: str
    at: datetime
    destinations: Sequence[Destination]
    events: Sequence[TakenEvent]


class Statuses:
    """The requests that were taken, and what becomes of them.

    Attributes:
        outcomes: What was set, oldest first.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Begin without any request."""
        self.outcomes: list[Outcome] = []
        self._clock = clock
        self._taken: OrderedDict[str, TakenRequest] = OrderedDict()

    def take(self, request: TakenRequest) -> None:
        """Remember a request, and forget the oldest of too many."""
        self._taken[request.request_id] = request
        if len(self._taken) > _MOST_REQUESTS:
            self._taken.popitem(last=False)

    def retrieve(self, request_id: str) -> dict[str, Any]:
        """Return the status of a request, as Google's JSON.

        Args:
            request_id: As ingesting answered.

        Raises:
            ApiError: There is no such request, or it is too old.
        """
        if not request_id:
            raise ApiError(400, violations=[missing("request_id")])
        taken = self._taken.get(request_id)
        if taken is None:
            text = "The request ID used to retrieve the status of a request is not valid."
            raise ApiError(400, violations=[Violation("request_id", text, "INVALID_REQUEST_ID")])
        about = [each for each in self.outcomes if _is_about(each, taken)]
        age = self._clock() - taken.at
        if age > KEPT or any(each.too_old for each in about):
            text = "Request status is only available for approximately 50 days."
            raise ApiError(400, violations=[Violation("request_id", text, "REQUEST_TOO_OLD")])
        shown = [
            _shown(taken, place, about, age.total_seconds())
            for place in range(len(taken.destinations))
        ]
        return {"requestStatusPerDestination": shown}


def read_outcome(body: bytes) -> Outcome:
    """Read the body of `POST /data-manager/outcomes`.

    Raises:
        ValueError: If it is no outcome; the text names the field.
    """
    try:
        return msgspec.json.decode(body, type=Outcome)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


def _is_about(outcome: Outcome, taken: TakenRequest) -> bool:
    return outcome.request_id in ("", taken.request_id) and any(map(outcome.concerns, taken.events))


def _shown(
    taken: TakenRequest, place: int, outcomes: Sequence[Outcome], age: float
) -> dict[str, Any]:
    """Return the status at one destination."""
    destination = taken.destinations[place]
    about = [each for each in outcomes if each.destination in ("", destination.product_id)]
    arrived = {n: each for n, each in enumerate(taken.events) if place in each.goes_to}
    shown = {
        "destination": destination.document,
        "eventsIngestionStatus": {"recordCount": str(len(arrived))},
    }
    if any(each.after_seconds > age for each in about):
        return {**shown, "requestStatus": "PROCESSING"}
    failed, error_counts = _counts(arrived, about, "error")
    _, warning_counts = _counts(arrived, about, "warning")
    status: str = "SUCCESS"
    if failed:
        status = "FAILED" if len(failed) == len(arrived) else "PARTIAL_SUCCESS"
    status = next((each.status for each in reversed(about) if each.status), status)
    if error_counts and status != "PROCESSING":
        shown["errorInfo"] = {"errorCounts": error_counts}
    if warning_counts and status != "PROCESSING":
        shown["warningInfo"] = {"warningCounts": warning_counts}
    return {**shown, "requestStatus": status}


def _counts(
    events: Mapping[int, TakenEvent], outcomes: Sequence[Outcome], kind: str
) -> tuple[set[int], list[dict[str, Any]]]:
    """Return whom the outcomes of a kind concern, and the counts by their reason."""
    by_reason: dict[tuple[str, bool], set[int]] = {}
    for outcome in outcomes:
        reason = getattr(outcome, kind)
        concerned = {n for n, event in events.items() if outcome.concerns(event)}
        if reason and concerned:
            by_reason.setdefault((reason, outcome.indices), set()).update(concerned)
    counts = [
        {
            "reason": reason,
            "recordCount": str(len(concerned)),
            **({"recordIndices": sorted(concerned)} if indices else {}),
        }
        for (reason, indices), concerned in by_reason.items()
    ]
    return set().union(*by_reason.values()), counts
