"""What Stripe's API said, and what that means for the one who asked."""

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from shared.errors import ConnectorError, MisconfiguredError, UnavailableError, UnusableError

SETTING: Final = "PAYMENT_PROVIDERS stripe.api_key"
_OK: Final = 200
_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_CONFLICT: Final = 409
_TOO_MANY: Final = 429
_CLIENT_ERROR: Final = 400
_SERVER_ERROR: Final = 500
# Stripe names the permission a restricted key lacks; of its answers nothing else is repeated.
_PERMISSION: Final = re.compile(rb"'(rak_[a-z0-9_]{1,80})'")


class GoneError(UnusableError):
    """Stripe has no such object, or none that this key may know of."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one question.

    Attributes:
        status: The HTTP status; None where there was no answer that could be read.
        body: The answer's.
        failure: Why there is no status.
    """

    status: int | None = None
    body: bytes = b""
    failure: str = ""

    @property
    def again(self) -> bool:
        """Whether asking again may help at once."""
        if self.status is None:
            return True
        return self.status in (_CONFLICT, _TOO_MANY) or self.status >= _SERVER_ERROR

    def object(self, asked: str) -> msgspec.Raw:
        """Return the JSON object of the answer.

        Args:
            asked: What was asked for, as errors may name it.

        Raises:
            UnavailableError: There is no answer, or none that Stripe gives.
            GoneError: There is no such object.
            MisconfiguredError: Stripe does not know the key, or the key may not ask this.
        """
        if self.status == _OK and _is_object(self.body):
            return msgspec.Raw(self.body)
        raise self._error(asked)

    def _error(self, asked: str) -> ConnectorError:
        status = self.status
        if status == _NOT_FOUND:
            return GoneError(asked, "Stripe has no such object")
        if status == _UNAUTHORIZED:
            return MisconfiguredError(f"{SETTING}: Stripe does not know the key")
        if status is None or self.again or status < _CLIENT_ERROR:
            said = self.failure or ("no JSON object" if status == _OK else status)
            return UnavailableError(f"Stripe's API says {said} to {asked}")
        lacking = _PERMISSION.search(self.body)
        reason = f"the restricted key lacks {lacking[1].decode()}" if lacking else "not allowed"
        return MisconfiguredError(f"{SETTING}: Stripe says {status} to {asked}: {reason}")


def _is_object(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return True
