"""Asks the API of any provider for one object that a delivery names and does not carry."""

from typing import Final

import httpx
import msgspec

from shared.deadline import give_up_at
from shared.provider_api.client import ApiClient, Patience
from shared.provider_api.reply import Answerer, GoneError
from shared.secrets.secret import Secret

_SECONDS: Final = 6.0
_PATIENCE: Final = Patience(attempts=3, attempt_seconds=3.0, max_bytes=1024 * 1024)


class LookupApi:
    """Asks over one kept client, which is made at the first question."""

    def __init__(self) -> None:
        self._client: ApiClient | None = None

    async def find(self, base: str, path: str, key: Secret, who: Answerer) -> msgspec.Raw | None:
        """Return an object, or None where the provider has none of that id.

        Args:
            base: Where the API is, without a path.
            path: Of the object, with its query.
            key: The key, which is sent as a bearer's.
            who: Whose API it is, for errors.

        Raises:
            UnavailableError: The provider is out of reach, or does not answer as it should.
            MisconfiguredError: It does not know the key, or the key may not read this.
        """
        if self._client is None:
            self._client = ApiClient(_PATIENCE, ("authorization", "Bearer "), {})
        reply = await self._client.get(httpx.URL(base + path), key, until=give_up_at(_SECONDS))
        try:
            return who.object_of(reply, f"GET {_without_ids(path)}")
        except GoneError:
            return None

    async def close(self) -> None:
        """Close the kept connections."""
        if self._client is not None:
            await self._client.close()


def _without_ids(path: str) -> str:
    parts = path.partition("?")[0].split("/")
    return "/".join("…" if "_" in part else part for part in parts)
