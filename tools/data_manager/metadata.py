"""The metadata server that a deployed function has: it gives tokens of its service account.

Source: https://cloud.google.com/compute/docs/access/authenticate-workloads#curl
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from aiohttp import web

_ROOT: Final = "/computeMetadata/v1"
_ACCOUNTS: Final = f"{_ROOT}/instance/service-accounts"
_ACCOUNT: Final = f"{_ACCOUNTS}/default"
TOKEN_PATH: Final = f"{_ACCOUNT}/token"
SCOPE: Final = "https://www.googleapis.com/auth/datamanager"
_FLAVOR: Final = {"Metadata-Flavor": "Google"}
_EMAIL: Final = "connectors@local-stack.iam.gserviceaccount.com"
_MOST_TOKENS: Final = 10_000


class MetadataServer:
    """Gives tokens, and knows the ones it gave.

    Attributes:
        issued: How many tokens it gave.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        """Begin without any token."""
        self.issued = 0
        self._clock = clock
        self._expires: dict[str, float] = {}

    def routes(self, token: Callable[[web.Request], Any]) -> list[web.RouteDef]:
        """Return its routes.

        Args:
            token: Answers a request for a token.
        """
        return [
            *(
                route
                # Google's library asks by the address, once it knows it.
                for account in (_ACCOUNT, f"{_ACCOUNTS}/{_EMAIL}")
                for route in (
                    web.get(f"{account}/token", token),
                    web.get(f"{account}/", self._account),
                    web.get(f"{account}/email", self._email),
                )
            ),
            web.get(f"{_ROOT}/project/project-id", self._project),
            web.get(f"{_ROOT}/universe/universe-domain", self._universe),
        ]

    def issue(self, request: web.Request, seconds: int) -> web.Response:
        """Answer a request for a token.

        Args:
            request: The request.
            seconds: How long the token is valid.
        """
        if refused := _refused(request):
            return refused
        token = f"ya29.local.{secrets.token_urlsafe(24)}"
        while len(self._expires) >= _MOST_TOKENS:
            del self._expires[next(iter(self._expires))]
        self._expires[token] = self._clock().timestamp() + seconds
        self.issued += 1
        answer = {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}
        return web.json_response(answer, headers=_FLAVOR)

    def accepts(self, authorization: str) -> bool:
        """Whether the header of a request has a token that this server gave and that is valid.

        Args:
            authorization: The header's value; empty without one.
        """
        scheme, _, token = authorization.partition(" ")
        expires = self._expires.get(token)
        now = self._clock().timestamp()
        return scheme == "Bearer" and expires is not None and expires > now

    async def _account(self, request: web.Request) -> web.Response:
        account = {"aliases": ["default"], "email": _EMAIL, "scopes": [SCOPE]}
        return _refused(request) or web.json_response(account, headers=_FLAVOR)

    async def _email(self, request: web.Request) -> web.Response:
        return _refused(request) or web.Response(text=_EMAIL, headers=_FLAVOR)

    async def _project(self, request: web.Request) -> web.Response:
        return _refused(request) or web.Response(text="local-stack", headers=_FLAVOR)

    async def _universe(self, request: web.Request) -> web.Response:
        return _refused(request) or web.Response(text="googleapis.com", headers=_FLAVOR)


def _refused(request: web.Request) -> web.Response | None:
    if request.headers.get("Metadata-Flavor") == "Google":
        return None
    return web.Response(status=403, text="Missing Metadata-Flavor:Google header.")
