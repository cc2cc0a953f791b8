"""The OIDC tokens that Pub/Sub signs its pushes with, verified here and not by the platform.

Behind Cloud Run's own check this cannot be done: Cloud Run removes a token's signature once it has
checked it. It is for endpoints that anybody can reach (docs/decisions/0050).
"""

import asyncio
import re
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from shared.errors import SignatureError, UnavailableError

GOOGLES_CERTS: Final = "https://www.googleapis.com/oauth2/v1/certs"
_BEARER: Final = re.compile(r"bearer ([\w-]+\.[\w-]+\.[\w-]+)", re.IGNORECASE | re.ASCII)
_REMOVED: Final = ".SIGNATURE_REMOVED_BY_GOOGLE"
_MAX_AGE: Final = re.compile(r"max-age=([0-9]{1,7})", re.ASCII)
_TIMEOUT_SECONDS: Final = 3.0
# Tokens of strangers must not become a stream of reads.
_KEEP_AT_LEAST_SECONDS: Final = 60.0
_SKEW_SECONDS: Final = 10


class PushTokens:
    """Verifies that Google signed a push, for us, as the account that pushes.

    Args:
        audience: Whom a token must be made out to: the audience of the subscription's push.
        account: The e-mail address of the service account that the subscription pushes as.
        certs: Where Google's public keys are.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        audience: str,
        account: str,
        certs: str = GOOGLES_CERTS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._audience = audience
        self._account = account
        self._certs = _Certs(certs, clock)

    async def verify(self, authorization: str) -> None:
        """Refuse a push whose token is not Google's, not for us or not of the right account.

        Args:
            authorization: The header of this name; empty where there is none.

        Raises:
            SignatureError: The token is missing, or says something else.
            UnavailableError: Google's public keys cannot be read now.
        """
        found = _BEARER.fullmatch(authorization)
        if found is None:
            raise SignatureError("authorization: no bearer token")
        if found[1].endswith(_REMOVED):
            raise SignatureError(
                "authorization: Cloud Run checks tokens itself here and removes their signature; "
                "unset PUSH_AUDIENCE"
            )
        claims = await asyncio.to_thread(self._claims, found[1])
        if claims.get("email") != self._account or claims.get("email_verified") is not True:
            raise SignatureError("authorization: the token of another account")

    def _claims(self, token: str) -> Mapping[str, Any]:
        """Return what a valid token says; a key that is not known may be a new one of Google's."""
        from google.auth.exceptions import GoogleAuthError, TransportError  # noqa: PLC0415 - cost
        from google.oauth2 import id_token  # noqa: PLC0415 - import cost

        while True:
            try:
                claims: Mapping[str, Any] = id_token.verify_oauth2_token(  # type: ignore[no-untyped-call]
                    token, self._certs, self._audience, clock_skew_in_seconds=_SKEW_SECONDS
                )
            except TransportError:
                raise UnavailableError("Google's public keys cannot be read") from None
            except (GoogleAuthError, KeyError, ValueError):
                if not self._certs.forget():
                    raise SignatureError(
                        "authorization: a token that is expired, not for us or not Google's"
                    ) from None
            else:
                return claims


class _Response(msgspec.Struct, frozen=True):
    """What google-auth asks of an HTTP response."""

    status: int
    data: bytes


class _Certs:
    """Reads Google's public keys, in the place of google-auth's transport, and keeps them.

    Args:
        url: Where they are.
        clock: Monotonic seconds.
    """

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        self._url = url
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: _Response | None = None
        self._read_at = self._until = 0.0

    def __call__(self, url: str, method: str = "GET", **_: object) -> _Response:  # noqa: ARG002 - google-auth's
        """Return the keys, read at most as long ago as Google allows."""
        with self._lock:
            if self._kept is None or self._clock() >= self._until:
                self._kept = self._read()
            return self._kept

    def forget(self) -> bool:
        """Let the keys be read again, if they are old enough; return whether they will be."""
        with self._lock:
            old = self._clock() - self._read_at >= _KEEP_AT_LEAST_SECONDS
            if old:
                self._kept = None
            return old

    def _read(self) -> _Response:
        from google.auth.transport.requests import Request  # noqa: PLC0415 - import cost

        answer = Request()(self._url, timeout=_TIMEOUT_SECONDS)
        now = self._clock()
        age = _MAX_AGE.search(answer.headers.get("cache-control", ""))
        self._read_at = now
        self._until = now + max(float(age[1]) if age else 0.0, _KEEP_AT_LEAST_SECONDS)
        return _Response(answer.status, answer.data)
