"""Google's REST APIs, read with the credentials of the one who asks."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final, Self
from urllib.parse import urlsplit

import httpx

from shared.google_cloud.errors import UNREADABLE_CREDENTIALS
from shared.settings.values import stand_in as on_loopback
from tools.errors import NO_CREDENTIALS, FailedError
from tools.read_option import read_option

Json = Mapping[str, Any]

_TIMEOUT_SECONDS: Final = 20.0
_SCOPES: Final = ("https://www.googleapis.com/auth/cloud-platform.read-only",)
# A question that is asked by POST and changes nothing.
_ASKING: Final = ":getIamPolicy"


class Refused(Exception):  # noqa: N818 - an answer, which becomes a finding
    """An API did not answer what was asked.

    Attributes:
        status: The HTTP status; 0 where there was no answer.
    """

    def __init__(self, status: int, says: str) -> None:
        super().__init__(says)
        self.status = status


class Apis:
    """Asks; nothing it can send changes anything.

    Args:
        stand_in: A stand-in on loopback that plays every API, as `BASE/HOST/PATH`; nobody's
            credentials go there.
        credentials: Returns a bearer token; Google's default credentials where none is given.
    """

    def __init__(
        self, stand_in: str | None = None, credentials: Callable[[], str] | None = None
    ) -> None:
        self._stand_in = stand_in
        self._token = credentials or (lambda: "" if stand_in else _default_token())
        self._headers: dict[str, str] | None = None
        self._client = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS, trust_env=True)

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, url: str, params: Mapping[str, str] | None = None) -> Json:
        """Return what an API says.

        Args:
            url: `https://SERVICE.googleapis.com/…`.
            params: The query.

        Raises:
            Refused: The API says no, or says nothing.
            FailedError: There are no credentials.
        """
        return await self._ask("GET", url, params)

    async def policy(self, url: str, *, by_post: bool = False) -> dict[str, set[str]]:
        """Return who has which role on a resource: role → members.

        Args:
            url: The resource's.
            by_post: Whether its API takes the question as a POST.

        Raises: As `get`.
        """
        answer = await self._ask("POST" if by_post else "GET", url + _ASKING, None)
        found: dict[str, set[str]] = {}
        for binding in answer.get("bindings", []):
            found.setdefault(binding["role"], set()).update(binding.get("members", []))
        return found

    async def pages(
        self, url: str, key: str, params: Mapping[str, str] | None = None
    ) -> AsyncIterator[Json]:
        """Yield the entries of a list, page after page.

        Args:
            url: The list's.
            key: Where the answer has the entries.
            params: The query.

        Raises: As `get`.
        """
        token: dict[str, str] = {}
        while True:
            page = await self.get(url, {**(params or {}), **token})
            for entry in page.get(key, []):
                yield entry
            if not page.get("nextPageToken"):
                return
            token = {"pageToken": page["nextPageToken"]}

    async def _ask(self, method: str, url: str, params: Mapping[str, str] | None) -> Json:
        if self._headers is None:
            token = await asyncio.to_thread(self._token)
            self._headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            response = await self._client.request(
                method, self._address(url), params=params, headers=self._headers
            )
        except httpx.HTTPError as error:
            raise Refused(0, type(error).__name__) from None
        if not response.is_success:
            raise Refused(response.status_code, _says(response))
        try:
            answer: Json = response.json()
        except ValueError:
            raise Refused(response.status_code, "no JSON") from None
        return answer

    def _address(self, url: str) -> str:
        if self._stand_in is None:
            return url
        parts = urlsplit(url)
        return f"{self._stand_in}/{parts.netloc}{parts.path}"


def stand_in_base(stand_in: str | None) -> str | None:
    """Return where a stand-in of Google's APIs is, as `--stand-in` says; None for Google's own.

    Raises:
        UsageError: It is not on loopback.
    """
    return None if stand_in is None else read_option("--stand-in", stand_in, on_loopback)


def _says(response: httpx.Response) -> str:
    """Return Google's own word for a refusal; its text may name people."""
    try:
        return str(response.json()["error"]["status"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {response.status_code}"


def _default_token() -> str:
    from google.auth import default  # noqa: PLC0415 - only where a deployment is asked
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415
    from google.auth.transport.requests import Request  # noqa: PLC0415

    try:
        credentials, _ = default(scopes=_SCOPES)
        credentials.refresh(Request())  # type: ignore[no-untyped-call]
    except (GoogleAuthError, *UNREADABLE_CREDENTIALS) as error:
        raise FailedError(NO_CREDENTIALS) from error
    return str(credentials.token)
