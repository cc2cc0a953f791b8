"""How the local GA4 is made to misbehave."""

from typing import Annotated, Any, Final

import msgspec

_KINDS: Final = ("status", "delay_ms", "drop_after_read", "refuse")
_TAKES_EVENTS: Final = ("/mp/collect", "/v1/events:ingest")
_PATHS: Final = (
    *_TAKES_EVENTS,
    "/v1/requestStatus:retrieve",
    "/computeMetadata/v1/instance/service-accounts/default/token",
)


class FaultError(ValueError):
    """The description of a fault is wrong; its text names the field."""


class Refusal(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """The events that the Data Manager API finds fault with, and with them their whole request.

    Attributes:
        transaction_id: Events of this order; empty: of any.
        event_name: Events of this name; empty: of any.
        reason: A name of Google's `ErrorReason`.
        field: Which field of the event, e.g. `event_name`; empty: the event as a whole.
        named: Whether the answer says which event it is.
    """

    transaction_id: str = ""
    event_name: str = ""
    reason: str = "INVALID_EVENT"
    field: str = ""
    named: bool = True

    def concerns(self, name: str, transaction_id: str) -> bool:
        """Whether it is about an event of this name and order."""
        return self.transaction_id in ("", transaction_id) and self.event_name in ("", name)


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way to misbehave, and how often.

    Attributes:
        status: Answer with this status and record nothing: GA4 refused the request.
        delay_ms: Record the request, answer this much later.
        drop_after_read: Record the request, then break the connection without an answer.
        refuse: Refuse a request to the Data Manager API if it has such an event.
        every: Every how many-th request misbehaves, counted since the fault was set.
        times: How many requests misbehave; afterwards all is well.
        path: Requests to this path misbehave. Default: whatever takes events.
        reason: With `status`: the reason in an answer of the Data Manager API.
        retry_after: With `status`: seconds, for the header of that name.
        taken: With `status`: record the request all the same.
    """

    status: Annotated[int, msgspec.Meta(ge=300, le=599)] | None = None
    delay_ms: Annotated[int, msgspec.Meta(ge=1, le=600_000)] | None = None
    drop_after_read: bool | None = None
    refuse: Refusal | None = None
    every: Annotated[int, msgspec.Meta(ge=1)] = 1
    times: Annotated[int, msgspec.Meta(ge=1)] | None = None
    path: str = ""
    reason: str = ""
    retry_after: Annotated[int, msgspec.Meta(ge=0)] | None = None
    taken: bool = False

    def described(self) -> dict[str, Any]:
        """The fault as `POST /faults` takes it."""
        return {"every": self.every, **msgspec.to_builtins(self)}

    def __post_init__(self) -> None:
        """Insist on one kind: two at once would leave open which of them wins."""
        given = [kind for kind in _KINDS if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"one of {', '.join(_KINDS)} is needed, got {given or 'none'}")
        if self.drop_after_read is False:
            raise ValueError("drop_after_read can only be true; send {} to end a fault")
        more = {"reason": self.reason, "retry_after": self.retry_after is not None}
        more["taken"] = self.taken
        alone = [name for name, is_given in more.items() if is_given]
        if alone and self.status is None:
            raise ValueError(f"{', '.join(alone)} can only be given with status")
        if self.path and self.path not in _PATHS:
            raise ValueError(f"path is one of {', '.join(_PATHS)}")


class Misbehaviour:
    """Counts requests and says which of them are to go wrong.

    Attributes:
        fault: How they go wrong, if they do.
    """

    def __init__(self, fault: Fault | None = None) -> None:
        """Start counting for a fault, or for none."""
        self.fault = fault
        self._seen = 0

    def next(self, path: str = "/mp/collect") -> Fault | None:
        """Count one request to a path; the fault it is to suffer, if any."""
        fault = self.fault
        if fault is None or path not in ((fault.path,) if fault.path else _TAKES_EVENTS):
            return None
        self._seen += 1
        if self._seen % fault.every or self._seen // fault.every > (fault.times or self._seen):
            return None
        return fault


def parse_fault(body: bytes) -> Fault | None:
    """Read the body of `POST /faults`.

    Returns:
        The fault, or none for `{}`, which ends a fault.

    Raises:
        FaultError: If the body is anything else.
    """
    try:
        if msgspec.json.decode(body) == {}:
            return None
        return msgspec.json.decode(body, type=Fault)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FaultError(str(error)) from None
