"""How the local GA4 is made to misbehave."""

from typing import Annotated

import msgspec


class FaultError(ValueError):
    """The description of a fault is wrong; its text names the field."""


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to misbehave, and how often.

    Attributes:
        status: Answer with this status and record nothing: GA4 refused the request.
        delay_ms: Record the request, answer this much later.
        drop_after_read: Record the request, then break the connection without an answer.
        every: Every how many-th collect request misbehaves, counted since the fault was set.
    """

    status: Annotated[int, msgspec.Meta(ge=300, le=599)] | None = None
    delay_ms: Annotated[int, msgspec.Meta(ge=1, le=600_000)] | None = None
    drop_after_read: bool | None = None
    every: Annotated[int, msgspec.Meta(ge=1)] = 1

    def described(self) -> dict[str, int | bool]:
        """The fault as `POST /faults` takes it."""
        given = ("status", "delay_ms", "drop_after_read", "every")
        return {name: value for name in given if (value := getattr(self, name)) is not None}

    def __post_init__(self) -> None:
        """Insist on one kind: two at once would leave open which of them wins."""
        kinds = ("status", "delay_ms", "drop_after_read")
        given = [kind for kind in kinds if getattr(self, kind) is not None]
        if len(given) != 1:
            raise ValueError(f"one of {', '.join(kinds)} is needed, got {given or 'none'}")
        if self.drop_after_read is False:
            raise ValueError("drop_after_read can only be true; send {} to end a fault")


class Misbehaviour:
    """Counts collect requests and says which of them are to go wrong.

    Attributes:
        fault: How they go wrong, if they do.
    """

    def __init__(self, fault: Fault | None = None) -> None:
        """Start counting for a fault, or for none."""
        self.fault = fault
        self._seen = 0

    def next(self) -> Fault | None:
        """Count one request; the fault it is to suffer, if any."""
        if self.fault is None:
            return None
        self._seen += 1
        return self.fault if self._seen % self.fault.every == 0 else None


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
