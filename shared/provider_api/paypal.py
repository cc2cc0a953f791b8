"""PayPal's API, as an app asks it: with a token, which is asked for first and kept."""

import asyncio
import base64
import re
from collections.abc import Mapping
from typing import Annotated, Final

import httpx
import msgspec

from shared.deadline import give_up_at
from shared.decoding import read
from shared.errors import MisconfiguredError, UnavailableError, UnusableError
from shared.provider_api.client import ApiClient, Patience
from shared.provider_api.reply import Answerer, Reply
from shared.secrets.secret import Secret

SETTING: Final = "PAYMENT_PROVIDERS paypal.api_key"
# A webhook waits for it, and GA4 is still to be asked.
_SECONDS: Final = 3.0
_PATIENCE: Final = Patience(attempts=3, attempt_seconds=2.0, max_bytes=1024 * 1024)
_CREDENTIAL: Final = re.compile(r"[A-Za-z0-9_-]{1,255}")
_ORDER_ID: Final = re.compile(r"[A-Za-z0-9-]{1,64}")
_MARGIN_SECONDS: Final = 60
_UNKNOWN: Final = 401


class _Granted(msgspec.Struct, frozen=True):
    access_token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    expires_in: Annotated[int, msgspec.Meta(ge=0, le=10**6)] = 0


def paypal(lacking: str) -> Answerer:
    """Return PayPal as the one whose answers are read.

    Args:
        lacking: What an app lacks that is refused.
    """
    return Answerer("PayPal", SETTING, lambda _: lacking)


_PAYPAL: Final = paypal("the app may not read orders")


class PayPalAccount(msgspec.Struct, frozen=True):
    """Which app asks, and where.

    Attributes:
        api: `https://api-m.paypal.com`, its sandbox, or a stand-in on loopback.
        client_id: The app's client id.
        secret: The app's secret.
    """

    api: str
    client_id: str
    secret: Secret

    def basic(self) -> Secret:
        """Return both as HTTP's Basic authentication wants them.

        Raises:
            MisconfiguredError: One of them is none of PayPal's.
        """
        if not _CREDENTIAL.fullmatch(self.client_id):
            raise MisconfiguredError("PAYMENT_PROVIDERS paypal.client_id: not a client id")
        if not _CREDENTIAL.fullmatch(self.secret.reveal()):
            raise MisconfiguredError(f"{SETTING}: not the secret of an app")
        pair = f"{self.client_id}:{self.secret.reveal()}".encode()
        return Secret(base64.b64encode(pair).decode())


class PayPalApi:
    """Asks PayPal over one kept client. A token is kept for as long as PayPal says.

    Args:
        seconds: How long one question may take, a token's included.
        patience: How long each try may take, and how many there are.
    """

    def __init__(self, seconds: float = _SECONDS, patience: Patience = _PATIENCE) -> None:
        self._seconds, self._patience = seconds, patience
        self._clients: tuple[ApiClient, ApiClient] | None = None
        self._tokens: dict[tuple[str, str], tuple[float, Secret]] = {}

    async def order(self, account: PayPalAccount, order_id: str) -> msgspec.Raw:
        """Return an order (Orders v2).

        Args:
            account: Who asks.
            order_id: Its id; it comes from a payload.

        Raises:
            UnavailableError: PayPal is out of reach, overloaded, or does not answer as PayPal does.
            UnusableError: It is no id, or there is no such order (`GoneError`).
            MisconfiguredError: PayPal does not know the app, or it may not read orders.
        """
        if not _ORDER_ID.fullmatch(order_id):
            raise UnusableError("order_id", "not an id of PayPal's")
        reply = await self.ask(account, f"/v2/checkout/orders/{order_id}")
        return _PAYPAL.object_of(reply, "GET /v2/checkout/orders/…")

    async def ask(
        self, account: PayPalAccount, path: str, query: Mapping[str, str] | None = None
    ) -> Reply:
        """Return what PayPal answers.

        Args:
            account: Who asks.
            path: Of what is asked for.
            query: By name.

        Raises:
            UnavailableError: No token is given, because PayPal is out of reach.
            MisconfiguredError: No token is given, because PayPal does not know the app.
        """
        until = give_up_at(self._seconds)
        url = httpx.URL(account.api + path, params=query)
        _, objects = self._opened()
        reply = await objects.get(url, await self._token(account, until), until=until)
        if reply.status == _UNKNOWN:  # a token that was withdrawn before its time
            self._tokens.clear()
            reply = await objects.get(url, await self._token(account, until), until=until)
        return reply

    async def _token(self, account: PayPalAccount, until: float) -> Secret:
        name = (account.api, account.basic().reveal())
        now = asyncio.get_running_loop().time()
        kept = self._tokens.get(name)
        if kept is not None and now < kept[0]:
            return kept[1]
        tokens, _ = self._opened()
        reply = await tokens.post_form(
            httpx.URL(f"{account.api}/v1/oauth2/token"),
            lambda: {"grant_type": "client_credentials"},
            until=until,
            key=account.basic(),
        )
        try:
            granted = read(_PAYPAL.object_of(reply, "POST /v1/oauth2/token"), _Granted)
        except UnusableError as error:
            raise UnavailableError(f"PayPal's API gives a token with {error}") from None
        token = Secret(granted.access_token)
        self._tokens = {name: (now + granted.expires_in - _MARGIN_SECONDS, token)}
        return token

    def _opened(self) -> tuple[ApiClient, ApiClient]:
        """Return the client for tokens and the one for objects, made when they are first needed."""
        if self._clients is None:
            self._clients = (
                ApiClient(self._patience, ("authorization", "Basic "), {}),
                ApiClient(self._patience, ("authorization", "Bearer "), {}),
            )
        return self._clients

    async def close(self) -> None:
        """Close the kept connections."""
        for client in self._clients or ():
            await client.close()
