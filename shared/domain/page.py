"""The address of a page, without what may say who was there.

A shop's addresses carry e-mail addresses, tokens and search words. What Google's reports of
campaigns need is a short list (https://support.google.com/analytics/answer/10917952); nothing else
of a query is ever kept. Click ids are not on it: they name a person's click.
"""

import re
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from shared.domain.notes import Notes

CAMPAIGN_PARAMETERS: Final = frozenset(
    """
    utm_campaign utm_content utm_creative_format utm_id utm_marketing_tactic utm_medium utm_source
    utm_source_platform utm_term
    """.split()
)
_SCHEMES: Final = ("http", "https", "")
# An e-mail address, or a phone number; digits alone are a campaign's id.
_PERSONAL: Final = re.compile(r"@|(?<!\w)\+(?:[ ()./-]{0,3}[0-9]){8,15}")
_DECODINGS: Final = 3


def page_without_query(text: str | None, notes: Notes, name: str) -> str | None:
    """Return a page's address with the campaign of its query alone.

    User names, passwords, fragments and path parameters go too. A campaign parameter that holds an
    e-mail address or a phone number is left out. So is a path that holds an e-mail address.

    Args:
        text: The address; only `http`, `https`, or a path by itself.
        notes: The event's; an address that is none is named.
        name: What the sender calls the field.
    """
    if not text:
        return None
    try:
        parts = urlsplit(text.strip())
        host = _host(parts)
    except ValueError:
        notes.add(name, "no address of a page")
        return None
    if parts.scheme not in _SCHEMES or (parts.scheme and not host):
        notes.add(name, "no address of a page")
        return None
    path = parts.path.partition(";")[0]
    if "@" in _decoded(path):
        path = "/"
    campaign = "&".join(pair for pair in parts.query.split("&") if _is_campaign(pair))
    return SplitResult(parts.scheme, host, path, campaign, "").geturl() or None


def _host(parts: SplitResult) -> str:
    """Return host and port. Raises ValueError where the port is none."""
    host = parts.netloc.rpartition("@")[2]
    return host if parts.port is None or host else ""


def _is_campaign(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return name in CAMPAIGN_PARAMETERS and not _PERSONAL.search(_decoded(value))


def _decoded(text: str) -> str:
    for _ in range(_DECODINGS):
        text = unquote(text)
    return text
