"""Google's Data Manager API, as routes of the local GA4.

| request | answer |
|---|---|
| `POST /v1/events:ingest` | 200 with `requestId` and warnings, or Google's errors |
| `GET /v1/requestStatus:retrieve?requestId=` | the status by destination, or Google's errors |
| `GET /computeMetadata/v1/…` | a token, as a function's metadata server gives it |
| `POST /data-manager/outcomes` | 204; sets what becomes of events; see `Outcome` |
| `DELETE /data-manager/outcomes` | 204; everything succeeds again |
| `POST /data-manager/conditions` | 204; quota, and whether a token is needed; see `Conditions` |

How it misbehaves is set with `POST /faults`, as for the rest of the local GA4.
"""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
from aiohttp import web

from tools.data_manager.conditions import Conditions, Quota, read_conditions
from tools.data_manager.destinations import Destination, chosen
from tools.data_manager.errors import ApiError, refusal
from tools.data_manager.ingested import INGEST_PATH, IngestedEvent
from tools.data_manager.metadata import TOKEN_PATH, MetadataServer
from tools.data_manager.rules import check_request
from tools.data_manager.status import Statuses, TakenEvent, TakenRequest, read_outcome
from tools.data_manager.structure import read_structure
from tools.data_manager.violations import Violation
from tools.data_manager.warnings import warnings_of
from tools.faults import Fault, Refusal

STATUS_PATH: Final = "/v1/requestStatus:retrieve"
_OUTCOMES: Final = "/data-manager/outcomes"
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)


class DataManagerApi:
    """The API of one local GA4.

    Attributes:
        statuses: The requests it took.
        conditions: Its quota, and whether it asks for a token.
    """

    def __init__(
        self,
        take: Callable[[IngestedEvent], None],
        next_fault: Callable[[str], Fault | None],
        clock: Callable[[], datetime],
    ) -> None:
        """Prepare the API.

        Args:
            take: Gets each event that was taken.
            next_fault: The fault that a request to a path suffers, if any.
            clock: The present moment.
        """
        self.statuses = Statuses(clock)
        self.conditions = Conditions()
        self._take = take
        self._next_fault = next_fault
        self._clock = clock
        self._quota = Quota(clock)
        self._metadata = MetadataServer(clock)

    def routes(self) -> list[web.RouteDef]:
        """Return the API's routes."""
        return [
            web.post(INGEST_PATH, self._ingest),
            web.get(STATUS_PATH, self._retrieve),
            web.post(_OUTCOMES, self._set_outcome),
            web.delete(_OUTCOMES, self._clear_outcomes),
            web.post("/data-manager/conditions", self._set_conditions),
            *self._metadata.routes(self._token),
        ]

    async def _ingest(self, request: web.Request) -> web.Response:
        body = await request.read()
        request_id = _new_id()
        fault = self._next_fault(INGEST_PATH)
        try:
            self._admit(request, fault)
            answer = self._ingested(body, request_id, fault)
        except ApiError as error:
            return _error(error, request_id)
        return await _suffered(request, answer, request_id, fault)

    async def _retrieve(self, request: web.Request) -> web.Response:
        request_id = _new_id()
        fault = self._next_fault(STATUS_PATH)
        try:
            self._admit(request, fault)
            answer = self.statuses.retrieve(_asked(request.query))
        except ApiError as error:
            return _error(error, request_id)
        return await _suffered(request, answer, request_id, fault)

    async def _token(self, request: web.Request) -> web.Response:
        fault = self._next_fault(TOKEN_PATH)
        if fault is not None and fault.status is not None:
            return web.Response(status=fault.status, text="the metadata server is unavailable")
        if fault is not None and fault.delay_ms is not None:
            await asyncio.sleep(fault.delay_ms / 1000)
        return self._metadata.issue(request, self.conditions.token_seconds)

    def _admit(self, request: web.Request, fault: Fault | None) -> None:
        """Let a request in.

        Raises:
            ApiError: It has no token, is over the quota, or suffers a fault.
        """
        authorization = request.headers.get("Authorization", "")
        if self.conditions.require_authorization and not self._metadata.accepts(authorization):
            reason = "ACCESS_TOKEN_EXPIRED" if authorization else "CREDENTIALS_MISSING"
            raise ApiError(401, reason)
        self._quota.spend(self.conditions)
        if fault is not None and fault.status is not None and not fault.taken:
            raise _as_error(fault)

    def _ingested(self, body: bytes, request_id: str, fault: Fault | None) -> dict[str, Any]:
        """Take a request, whole or not at all; return the answer.

        Raises:
            ApiError: It is refused.
        """
        now = self._clock()
        request = read_request(body)
        broken = check_request(request, now)
        if not broken and fault is not None and fault.refuse is not None:
            broken = _refused(request, fault.refuse)
        if broken:
            raise refusal(broken)
        warnings = warnings_of(request)
        if not request.get("validateOnly"):
            self._keep(request, request_id, warnings, now)
        answer: dict[str, Any] = {"requestId": request_id}
        if warnings:
            answer["fieldWarnings"] = [
                {"field": w.field, "description": w.description, "reason": w.reason}
                for w in warnings
            ]
        return answer

    def _keep(
        self,
        request: Mapping[str, Any],
        request_id: str,
        warnings: list[Violation],
        now: datetime,
    ) -> None:
        destinations = [Destination.of(each) for each in request["destinations"]]
        by_event: defaultdict[str, list[Violation]] = defaultdict(list)
        for warning in warnings:
            by_event[warning.field.partition("]")[0]].append(warning)
        taken = []
        for number, event in enumerate(request["events"]):
            goes_to = chosen(event, destinations)
            places = frozenset(n for n, each in enumerate(destinations) if each in goes_to)
            name, order = event.get("eventName", ""), event.get("transactionId", "")
            taken.append(TakenEvent(name, order, places))
            ingested = IngestedEvent.of(
                event,
                received_at=now,
                destinations=goes_to,
                request_id=request_id,
                request_index=number,
                warnings=by_event[f"events.events[{number}"],
            )
            self._take(ingested)
        self.statuses.take(TakenRequest(request_id, now, destinations, taken))

    async def _set_outcome(self, request: web.Request) -> web.Response:
        try:
            self.statuses.outcomes.append(read_outcome(await request.read()))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.Response(status=204)

    async def _clear_outcomes(self, request: web.Request) -> web.Response:
        del request
        self.statuses.outcomes.clear()
        return web.Response(status=204)

    async def _set_conditions(self, request: web.Request) -> web.Response:
        try:
            self.conditions = read_conditions(await request.read())
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        self._quota.clear()
        return web.Response(status=204)


def read_request(body: bytes) -> dict[str, Any]:
    """Read the body of a request.

    Raises:
        ApiError: It is not what the discovery document describes.
    """
    try:
        document = _DECODER.decode(body or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        text = "Invalid JSON payload received. Unexpected token."
        raise refusal([Violation("", text)]) from None
    request, broken = read_structure("IngestEventsRequest", document)
    if broken:
        raise refusal(broken)
    return request


def _asked(query: Mapping[str, str]) -> str:
    return query.get("requestId") or query.get("request_id") or ""


def _refused(request: Mapping[str, Any], refuse: Refusal) -> list[Violation]:
    """Return what a fault has against the events it is about."""
    found = []
    for number, event in enumerate(request["events"]):
        name, order = event.get("eventName", ""), event.get("transactionId", "")
        if refuse.concerns(name, order):
            place = f"events.events[{number}]"
            field = f"{place}.{refuse.field}" if refuse.field else place
            text = "There was a problem with the event."
            found.append(Violation(field if refuse.named else "events", text, refuse.reason))
    return found if refuse.named else found[:1]


def _as_error(fault: Fault) -> ApiError:
    return ApiError(fault.status or 500, fault.reason, retry_after=fault.retry_after)


async def _suffered(
    request: web.Request, answer: Mapping[str, Any], request_id: str, fault: Fault | None
) -> web.Response:
    """Answer a request that was taken, in the way that a fault says."""
    if fault is not None and fault.delay_ms is not None:
        await asyncio.sleep(fault.delay_ms / 1000)
    if fault is not None and fault.drop_after_read and request.transport is not None:
        request.transport.abort()
    if fault is not None and fault.status is not None:
        return _error(_as_error(fault), request_id)
    return _json(answer)


def _error(error: ApiError, request_id: str) -> web.Response:
    again = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return _json(error.document(request_id), status=error.status, headers=again)


def _json(
    document: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    body = msgspec.json.encode(document)
    return web.Response(body=body, status=status, content_type="application/json", headers=headers)


def _new_id() -> str:
    return secrets.token_urlsafe(12)
