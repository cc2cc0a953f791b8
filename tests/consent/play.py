"""A story of who says what, played at a shop: what leaves, and what nobody settled."""

import json
from collections.abc import Sequence
from pathlib import Path

from shared.errors import MalformedError, PendingError
from shared.outcome import Outcome
from tests.consent.said import WAYS, Said
from tests.support.captures import browse, captures_at, sign
from tests.support.posting import post
from tests.support.pushing import push
from tests.support.shop import Shop

_PROVIDERS = ("stripe", "paddle", "shopify", "standard")
_BROUGHT_AGAIN_SECONDS = (300, 3600)


def shop_in(folder: Path, **settings: str) -> Shop:
    """Open a shop that takes every provider's events, and looks costs up.

    Args:
        folder: Where its secrets are.
        settings: Where its store is, say.
    """
    (folder / "costs.csv").write_text("item_id,unit_cost,currency\nmug,4.00,EUR\ntea,1.00,EUR\n")
    entries: dict[str, dict[str, object]] = {
        name: {"secret": f"file:{folder}/{name}"} for name in _PROVIDERS
    }
    entries["stripe"]["payment_intents"] = True
    return Shop(
        folder,
        **{
            "PAYMENT_PROVIDERS": json.dumps(entries),
            "CATALOGUE": f"csv:{folder}/costs.csv",
            **settings,
        },
    )


async def play(shop: Shop, story: Sequence[Said]) -> list[str]:
    """Play a story; return the names of the events that GA4 has in the end.

    What is answered 409 is brought again after each other event, then after five minutes and after
    an hour, as providers do.
    """
    waiting: list[Said] = []
    for said in story:
        shop.clock.advance(said.seconds)
        waiting = await _brought(shop, [said, *waiting])
    for seconds in _BROUGHT_AGAIN_SECONDS:
        shop.clock.advance(seconds)
        waiting = await _brought(shop, waiting)
    assert waiting == []
    return [event["name"] for body in shop.ga4.bodies for event in body["events"]]


async def _brought(shop: Shop, events: Sequence[Said]) -> list[Said]:
    """Bring events in order; return those that shall come again."""
    again = []
    for said in events:
        try:
            await bring(shop, said)
        except PendingError:
            again.append(said)
        except MalformedError:
            assert WAYS[said.by][0] in ("backend", "page")  # only a capture is refused
    return again


async def bring(shop: Shop, said: Said) -> Sequence[Outcome]:
    """Bring one event; return what becomes of it.

    Args:
        shop: Whose functions take it.
        said: The event.
    """
    way, body_of = WAYS[said.by]
    body = body_of(said)
    match way:
        case "backend":
            return await sign(captures_at(shop, shop.folder), body)
        case "page":
            return await browse(captures_at(shop, shop.folder), body)
        case "offline":
            return [await push(shop.offline(), body)]
        case "enrichment":
            return [await push(shop.enrichments(), body)]
        case "shopify":
            topic = "orders/updated" if said.by == "shopify update" else "orders/paid"
            headers = {"x-shopify-topic": topic, "x-shopify-event-id": topic}
            return await post(shop, way, body, headers)
        case _:
            return await post(shop, way, body)
