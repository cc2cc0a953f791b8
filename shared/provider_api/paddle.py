"""Paddle's API: its transactions and adjustments are what its notifications carry."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Final

import httpx
import msgspec

from shared.errors import MisconfiguredError
from shared.provider_api.client import next_page
from shared.provider_api.listing import ListingApi
from shared.provider_api.reply import Answerer
from shared.secrets.secret import Secret

LIVE: Final = "https://api.paddle.com"
SANDBOX: Final = "https://sandbox-api.paddle.com"
SETTING: Final = "PAYMENT_PROVIDERS paddle.api_key"
_KEY: Final = re.compile(r"[A-Za-z0-9_]{1,255}")
# Keys made since May 2025 say which account they are of.
_SANDBOX_KEY: Final = "pdl_sdbx_"
_LIVE_KEY: Final = "pdl_live_"


class _Pagination(msgspec.Struct, frozen=True):
    next: str = ""
    has_more: bool = False


class _Meta(msgspec.Struct, frozen=True):
    pagination: _Pagination


class _Page(msgspec.Struct, frozen=True):
    data: list[msgspec.Raw]
    meta: _Meta


class _One(msgspec.Struct, frozen=True):
    data: msgspec.Raw


def _lacking(_: bytes) -> str:
    return "the key needs the permissions transaction.read and adjustment.read"


_PADDLE: Final = Answerer("Paddle", SETTING, _lacking)


class PaddleAccount(msgspec.Struct, frozen=True):
    """Which account is asked, and as whom.

    Attributes:
        key: An API key.
        sandbox: Whether it is one of the sandbox.
    """

    key: Secret
    sandbox: bool

    def __post_init__(self) -> None:
        """Refuse a key of the other account, whose objects the asked one does not have.

        Raises:
            MisconfiguredError: The key is none of Paddle's, or of the other account.
        """
        value = self.key.reveal()
        if not _KEY.fullmatch(value):
            raise MisconfiguredError(f"{SETTING}: not a key of Paddle's")
        if value.startswith(_LIVE_KEY if self.sandbox else _SANDBOX_KEY):
            takes = "false for a live key" if self.sandbox else "true for a key of the sandbox"
            raise MisconfiguredError(f"PAYMENT_PROVIDERS paddle.sandbox: is {takes}")


class PaddleApi:
    """Asks Paddle over one kept client.

    Args:
        base: A stand-in on loopback; None for Paddle's own hosts.
    """

    def __init__(self, base: str | None = None) -> None:
        self._base = base
        # The version of the shapes that the mapping reads; without it, the account's default.
        headers = {"paddle-version": "1", "skip-count": "true"}
        self._api = ListingApi(_PADDLE, ("authorization", "Bearer "), headers)

    def transactions(
        self, account: PaddleAccount, since: datetime, until: datetime
    ) -> AsyncIterator[msgspec.Raw]:
        """Return the completed transactions that changed last in a time, the oldest first.

        Args:
            account: The account.
            since: The beginning, UTC.
            until: The end, not included, UTC.

        Raises:
            UnavailableError: Paddle is out of reach, or does not answer as Paddle does.
            MisconfiguredError: Paddle does not know the key, or the key may not read this.
        """
        query = [
            ("status", "completed"),
            ("updated_at[GTE]", since.isoformat()),
            ("updated_at[LT]", until.isoformat()),
            ("order_by", "id[ASC]"),
            ("per_page", "30"),  # the most that Paddle gives
        ]
        return self._listed(account, "/transactions", query)

    def adjustments(
        self, account: PaddleAccount, ids: Sequence[str] = ()
    ) -> AsyncIterator[msgspec.Raw]:
        """Return adjustments that moved money, the newest first: Paddle filters them by no time.

        Args:
            account: The account.
            ids: Only these; every one where none is given. Raises as `transactions`.
        """
        query = [
            ("action", "refund,chargeback,chargeback_reverse"),
            ("status", "approved,reversed"),
            ("order_by", "id[DESC]"),
            ("per_page", "50"),  # the most that Paddle gives
        ]
        return self._listed(
            account, "/adjustments", [*query, *([("id", ",".join(ids))] if ids else [])]
        )

    async def transaction(self, account: PaddleAccount, transaction_id: str) -> msgspec.Raw | None:
        """Return a transaction, or None where Paddle has none of that id. Raises as the list."""
        url = self._url(account, f"/transactions/{transaction_id}")
        found = await self._api.find(url, account.key, "GET /transactions/…")
        return None if found is None else self._api.read(found, _One).data

    async def _listed(
        self, account: PaddleAccount, path: str, query: Sequence[tuple[str, str]]
    ) -> AsyncIterator[msgspec.Raw]:
        url = self._url(account, path, query)
        async for page in self._api.pages(url, account.key, f"GET {path}", _Page, _after):
            for entry in page.data:
                yield entry

    def _url(
        self, account: PaddleAccount, path: str, query: Sequence[tuple[str, str]] = ()
    ) -> httpx.URL:
        host = self._base or (SANDBOX if account.sandbox else LIVE)
        return httpx.URL(host + path, params=list(query) or None)

    async def close(self) -> None:
        """Close the kept connections."""
        await self._api.close()


def _after(url: httpx.URL, page: _Page) -> httpx.URL | None:
    following = page.meta.pagination
    return next_page(url, following.next, "Paddle") if following.has_more else None
