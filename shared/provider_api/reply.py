"""What a provider's API said, and what that means for the one who asked."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from shared.errors import ConnectorError, MisconfiguredError, UnavailableError, UnusableError

_OK: Final = 200
_CLIENT_ERROR: Final = 400
_UNAUTHORIZED: Final = 401
_GONE: Final = (404, 410)
_CONFLICT: Final = 409
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


class GoneError(UnusableError):
    """The provider has no such object, or none that this key may know of."""


class Reply(msgspec.Struct, frozen=True):
    """What became of one question.

    Attributes:
        status: The HTTP status; None where there was no answer that could be read.
        body: The answer's; it may hold persons, so no traceback shows it.
        failure: Why there is no status.
        link: The header that names the next page, where there is one.
        headers: All of them, by name in any case.
        retry_after: Seconds after which the provider wants to be asked again, if it says so.
    """

    status: int | None = None
    body: bytes = b""
    failure: str = ""
    link: str = ""
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    retry_after: float = 0.0

    def __repr__(self) -> str:
        """Show neither the body nor the headers."""
        return f"Reply(status={self.status}, failure={self.failure!r})"

    @property
    def again(self) -> bool:
        """Whether asking again may help at once."""
        if self.status is None:
            return True
        return self.status in (_CONFLICT, _TOO_MANY) or self.status >= _SERVER_ERROR


class Answerer(msgspec.Struct, frozen=True):
    """Whose answers are read.

    Attributes:
        name: The provider, as its errors name it.
        setting: Where its key is.
        permission: Says what a key lacks that may not ask; it is given the answer's body, of
            which nothing else may be repeated.
    """

    name: str
    setting: str
    permission: Callable[[bytes], str]

    def object_of(self, reply: Reply, asked: str) -> msgspec.Raw:
        """Return the JSON object of an answer.

        Args:
            reply: The answer.
            asked: What was asked for, as errors may name it.

        Raises:
            UnavailableError: There is no answer, or none that this provider gives.
            GoneError: There is no such object.
            MisconfiguredError: The provider does not know the key, or the key may not ask this.
        """
        if reply.status == _OK and _is_object(reply.body):
            return msgspec.Raw(reply.body)
        raise self._error(reply, asked)

    def list_of(self, reply: Reply, asked: str) -> list[msgspec.Raw]:
        """Return the JSON list of an answer. Args and errors as of `object_of`."""
        if reply.status == _OK:
            try:
                return msgspec.json.decode(reply.body, type=list[msgspec.Raw])
            except (msgspec.MsgspecError, UnicodeError, RecursionError):
                raise UnavailableError(f"{self.name}'s API says no JSON list to {asked}") from None
        raise self._error(reply, asked)

    def _error(self, reply: Reply, asked: str) -> ConnectorError:
        status = reply.status
        if status in _GONE:
            return GoneError(asked, f"{self.name} has no such object")
        if status == _UNAUTHORIZED:
            return MisconfiguredError(f"{self.setting}: {self.name} does not know the key")
        if status is None or reply.again or status < _CLIENT_ERROR:
            said = reply.failure or ("no JSON object" if status == _OK else status)
            return UnavailableError(f"{self.name}'s API says {said} to {asked}")
        reason = self.permission(reply.body)
        return MisconfiguredError(f"{self.setting}: {self.name} says {status} to {asked}: {reason}")


def _is_object(body: bytes) -> bool:
    try:
        msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return False
    return True
