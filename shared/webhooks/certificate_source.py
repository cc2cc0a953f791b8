"""Certificates from one host: fetched once, under limits that a stranger cannot push.

The address of a certificate comes with a delivery that nobody has proved yet. The caller says which
addresses may be asked. Here asking is kept cheap: no redirect is followed, an answer has a limit in
time and size, and there are only so many questions in a minute.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, TypeVar

import httpx

from shared.errors import SignatureError, UnavailableError
from shared.http_client import kind_of, pooled_transport

SECONDS: Final = 3.0
MAX_BYTES: Final = 64 * 1024  # a chain of three has some 6 KiB
MOST_IN_A_MINUTE: Final = 20
_MOST_KEPT: Final = 16
T = TypeVar("T")
_MINUTE: Final = timedelta(minutes=1)
_FRESH: Final = timedelta(hours=24)
_OK: Final = 200
_TOO_MANY: Final = 429
_SERVER_ERROR: Final = 500


class CertificateSource:
    """Fetches certificates, and keeps what was fetched.

    Args:
        transport: Replaces the network in tests.
    """

    def __init__(
        self, transport: Callable[[], httpx.AsyncBaseTransport] = pooled_transport
    ) -> None:
        self._transport = transport
        self._kept: OrderedDict[str, tuple[datetime, bytes]] = OrderedDict()
        self._refused: OrderedDict[str, tuple[datetime, str]] = OrderedDict()
        self._asked: deque[datetime] = deque(maxlen=MOST_IN_A_MINUTE)

    def kept(self, url: str, *, now: datetime) -> bytes | None:
        """Return what was kept of an address in the last day; None where nothing was."""
        found = self._kept.get(url)
        return found[1] if found is not None and now - found[0] < _FRESH else None

    def keep(self, url: str, pem: bytes, *, now: datetime) -> None:
        """Keep what was fetched and proved to be good.

        Args:
            url: Its address.
            pem: What stands there.
            now: The current time, UTC.
        """
        _put(self._kept, url, (now, pem))

    def refuse(self, url: str, why: str, *, now: datetime) -> None:
        """Remember for a minute that what stands at an address is no good.

        Args:
            url: The address.
            why: What is wrong with it.
            now: The current time, UTC.
        """
        self._kept.pop(url, None)
        _put(self._refused, url, (now, why))

    async def fetch(self, url: str, *, now: datetime) -> bytes:
        """Return what stands at an address.

        Args:
            url: An address that the caller allows.
            now: The current time, UTC.

        Raises:
            UnavailableError: The host is out of reach or overloaded, or too much was asked.
            SignatureError: There is no certificate, or a redirect, or more than fits.
        """
        refused = self._refused.get(url)
        if refused is not None and now - refused[0] < _MINUTE:
            raise SignatureError(refused[1])
        if len(self._asked) == MOST_IN_A_MINUTE and now - self._asked[0] < _MINUTE:
            raise UnavailableError("certificate: too many were asked for in a minute")
        self._asked.append(now)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._read(url)
        except TimeoutError:
            raise UnavailableError("certificate: its host says nothing in time") from None
        except httpx.RequestError as error:
            raise UnavailableError(f"certificate: its host: {kind_of(error)}") from None
        except SignatureError as error:
            self.refuse(url, str(error), now=now)
            raise

    async def _read(self, url: str) -> bytes:
        # A client of its own: it is needed once in a day, and belongs to no event loop for longer.
        client = httpx.AsyncClient(
            transport=self._transport(),
            timeout=SECONDS,
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": "ga4-connectors", "accept-encoding": "identity"},
        )
        async with client, client.stream("GET", url) as response:
            status = response.status_code
            if status == _TOO_MANY or status >= _SERVER_ERROR:
                raise UnavailableError(f"certificate: its host says {status}")
            if status != _OK:
                raise SignatureError(f"certificate: its host says {status}")
            body = bytearray()
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > MAX_BYTES:
                    raise SignatureError("certificate: more than fits")
            return bytes(body)


def _put(kept: OrderedDict[str, T], url: str, value: T) -> None:
    """Put a value at the end, and drop the oldest where there are too many."""
    kept[url] = value
    kept.move_to_end(url)
    while len(kept) > _MOST_KEPT:
        kept.popitem(last=False)
