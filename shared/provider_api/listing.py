"""Reads objects and lists of a provider's API: page after page, and never for ever."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final, TypeVar

import httpx
import msgspec

from shared.deadline import give_up_at
from shared.decoding import read
from shared.errors import UnavailableError, UnusableError
from shared.provider_api.client import ApiClient, Patience
from shared.provider_api.reply import Answerer, GoneError, Reply
from shared.secrets.secret import Secret

PageT = TypeVar("PageT")

_SECONDS: Final = 60.0
_PATIENCE: Final = Patience(attempts=6, attempt_seconds=15.0, max_bytes=16 * 1024 * 1024)


class ListingApi:
    """Asks over one kept client, as long as a comparison may wait.

    Args:
        who: Whose API it is, for errors.
        key_header: The header that brings the key, and what stands before the key in it.
        headers: What every question brings.
        seconds: How long one question may take, with every pause that the provider wants.
    """

    def __init__(
        self,
        who: Answerer,
        key_header: tuple[str, str],
        headers: Mapping[str, str] | None = None,
        *,
        seconds: float = _SECONDS,
    ) -> None:
        self.who, self._seconds = who, seconds
        self._client = ApiClient(_PATIENCE, key_header, headers or {})

    async def find(self, url: httpx.URL, key: Secret, asked: str) -> msgspec.Raw | None:
        """Return an object, or None where the provider has none of that id.

        Args:
            url: The whole address.
            key: The key.
            asked: What is asked for, as errors may name it: without ids.

        Raises:
            UnavailableError: The provider is out of reach, or does not answer as it should.
            MisconfiguredError: It does not know the key, or the key may not ask this.
        """
        try:
            return self.who.object_of(await self._asked(url, key), asked)
        except GoneError:
            return None

    async def pages(
        self,
        url: httpx.URL,
        key: Secret,
        asked: str,
        shape: type[PageT],
        following: Callable[[httpx.URL, PageT], httpx.URL | None],
    ) -> AsyncIterator[PageT]:
        """Yield the pages of a list.

        Args:
            url: The first page's.
            key: The key.
            asked: What is asked for, as errors may name it.
            shape: The type of a page.
            following: Returns the address of the page after one, or None where that is the last.

        Raises:
            UnavailableError: As `find`; or the list goes round.
            MisconfiguredError: As `find`.
            GoneError: There is no such list.
        """
        read_already: set[str] = set()
        after: httpx.URL | None = url
        while after is not None:
            if str(after) in read_already:
                raise UnavailableError(f"{self.who.name}'s API gives a list that goes round")
            read_already.add(str(after))
            page = self.read(self.who.object_of(await self._asked(after, key), asked), shape)
            yield page
            after = following(after, page)

    def read(self, raw: msgspec.Raw, shape: type[PageT]) -> PageT:
        """Return what an answer says.

        Args:
            raw: The answer, or a part of it.
            shape: Its type.

        Raises:
            UnavailableError: The provider does not answer as itself; the field is named.
        """
        try:
            return read(raw, shape)
        except UnusableError as error:
            raise UnavailableError(f"{self.who.name}'s API gives an answer with {error}") from None

    async def _asked(self, url: httpx.URL, key: Secret) -> Reply:
        return await self._client.get(url, key, until=give_up_at(self._seconds))

    async def close(self) -> None:
        """Close the kept connections."""
        await self._client.close()
