"""What can be set of the stand-in: its quota, and whether it asks for a token.

Source of the quota: https://developers.google.com/data-manager/api/limits
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Final

import msgspec

from tools.data_manager.errors import ApiError

_MINUTE: Final = 60.0
_DAY: Final = 24 * 3600.0

Limit = Annotated[int, msgspec.Meta(ge=0)]


class Conditions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As `POST /data-manager/conditions` takes them; what is left out is as it usually is.

    Attributes:
        requests_per_minute: Requests beyond are answered 429. Look-ups of a status count too:
            whether they do at Google is not stated.
        requests_per_day: Likewise.
        require_authorization: Whether a request without a valid token is answered 401.
        token_seconds: How long a token of the token endpoint is valid.
    """

    requests_per_minute: Limit = 300
    requests_per_day: Limit = 100_000
    require_authorization: bool = False
    token_seconds: Annotated[int, msgspec.Meta(ge=0, le=86_400)] = 3_600


class Quota:
    """Counts requests of the last minute and of the last day."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Begin with nothing counted."""
        self._clock = clock
        self._times: deque[float] = deque()
        self._minute: deque[float] = deque()

    def spend(self, conditions: Conditions) -> None:
        """Count a request; one that is over the quota is not counted.

        Raises:
            ApiError: It is over the quota.
        """
        now = self._clock().timestamp()
        for times, seconds in ((self._times, _DAY), (self._minute, _MINUTE)):
            while times and times[0] <= now - seconds:
                times.popleft()
        if len(self._minute) >= conditions.requests_per_minute:
            raise ApiError(429, "RESOURCE_EXHAUSTED")
        if len(self._times) >= conditions.requests_per_day:
            raise ApiError(429, "RESOURCE_EXHAUSTED")
        self._times.append(now)
        self._minute.append(now)

    def clear(self) -> None:
        """Forget what was counted."""
        self._times.clear()
        self._minute.clear()


def read_conditions(body: bytes) -> Conditions:
    """Read the body of `POST /data-manager/conditions`.

    Raises:
        ValueError: If it is something else; the text names the field.
    """
    try:
        return msgspec.json.decode(body, type=Conditions)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(str(error)) from None
