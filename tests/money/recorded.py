"""Payloads that shops recorded, each file as one shop of its own.

They come from public repositories and stay out of this one. Files repeat each other's ids, as test
data does; so each file's ids get the file's number. Shopify's signature has no time, and what is
older than the ledger's memory is refused; so its payloads were changed today. Nothing else differs.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from tests.support.places import beside
from tools.traffic.request import Json, Request

FILES: Final = 574
# Ids of Stripe and Paddle: a prefix, and what is not a word.
_ID: Final = re.compile(
    r'"((?:acct|adj|ch|cn|cs|ctm|cus|dp|du|evt|in|inpay|inv|ntf|obj|pi|py|re|sub|txn)_[A-Za-z0-9_]*)"'
)
_NUMBERED: Final = ("id", "order_id")
_TOKENS: Final = ("cart_token", "checkout_token")


@dataclass(frozen=True, slots=True)
class Recording:
    """One file.

    Attributes:
        name: Its path below the folder.
        provider: Whose payloads it holds.
        topic: What kind, of Shopify.
        events: The payloads, oldest first; of Shopify the object itself.
        number: Its place among all files.
    """

    name: str
    provider: str
    topic: str
    events: tuple[Json, ...]
    number: int

    @property
    def requests(self) -> list[Request]:
        """The payloads as deliveries."""
        return [self._request(event, at) for at, event in enumerate(self.events)]

    def _request(self, event: Json, at: int) -> Request:
        if self.provider != "shopify":
            text = _ID.sub(rf'"\g<1>_{self.number}"', json.dumps(event))
            return Request(self.provider, text.encode())
        body = {**event, "updated_at": datetime.now(UTC).isoformat()}
        for name in _NUMBERED:
            if isinstance(body.get(name), int):
                body[name] = self.number * 10**13 + body[name] % 10**13
        for name in _TOKENS:
            if body.get(name):
                body[name] = f"{body[name]}_{self.number}"
        headers = {
            "x-shopify-topic": self.topic,
            "x-shopify-event-id": f"event-{self.number}-{at}",
            "x-shopify-webhook-id": f"webhook-{self.number}-{at}",
            "x-shopify-shop-domain": f"shop-{self.number}.myshopify.com",
        }
        return Request(self.provider, json.dumps(body).encode(), headers)


def recordings() -> list[Recording]:
    """Return every file, in the order of their names."""
    folder = beside("data/recorded")
    return list(_read(sorted(folder.rglob("*.json")), str(folder)))


def _read(paths: list[Any], folder: str) -> Iterator[Recording]:
    for number, path in enumerate(paths, 1):
        found = json.loads(path.read_text(encoding="utf-8"))
        events = tuple(found["events"] if "events" in found else [found["body"]])
        name = str(path).removeprefix(f"{folder}/")
        yield Recording(name, found["provider"], found.get("topic") or "", events, number)
