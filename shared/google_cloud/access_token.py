"""Access tokens of the function's own service account, renewed off the event loop."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from shared.errors import ConnectorError, UnavailableError
from shared.google_cloud.errors import silence, translate_errors
from shared.secrets.secret import Secret

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

# A token is renewed while the one before it still holds, so that nobody has to wait for it.
_EARLY: Final = timedelta(minutes=5)
_ASSUMED: Final = timedelta(minutes=10)
_SECONDS: Final = 5.0


class AccessTokens:
    """Keeps one token of the default credentials: on Google Cloud, of the metadata server.

    Args:
        scope: What the token has to allow.
        clock: The current time, UTC.
    """

    def __init__(self, scope: str, clock: Callable[[], datetime]) -> None:
        self._scope = scope
        self._clock = clock
        self._token: Secret | None = None
        self._until = datetime.min.replace(tzinfo=UTC)
        self._credentials: Credentials | None = None
        self._renewing = asyncio.Lock()

    async def get(self) -> Secret:
        """Return a token that holds for now.

        Raises:
            CredentialsError: There are no credentials here.
            MisconfiguredError: They may not be used so.
            UnavailableError: Nobody gives out tokens now.
        """
        if self._token is None or self._clock() >= self._until - _EARLY:
            async with self._renewing:
                now = self._clock()
                if self._token is None or now >= self._until - _EARLY:
                    await self._renew(now)
        assert self._token is not None  # noqa: S101 - `_renew` raises otherwise
        return self._token

    def forget(self, token: Secret) -> None:
        """Ask for a new one next: this one was refused.

        Args:
            token: It; a newer one is kept.
        """
        if self._token == token:
            self._token = None

    async def _renew(self, now: datetime) -> None:
        try:
            with translate_errors("Google's token service"):
                async with asyncio.timeout(_SECONDS):
                    token, until = await asyncio.to_thread(self._ask)
        except ConnectorError:
            if self._token is None or now >= self._until:
                raise
        else:
            self._token, self._until = Secret(token), until or now + _ASSUMED

    def _ask(self) -> tuple[str, datetime | None]:
        import google.auth  # noqa: PLC0415 - import cost
        from google.auth.transport.requests import Request  # noqa: PLC0415 - import cost

        silence("google.auth")
        if self._credentials is None:
            self._credentials, _ = google.auth.default(scopes=[self._scope])
        self._credentials.refresh(Request())  # type: ignore[no-untyped-call]
        token, expiry = self._credentials.token, self._credentials.expiry
        if not token:
            raise UnavailableError("Google's token service gives no token")
        return token, expiry and expiry.replace(tzinfo=UTC)
