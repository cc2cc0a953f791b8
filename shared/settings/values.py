"""What a setting's text may be: each function returns the value, or None for a malformed text."""

import ipaddress
import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from shared.ga4.limits import APP_ONLY_EVENTS, RESERVED_EVENTS
from shared.stores.location import FirestoreName, SqliteFile, StoreLocation

GLOBAL_HOST: Final = "https://www.google-analytics.com"
EU_HOST: Final = "https://region1.google-analytics.com"
STRIPE_HOST: Final = "https://api.stripe.com"
_MEASUREMENT_ID: Final = re.compile(r"G-[A-Z0-9]{1,20}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_TOPIC: Final = re.compile(r"projects/[a-z0-9:.\-]+/topics/[A-Za-z][A-Za-z0-9_.~+%\-]{2,254}")
_HOST: Final = re.compile(r"[a-z0-9.:-]+", re.ASCII)
_FIRESTORE: Final = re.compile(r"([a-z0-9:.\-]+)/(\(default\)|[a-z][a-z0-9\-]{3,62})")
_METADATA_KEY: Final = re.compile(r"[^\s,\[\]]{1,40}")  # as long as Stripe lets a key be


def measurement_id(text: str) -> str | None:
    """Return the id of a web stream."""
    return text if _MEASUREMENT_ID.fullmatch(text) else None


def metadata_keys(text: str) -> tuple[str, ...] | None:
    """Return metadata keys that have commas between them."""
    keys = tuple(key.strip() for key in text.split(","))
    return keys if all(_METADATA_KEY.fullmatch(key) for key in keys) else None


def names(text: str) -> frozenset[str] | None:
    """Return names of parameters or user properties that have commas between them."""
    found = frozenset(name.strip() for name in text.split(","))
    return found if all(_NAME.fullmatch(name) for name in found) else None


def topic(text: str) -> str | None:
    """Return the whole name of a Pub/Sub topic."""
    return text if _TOPIC.fullmatch(text) else None


def event_name(text: str) -> str | None:
    """Return a name GA4 takes for an event of ours."""
    reserved = RESERVED_EVENTS | APP_ONLY_EVENTS
    return text if _NAME.fullmatch(text) and text not in reserved else None


def endpoint(text: str) -> str | None:
    """Return where GA4 is: one of Google's hosts, or a stand-in on loopback."""
    text = text.rstrip("/")
    return text if text in {GLOBAL_HOST, EU_HOST} else stand_in(text)


def stripe_api(text: str) -> str | None:
    """Return where Stripe's API is: Stripe's own host, or a stand-in on loopback."""
    text = text.rstrip("/")
    return text if text == STRIPE_HOST else stand_in(text)


def stand_in(text: str) -> str | None:
    """Return `http://HOST:PORT` on loopback."""
    try:
        url = urlsplit(text)
        bare = url.scheme == "http" and not (url.path or url.query or url.fragment)
        return text if bare and url.port and _is_loopback(url.hostname or "") else None
    except ValueError:
        return None


def origins(text: str) -> frozenset[str] | None:
    """Return origins that have commas between them, each exactly as a browser sends it."""
    found = frozenset(part.strip() for part in text.split(","))
    return found if all(_is_origin(origin) for origin in found) else None


def _is_origin(text: str) -> bool:
    """Tell whether a text is an origin: of https, or of http on loopback."""
    try:
        url = urlsplit(text)
        host, port = url.hostname or "", url.port
    except ValueError:
        return False
    shown = f"[{host}]" if ":" in host else host
    default = {"https": 443, "http": 80}.get(url.scheme)
    authority = shown if port in (None, default) else f"{shown}:{port}"
    secure = url.scheme == "https" or (url.scheme == "http" and _is_loopback(host))
    return secure and _HOST.fullmatch(host) is not None and text == f"{url.scheme}://{authority}"


def loopback(text: str) -> str | None:
    """Return `host:port` of a stand-in on loopback."""
    host, _, port = text.rpartition(":")
    return text if port.isdecimal() and _is_loopback(host.strip("[]")) else None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def store(text: str) -> StoreLocation | None:
    """Return where the store is: `sqlite:PATH` or `firestore:PROJECT/DATABASE`."""
    scheme, _, rest = text.partition(":")
    if scheme == "sqlite":
        return SqliteFile(rest) if rest else None
    found = _FIRESTORE.fullmatch(rest) if scheme == "firestore" else None
    return None if found is None else FirestoreName(found[1], found[2])


def whole(least: int, most: int) -> Callable[[str], int | None]:
    """Return what reads a whole number between two bounds."""

    def read(text: str) -> int | None:
        digits = text.isascii() and text.isdecimal() and len(text) <= len(str(most))
        return int(text) if digits and least <= int(text) <= most else None

    return read
