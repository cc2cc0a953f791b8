"""Who may ask the local stack: programs of this machine, and its own page; no other web page.

A web page of anybody's can post to loopback, and with a name that it points to 127.0.0.1 (DNS
rebinding) it could even read. A browser says where a request comes from; a program does not.
"""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

_ANYBODYS: Final = frozenset({"/mp/collect", "/debug/mp/collect"})
"""GA4 takes events from everywhere."""

_OWN: Final = frozenset({"same-origin", "none"})


@web.middleware
async def only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse with 403 what another web page asks for; let everything else through."""
    problem = "" if request.path in _ANYBODYS else foreign(request)
    if problem:
        return web.json_response({"error": problem}, status=403)
    return await handler(request)


def foreign(request: web.Request) -> str:
    """Return what shows that a request comes from another web page; empty where nothing does.

    Args:
        request: The request.
    """
    host = request.headers.get("Host", "")
    if not _is_loopback(host):
        return "Host: this is for 127.0.0.1, [::1] and localhost only"
    origin = request.headers.get("Origin")
    if origin is not None and origin != f"http://{host}":
        return "Origin: another web page asks"
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OWN and not _is_visit(request):
        return "Sec-Fetch-Site: another web page asks"
    return ""


def _is_loopback(host: str) -> bool:
    try:
        name = urlsplit(f"http://{host}").hostname or ""
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_visit(request: web.Request) -> bool:
    """Whether somebody follows a link to the page."""
    asks = (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest"))
    return request.method == "GET" and request.path == "/" and asks == ("navigate", "document")
