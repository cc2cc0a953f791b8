"""What is kept of who denied: references, answers and money."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import pytest

from shared.domain.context import Context
from tests.consent.play import bring, shop_in
from tests.consent.said import SESSION, Said
from tests.support.loop import in_a_fast_loop
from tests.support.shop import Shop

CANARY: Final = "canary"
PAGE: Final = f"https://shop.example/{CANARY}?email=jane@example.com&phone=%2B4366012345678"
WHO: Final = {
    "ga_client_id": f"{CANARY}.1",
    "ga_user_id": f"{CANARY}-user",
    "ga_user_agent": f"{CANARY}-agent",
    "ga_page_location": PAGE,
    "order_id": "ORD-9",
}
PERSON: Final = {
    "client_id": f"{CANARY}.1",
    "user_id": f"{CANARY}-user",
    "user_agent": f"{CANARY}-agent",
    "page_location": PAGE,
}
REFERENCES: Final = (SESSION, "pi_1", "ORD-9", "cus_1", "cust_1")


def session(answer: str | None) -> Said:
    """Return a payment that says all of a buyer, and what they answered."""
    told = {} if answer is None else {"ga_consent_analytics": answer}
    return Said("session", fields={"metadata": {**WHO, **told}})


def lead(answer: str) -> Said:
    """Return an offline event that does."""
    analytics = {**PERSON, "consent": {"analytics": answer}}
    return Said("offline", fields={"analytics": analytics, "params": {"branch": CANARY}})


async def kept(shop: Shop) -> bytes:
    """Return everything that the store holds of the order, its buyer and its entry."""
    stores = shop.history.stores
    found: list[object] = [await stores.contexts.get([each]) for each in REFERENCES]
    found += [
        await stores.orders.find([f"{provider}::{each}" for each in REFERENCES])
        for provider in ("stripe", "till")
    ]
    for key, name in (("ORD-9", "purchase"), ("till", "generate_lead")):
        entry = await shop.entry(key, name)
        found += [] if entry is None else [entry.fact, entry.reason]
        found += [] if entry is None or entry.replay is None else [entry.replay.decode()]
    return msgspec.json.encode([each for each in found if each not in (None, Context())])


STORIES: Final[dict[str, Sequence[Said]]] = {
    "a payment denies": [session("denied")],
    "an offline event denies": [lead("denied")],
    "the backend denies": [Said("backend", "denied", fields=PERSON)],
    "the backend denies what it captured before": [
        Said("backend", "granted", fields=PERSON),
        Said("backend", "denied"),
    ],
    "a capture of another reference, then a payment that denies": [
        Said("backend", "granted", fields={**PERSON, "references": ["cus_1", "pi_1"]}),
        session("denied"),
    ],
    "a payment that was sent, then the backend denies": [
        session("granted"),
        Said("backend", "denied", fields={"references": ["pi_1", "cus_1"]}),
    ],
    "a payment that was sent, then its intent denies by another event": [
        session("granted"),
        session("denied"),
    ],
}


@pytest.mark.parametrize("story", STORIES)
@in_a_fast_loop
async def test_of_who_denied_nothing_else_is_kept(story: str, tmp_path: Path) -> None:
    """Neither who it was nor what they used and saw: in no context, order or ledger entry."""
    shop = shop_in(tmp_path, UNATTRIBUTED_EVENTS="withhold")
    for said in STORIES[story]:
        await bring(shop, said)

    found = await kept(shop)
    assert b"denied" in found
    assert CANARY.encode() not in found
    assert b"jane" not in found


@in_a_fast_loop
async def test_of_everybody_else_no_query_is_kept(tmp_path: Path) -> None:
    """The page stays, and who it was."""
    shop = shop_in(tmp_path)
    await bring(shop, session("granted"))

    found = await kept(shop)
    assert CANARY.encode() in found
    assert b"jane" not in found
    assert b"66012345678" not in found
