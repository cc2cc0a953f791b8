"""Recorded deliveries in a file: `{"provider", "topic", "body"}`, a list of them, or JSON lines."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from shared.providers.registry import PROVIDERS
from shared.webhooks.delivery import VerifiedDelivery
from tools.errors import UsageError
from tools.input_file import read_text, unreadable

_SHAPE: Final = 'a recorded delivery is {"provider": …, "topic": …, "body": …}'


def recorded_deliveries(file: str, about: str = "") -> Iterator[VerifiedDelivery]:
    """Yield each delivery of a file. A recording is believed: no signature is checked.

    Args:
        file: Where it is.
        about: The option that names it, where that is not plain.

    Raises:
        UsageError: The file cannot be read, or holds something else.
    """
    for recording in _recordings(file, about):
        for body in _bodies(recording):
            name = str(recording["provider"])
            yield VerifiedDelivery(name, _bytes(body), _headers(recording))


def _recordings(file: str, about: str) -> Iterator[Mapping[str, Any]]:
    text = read_text(file, about)
    try:
        whole: object = json.loads(text)
        found = whole if isinstance(whole, list) else [whole]
    except (ValueError, RecursionError):
        lines = enumerate(text.splitlines(), 1)
        found = [_line(file, number, line, about) for number, line in lines if line.strip()]
    for recording in found:
        if not isinstance(recording, dict) or recording.get("provider") not in PROVIDERS:
            known = ", ".join(sorted(PROVIDERS))
            raise UsageError(f"{file}: {_SHAPE}; the provider is one of {known}")
        yield recording


def _line(file: str, number: int, line: str, about: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise unreadable(file, f"line {number} is not JSON", about) from None


def _bodies(recording: Mapping[str, Any]) -> list[object]:
    """Return what was delivered; several deliveries of one shop may stand in one recording."""
    if isinstance(events := recording.get("events"), list):
        return events
    return [recording.get("body")]


def _bytes(body: object) -> bytes:
    return body.encode() if isinstance(body, str) else msgspec.json.encode(body)


def _headers(recording: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the headers of a delivery; its topic where a header names it, and made-up ids."""
    given = recording.get("headers")
    headers = {"x-shopify-event-id": "recorded"}
    if topic_header := PROVIDERS[str(recording["provider"])].topic_header:
        headers[topic_header] = str(recording.get("topic"))
    if isinstance(given, dict):
        headers |= {str(name).lower(): str(value) for name, value in given.items()}
    if isinstance(shop := recording.get("shop"), str):
        headers["x-shopify-shop-domain"] = shop
    return tuple(headers.items())
