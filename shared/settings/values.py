"""What a setting's text may be: each function returns the value, or says which rule a text breaks.

All of them raise `InvalidValueError`, whose message never holds the text.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from shared.errors import InvalidValueError
from shared.ga4.limits import APP_ONLY_EVENTS, RESERVED_EVENTS
from shared.resource_names import EXPORT, FIRESTORE_DATABASE, SUBSCRIPTION, TOPIC
from shared.stores.location import FirestoreName, SqliteFile, StoreLocation

T = TypeVar("T")

GLOBAL_HOST: Final = "https://www.google-analytics.com"
EU_HOST: Final = "https://region1.google-analytics.com"
DATA_MANAGER_HOST: Final = "https://datamanager.googleapis.com"
STRIPE_HOST: Final = "https://api.stripe.com"
LOOPBACK: Final = "host:port on loopback"
"""What an emulator's setting takes, in words."""
STORE: Final = "sqlite:PATH or firestore:PROJECT/DATABASE"
"""What `STORE` takes, in words."""

_CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----"
_MOST_PEM: Final = 1024 * 1024  # as many as all public roots together, four times
_MEASUREMENT_ID: Final = re.compile(r"G-[A-Z0-9]{1,20}")
_FIREBASE_APP_ID: Final = re.compile(r"[0-9]{1,4}:[0-9]{1,20}:[a-z]{1,10}:[0-9A-Za-z]{1,64}")
_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_HOST: Final = re.compile(r"[a-z0-9.:-]+", re.ASCII)
_METADATA_KEY: Final = re.compile(r"[^\s,\[\]]{1,40}")  # as long as Stripe lets a key be
_STREAM: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,20}", re.ASCII)
_ADS_CUSTOMER: Final = re.compile(r"[0-9]{1,20}|[0-9]{3}-[0-9]{3}-[0-9]{4}", re.ASCII)
_OTHER_IDS: Final = (
    (re.compile(r"UA-.*", re.DOTALL), "this is the id of a Universal Analytics property"),
    (re.compile(r"(GTM|GT|AW|DC)-.*", re.DOTALL), "this is the id of a tag or a container"),
    (re.compile(r"[0-9]+"), "this is the number of a property or a stream"),
    (re.compile(r"g-.*|G-.*[a-z].*", re.DOTALL), "its letters are capitals"),
)


def measurement_id(text: str) -> str:
    """Return the id of a web stream."""
    if _MEASUREMENT_ID.fullmatch(text):
        return text
    says = next(
        (says for pattern, says in _OTHER_IDS if pattern.fullmatch(text)),
        "takes G- and up to 20 capitals or digits",
    )
    raise InvalidValueError(
        f"{says}, e.g. G-AB12CD34EF (GA4: Admin → Data streams → your web stream)"
    )


def firebase_app_id(text: str) -> str:
    """Return the id of an app stream."""
    if not _FIREBASE_APP_ID.fullmatch(text):
        raise InvalidValueError(
            "takes a Firebase app id, e.g. 1:1234567890:android:321abc456def7890 (Firebase: "
            "Project settings → Your apps)"
        )
    return text


def property_id(text: str) -> str:
    """Return the number of a property."""
    if not _NUMBER.fullmatch(text):
        raise InvalidValueError(
            "takes the property's number, digits only, e.g. 123456789; not a G-… id (GA4: Admin → "
            "Property details)"
        )
    return text


def ads_customer_id(text: str) -> str:
    """Return the number of an account of Google Ads, without its hyphens."""
    if not _ADS_CUSTOMER.fullmatch(text):
        raise InvalidValueError("takes a Google Ads customer id of ten digits, e.g. 123-456-7890")
    return text.replace("-", "")


def ads_conversion_action_id(text: str) -> str:
    """Return the number of a conversion action of Google Ads."""
    if not _NUMBER.fullmatch(text):
        raise InvalidValueError(
            "takes the conversion action's number, e.g. 987654321 (Google Ads: the ctId in the "
            "address of its page); not an AW-… id"
        )
    return text


def stream_number(text: str) -> str:
    """Return the number of a data stream."""
    if not _STREAM.fullmatch(text):
        raise InvalidValueError(
            "takes the stream's number, up to 20 digits, e.g. 1234567890; not its G-… id"
        )
    return text


def metadata_keys(text: str) -> tuple[str, ...]:
    """Return metadata keys that have commas between them."""
    keys = tuple(key.strip() for key in text.split(","))
    for place, key in enumerate(keys, start=1):
        if not _METADATA_KEY.fullmatch(key):
            says = "is empty" if not key else "is longer than 40 characters, or has spaces or [ ]"
            raise InvalidValueError(f"key number {place} {says}; e.g. ga_transaction_id,order_id")
    return keys


def names(text: str) -> frozenset[str]:
    """Return names of parameters or user properties that have commas between them."""
    found = [name.strip() for name in text.split(",")]
    for place, name in enumerate(found, start=1):
        if not _NAME.fullmatch(name):
            raise InvalidValueError(
                f"name number {place}: {_of_name(name)}, e.g. coupon,order_note"
            )
    return frozenset(found)


def _of_name(text: str) -> str:
    """Return which rule of a parameter's or an event's name a text breaks."""
    if not text:
        return "is empty"
    if len(text) > 40:  # noqa: PLR2004 - GA4's
        return f"a name has up to 40 characters, this one {len(text)}"
    if not (text[0].isascii() and text[0].isalpha()):
        return "a name begins with a letter"
    return "a name holds letters, digits and _"


def topic(text: str) -> str:
    """Return the whole name of a Pub/Sub topic."""
    TOPIC.read(text)
    return text


def subscription(text: str) -> str:
    """Return the whole name of a Pub/Sub subscription."""
    SUBSCRIPTION.read(text)
    return text


def export_dataset(text: str) -> str:
    """Return the dataset that GA4 exports to: `PROJECT.analytics_N`."""
    EXPORT.read(text)
    return text


def event_name(text: str) -> str:
    """Return a name GA4 takes for an event of ours."""
    if not _NAME.fullmatch(text):
        raise InvalidValueError(f"{_of_name(text)}, e.g. subscription_renewed")
    if text in RESERVED_EVENTS | APP_ONLY_EVENTS:
        raise InvalidValueError("GA4 keeps this name for itself; e.g. subscription_renewed")
    return text


def endpoint(text: str) -> str:
    """Return where GA4 is: one of Google's hosts, or a stand-in on loopback."""
    return _known_or_stand_in(text, GLOBAL_HOST, EU_HOST)


def data_manager(text: str) -> str:
    """Return where the Data Manager API is: Google's host, or a stand-in on loopback."""
    return _known_or_stand_in(text, DATA_MANAGER_HOST)


def stripe_api(text: str) -> str:
    """Return where Stripe's API is: Stripe's own host, or a stand-in on loopback."""
    return _known_or_stand_in(text, STRIPE_HOST)


def provider_api(*hosts: str) -> Callable[[str], str]:
    """Return what reads where a provider's API is: a host of its own, or a stand-in on loopback."""
    return lambda text: _known_or_stand_in(text, *hosts)


def certificates(text: str) -> str:
    """Return what a PEM file holds; whether its certificates can be used is said where they are."""
    try:
        with Path(text).open(encoding="ascii") as file:
            pem = file.read(_MOST_PEM)
    except (OSError, ValueError):
        raise InvalidValueError("takes the path of a PEM file; this one cannot be read") from None
    if _CERTIFICATE not in pem:
        raise InvalidValueError("takes a PEM file with certificates; this one has none")
    return pem


def _known_or_stand_in(text: str, *hosts: str) -> str:
    text = text.rstrip("/")
    if text in hosts:
        return text
    try:
        return stand_in(text)
    except InvalidValueError:
        # Where the known host is right but for a path, nothing is said of loopback.
        if any(text.startswith(f"{host}/") for host in hosts):
            raise InvalidValueError(f"takes the host without a path, e.g. {hosts[0]}") from None
        takes = " or ".join(hosts)
        raise InvalidValueError(f"takes {takes}, or http://HOST:PORT on loopback") from None


def stand_in(text: str) -> str:
    """Return `http://HOST:PORT` on loopback."""
    example = "e.g. http://127.0.0.1:8787"
    try:
        url = urlsplit(text)
        port, host = url.port, url.hostname or ""
    except ValueError:
        raise InvalidValueError(f"takes http://HOST:PORT on loopback, {example}") from None
    if url.scheme != "http":
        raise InvalidValueError(f"takes http:// for a stand-in on loopback, {example}")
    if url.path or url.query or url.fragment:
        raise InvalidValueError(f"takes no path, {example}")
    if not port:
        raise InvalidValueError(f"the port is missing, {example}")
    if not _is_loopback(host):
        raise InvalidValueError(f"the host is not on loopback, {example}")
    return text


def origins(text: str) -> frozenset[str]:
    """Return origins that have commas between them, each exactly as a browser sends it."""
    found = [part.strip() for part in text.split(",")]
    for place, origin in enumerate(found, start=1):
        if says := _of_origin(origin):
            raise InvalidValueError(f"origin number {place} {says}, e.g. https://shop.example")
    return frozenset(found)


def _of_origin(text: str) -> str | None:
    """Return what keeps a text from being an origin: of https, or of http on loopback."""
    try:
        url = urlsplit(text)
        host, port = url.hostname or "", url.port
    except ValueError:
        return "is no address"
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(host)):
        return "must begin with https:// (http only on loopback)"
    if text.lower() != text:
        return "must be in lower case, as browsers send it"
    if not _HOST.fullmatch(host):
        return "needs a host of letters, digits, . and -"
    return (
        None
        if text == _as_sent(url, host, port)
        else "must have no path, no / at its end and no default port"
    )


def _as_sent(url: SplitResult, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    default = {"https": 443, "http": 80}.get(url.scheme)
    return f"{url.scheme}://{shown if port in (None, default) else f'{shown}:{port}'}"


def loopback(text: str) -> str:
    """Return `host:port` of a stand-in on loopback."""
    host, _, port = text.rpartition(":")
    if not port.isdecimal():
        raise InvalidValueError("takes host:port, e.g. 127.0.0.1:8085")
    if not _is_loopback(host.strip("[]")):
        raise InvalidValueError("the host is not on loopback, e.g. 127.0.0.1:8085")
    return text


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def store(text: str) -> StoreLocation:
    """Return where the store is: `sqlite:PATH` or `firestore:PROJECT/DATABASE`."""
    scheme, _, rest = text.partition(":")
    if scheme == "sqlite":
        if not rest:
            raise InvalidValueError("the path is missing, e.g. sqlite:data/connectors.sqlite")
        return SqliteFile(rest)
    if scheme == "firestore":
        project, database = FIRESTORE_DATABASE.read(rest)
        return FirestoreName(project, database)
    raise InvalidValueError(
        f"takes {STORE}, e.g. sqlite:data/connectors.sqlite or {FIRESTORE_DATABASE.example}"
    )


def whole(least: int, most: int) -> Callable[[str], int]:
    """Return what reads a whole number between two bounds."""

    def read(text: str) -> int:
        digits = text.isascii() and text.isdecimal()
        if not digits:
            raise InvalidValueError(f"takes a whole number from {least} to {most}, in digits only")
        if len(text) > len(str(most)) or not least <= int(text) <= most:
            raise InvalidValueError(f"takes a whole number from {least} to {most}")
        return int(text)

    return read


def word(choices: Mapping[str, T]) -> Callable[[str], T]:
    """Return what reads one of some words, in any case."""

    def read(text: str) -> T:
        if text.lower() not in choices:
            raise InvalidValueError(f"takes {' or '.join(choices)}")
        return choices[text.lower()]

    return read
