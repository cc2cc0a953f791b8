"""What the shop wrote into `custom_id`: a context as JSON, or a reference of its own.

PayPal has no metadata. `custom_id` is one text of a capture, a subscription, or a part of an order;
version 1 of the API calls it `custom`.
"""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from shared.decoding import read
from shared.domain.consent import Consent, denials, resolve_consent
from shared.domain.context import Context
from shared.errors import UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata, decode_metadata
from shared.providers.paypal.objects import NOTHING

_OBJECT: Final = "{"
_UNREADABLE: Final = "\ufffd"
_ABSENT: Final = (b"", b"null", b'""')
_NUMBER: Final = re.compile(rb"-?[0-9]")
_MOST_UNITS: Final = 20


class _Unit(msgspec.Struct, frozen=True):
    custom_id: msgspec.Raw = NOTHING


class _Tagged(msgspec.Struct, frozen=True):
    custom_id: msgspec.Raw = NOTHING
    custom: msgspec.Raw = NOTHING


class _Order(msgspec.Struct, frozen=True):
    purchase_units: tuple[_Unit, ...] | None = None


def custom_metadata(custom: msgspec.Raw) -> Metadata:
    """Return what stands in it as JSON; nothing of any other text.

    Args:
        custom: The field as it stands. `{"ga_client_id": "…"}` fits; a reference of the shop's own
            is no JSON. What is neither text nor number denies: a denial may stand in it.
    """
    try:
        found = decode_metadata(custom)
    except (ValueError, RecursionError):
        return Metadata(custom, at="custom_id")
    if isinstance(found, str):
        text = found.strip()
        own = text.encode(errors="surrogatepass") if text.startswith(_OBJECT) else b""
        return Metadata(msgspec.Raw(own), at="custom_id")
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    return Metadata(NOTHING if is_number else custom, at="custom_id")


def references_of(custom: msgspec.Raw) -> tuple[str, ...]:
    """Return it as a reference that a context may have been captured under."""
    try:
        found = decode_metadata(custom)
    except (ValueError, RecursionError):
        return ()
    text = found.strip() if isinstance(found, str) else ""
    usable = text and not text.startswith(_OBJECT) and "@" not in text and _UNREADABLE not in text
    return (text,) if usable else ()


def first_of(*fields: msgspec.Raw) -> msgspec.Raw:
    """Return the first field in which anything stands; a number is nothing of the shop's."""
    written = (each for each in fields if bytes(each) not in _ABSENT)
    return next((each for each in written if not _NUMBER.match(bytes(each))), NOTHING)


def metadata_of(event: ProviderEvent) -> Metadata:
    """Return what the shop wrote into an event's object; an unreadable one has nothing."""
    return custom_metadata(next(customs_of(event.object), NOTHING))


def customs_of(raw: msgspec.Raw) -> Iterator[msgspec.Raw]:
    """Yield what the shop wrote into an object, or into each part of an order."""
    try:
        tagged = read(raw, _Tagged)
    except UnusableError:
        return
    own = first_of(tagged.custom_id, tagged.custom)
    if bytes(own):
        yield own
        return
    try:
        units = read(raw, _Order).purchase_units
    except UnusableError:
        return
    for unit in (units or ())[:_MOST_UNITS]:
        if bytes(first_of(unit.custom_id)):
            yield unit.custom_id


def context_of(event: ProviderEvent) -> Context:
    """Return what an event says of the buyer.

    The parts of an order have one buyer, who may have denied in any of them. Who they are is only
    taken from the one that says so alone.

    Args:
        event: The event.
    """
    contexts = [custom_metadata(each).context() for each in customs_of(event.object)]
    if len(contexts) == 1:
        return contexts[0]
    denied = Consent()
    for each in contexts:
        denied = resolve_consent(denied, denials(each.consent))
    return Context(consent=denied)
