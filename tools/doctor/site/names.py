"""What the names on a page mean: of cookies, of scripts, of hosts."""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import SplitResult

from shared.domain.cookies import client_id_from, session_from
from tools.doctor.site.seen import Cookie

_COOKIE: Final = re.compile(r"([A-Za-z0-9_-]{0,20})_ga(?:_([A-Z0-9]{1,20}))?")
_SERVER_COOKIE: Final = "FPID"
_OURS: Final = re.compile(r"/(ga4-(?:context|streams|payment-link))(?:[.-][\w.-]{0,64})?\.js\Z")
_TAG_FILES: Final = ("/gtag/js", "/gtm.js", "/gtag.js")
_ELEMENT: Final = re.compile(r"<script\b[^<>]{0,2000}>", re.IGNORECASE)
_IDS: Final = re.compile(r"""data-measurement-id\s*=\s*["']?([\w, -]{1,300})""", re.IGNORECASE)
_ID: Final = re.compile(r"G-[A-Z0-9]{1,20}")


def read_cookie(name: str, value: str | None, *, set_by: str | None = None) -> Cookie | None:
    """Return one of Google Analytics' cookies; None for any other.

    Args:
        name: Its name.
        value: Its value; None where it is not known.
        set_by: The host of the response that set it.
    """
    if name == _SERVER_COOKIE:
        return Cookie(by_server=True, set_by=set_by)
    found = _COOKIE.fullmatch(name)
    if found is None:
        return None
    prefix, container = found.groups()
    problem = None
    if value:
        problem = (session_from(value) if container else client_id_from(value)).problem
    return Cookie(prefix, container, set_by=set_by, problem=problem)


def is_of_site(host: str, site: str) -> bool:
    """Return whether a host shares its cookies with the site: `shop.com` and `pay.shop.com`.

    Args:
        host: The host in question.
        site: The shop's.
    """
    base = site.removeprefix("www.")
    return f".{host}".endswith(f".{base}") or f".{base}".endswith(f".{host}")


def is_tag(url: SplitResult) -> bool:
    """Return whether Google's tag or Tag Manager is asked for."""
    return url.path.endswith(_TAG_FILES)


def our_script(url: SplitResult) -> str | None:
    """Return which of our scripts a URL asks for, as `ga4-context`."""
    found = _OURS.search(url.path)
    return found and found[1]


def read_elements(html: str) -> Iterator[str]:
    """Yield the measurement ids that script elements name for our snippet.

    Args:
        html: A page.
    """
    for element in _ELEMENT.finditer(html):
        if found := _IDS.search(element[0]):
            yield from measurement_ids(found[1])


def measurement_ids(text: str) -> tuple[str, ...]:
    """Return the measurement ids in a text with commas between them."""
    return tuple(part for each in text.split(",") if _ID.fullmatch(part := each.strip()))
