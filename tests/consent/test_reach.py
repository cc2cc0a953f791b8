"""A denial under any id of a person: what was stored of them before keeps nobody's identity."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import httpx
import pytest

from shared.domain.consent import Choice
from shared.domain.order import own_references
from shared.providers.registry import PROVIDERS
from shared.stores.document import LEDGER, REFERENCES, Document
from shared.stores.entry import State
from shared.stores.packing import read_order
from shared.stores.reference import hashed
from shared.stores.stores import Stores
from shared.webhooks.delivery import VerifiedDelivery
from tests.consent.play import bring, shop_in
from tests.consent.said import SESSION, Said
from tests.support.builders import NOW
from tests.support.captures import browse, captures_at, sign
from tests.support.fast_loop import run_fast
from tests.support.firestore_emulator import DATABASE, address_and_project, tell_address
from tests.support.shop import LOST, Shop
from tools.traffic.kinds import KINDS, make
from tools.traffic.sales import plain_visit

CLIENT: Final = "1170316824.1763812345"
WHO: Final = (CLIENT.encode(), b"Gecko/20100101", b"shop.example.com/checkout")
_SECONDS: Final = int(NOW.timestamp())
_STRIPE: Final = {"payment_intents": True, "charges": True, "invoices": True}
_BUYER: Final = {
    "ga_client_id": CLIENT,
    "ga_user_agent": "Gecko/20100101",
    "ga_page_location": "https://shop.example.com/checkout",
}
_DENIED: Final = {"consent": {"analytics": "denied"}}

# What says whose something is: a refund, a dispute or the end of a trial says it by its order.
SALES: Final = sorted(
    name
    for name in KINDS
    # Apple's notifications say nothing of a browser, and have no place for a shop's own words.
    if name.partition(".")[0] in PROVIDERS.keys() - {"apple"}
    and name.rpartition(".")[2]
    in {
        "after_trial",
        "charge",
        "checkout",
        "checkout_subscription",
        "checkout_unpaid",
        "invoice",
        "manual_capture",
        "order",
        "payment",
        "payment_intent",
        "purchase",
        "renewal",
        "start",
        "subscription",
        "subscription_invoice",
        "transaction",
        "updated",
        "usage",
    }
)


def _shop(folder: Path, provider: str) -> Shop:
    options = _STRIPE if provider == "stripe" else {}
    entry = {provider: {"secret": f"file:{folder}/{provider}", **options}}
    return Shop(
        folder,
        PAYMENT_PROVIDERS=json.dumps(entry),
        OWNER_WAIT_SECONDS="0",
        ACCEPT_TEST_EVENTS="true",
    )


async def _sell(shop: Shop, kind: str) -> None:
    """Bring one of the deliveries that tests and `connectors trigger` send."""
    name = kind.partition(".")[0]
    visit = plain_visit(CLIENT, _SECONDS - 600, _SECONDS - 60, "granted")
    request = make(kind, "ORD7", visit=visit, now=_SECONDS)
    headers = (*request.headers.items(), ("webhook-id", "msg_1"))
    provider = shop.settings.providers[name]
    for event in provider.kind.parse(VerifiedDelivery(name, request.body, headers)):
        await shop.payments.settle(provider, event)


async def _documents(stores: Stores) -> list[Document]:
    """Return everything that a store holds."""
    database = stores.database
    if hasattr(database, "query"):
        both = [await database.query(each, lambda asked: asked) for each in (REFERENCES, LEDGER)]
        return [document for found in both for document in found]
    names = [
        (collection, key)
        for collection, table in ((REFERENCES, "reference"), (LEDGER, "ledger"))
        for (key,) in await database.ask(f"SELECT key FROM {table}", {})  # type: ignore[attr-defined] # noqa: S608
    ]
    return list(await database.read(names))


async def kept(shop: Shop) -> bytes:
    """Return all bytes of a shop's store."""
    documents = await _documents(shop.history.stores)
    return b"".join(_bytes(document.fields) for document in documents)


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, Mapping):
        return b"".join(_bytes(each) for each in value.values())
    if isinstance(value, list):
        return b"".join(map(_bytes, value))
    return str(value).encode()


def identity_in(everything: bytes) -> list[bytes]:
    """Return what of the buyer is kept."""
    return [each for each in WHO if each in everything]


async def _references(shop: Shop, kind: str) -> list[str]:
    """Return every id under which something of the buyer is stored."""
    documents = await _documents(shop.history.stores)
    records = [record for each in documents for record in each.fields.get("records", {}).values()]
    orders = [read_order(record["purchase"]) for record in records]
    # What an account's order number is kept under is no id that anybody else writes.
    known = [each.removeprefix(f"{o.scope}:") for o in orders if o for each in own_references(o)]
    visit = plain_visit(CLIENT, _SECONDS - 600, _SECONDS - 60, "granted")
    named = [*_texts(json.loads(make(kind, "ORD7", visit=visit, now=_SECONDS).body)), "customer_7"]
    with_context = {each.name for each in documents if "context" in each.fields}
    return sorted({*known, *(each for each in named if {*hashed([each])} & with_context)} - {""})


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
    elif isinstance(value, str | int):
        yield str(value)


@pytest.mark.parametrize("kind", SALES)
def test_a_denial_under_any_id_reaches_all_that_was_stored(kind: str, tmp_path: Path) -> None:
    """Order, payment, session, subscription, customer: of every provider."""
    provider = kind.partition(".")[0]

    async def left(reference: str | None) -> tuple[list[bytes], list[str]]:
        folder = tmp_path / (reference or "none").replace("/", "-")
        folder.mkdir()
        shop = _shop(folder, provider)
        await _sell(shop, kind)
        if reference is not None:
            await sign(captures_at(shop, folder), {"references": [reference], **_DENIED})
        found = identity_in(await kept(shop)), await _references(shop, kind)
        await shop.history.stores.close()
        return found

    before, references = run_fast(left(None))
    assert before
    assert references
    for reference in references:
        assert run_fast(left(reference))[0] == [], reference


def _on(store: str, folder: Path, request: pytest.FixtureRequest, **settings: str) -> Shop:
    """Open a shop on one of the stores."""
    if store == "firestore":
        tell_address(request.getfixturevalue("firestore_emulator"), folder)
        emulator, project = address_and_project(folder)
        chosen = f"firestore:{project}/{DATABASE}"
        settings = {**settings, "STORE": chosen, "FIRESTORE_EMULATOR_HOST": emulator}
    return shop_in(folder, **settings)


def _paid(number: int, **fields: object) -> Said:
    """Return one of the customer's orders."""
    ids = {"id": f"{SESSION}{number}", "payment_intent": f"pi_{number}"}
    return Said("session", "granted", fields={**ids, "metadata": {**_BUYER}, **fields})


def _renewal(number: int) -> Said:
    details = {"metadata": _BUYER, "subscription": "sub_1"}
    parent = {"type": "subscription_details", "subscription_details": details}
    return Said("renewal", fields={"id": f"in_{number}", "parent": parent}, seconds=30 * 86_400)


async def _deny(shop: Shop, reference: str) -> None:
    await sign(captures_at(shop, shop.folder), {"references": [reference], **_DENIED})


_STORIES: Final[dict[str, tuple[Sequence[Said], str]]] = {
    "ten orders, by the customer": ([_paid(number) for number in range(10)], "cus_1"),
    "ten orders, by one of them": ([_paid(number) for number in range(10)], "pi_3"),
    "a year of renewals, by the subscription": ([_renewal(n) for n in range(2, 14)], "sub_1"),
    "a year of renewals, by the customer": ([_renewal(n) for n in range(2, 14)], "cus_1"),
    "a year of renewals, by the first invoice": ([_renewal(n) for n in range(2, 14)], "in_2"),
    "captures of a session that never paid": (
        [
            Said(
                "backend",
                "granted",
                fields={
                    "references": [SESSION, "ORD-9", "cus_1"],
                    "client_id": CLIENT,
                    "page_location": "https://shop.example.com/checkout",
                },
            )
        ],
        "cus_1",
    ),
    "a lead of the shop, by its customer": (
        [
            Said(
                "offline",
                fields={
                    "customer_ref": "cus_1",
                    "analytics": {"client_id": CLIENT, "user_agent": "Gecko/20100101"},
                },
            )
        ],
        "cus_1",
    ),
}


@pytest.mark.parametrize("store", ["sqlite", "firestore"])
@pytest.mark.parametrize("story", _STORIES)
def test_all_of_a_persons_orders_are_reached(
    story: str, store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Whichever of their ids the denial names; nothing of anybody else is touched."""
    shop = _on(store, tmp_path, request)
    events, reference = _STORIES[story]

    async def play() -> tuple[bytes, bytes]:
        for each in events:
            shop.clock.advance(each.seconds)
            await bring(shop, each)
        before = await kept(shop)
        await _deny(shop, reference)
        return before, await kept(shop)

    before, after = run_fast(play())

    assert identity_in(before)
    assert identity_in(after) == []
    assert b"denied" in after


@pytest.mark.parametrize("store", ["sqlite", "firestore"])
@pytest.mark.parametrize("reference", ["cus_1", "pi_1", "ORD-9", SESSION])
@pytest.mark.parametrize(
    ("reply", "settings", "state"),
    [
        pytest.param(400, {}, State.REJECTED, id="rejected"),
        pytest.param(LOST, {}, State.UNCERTAIN, id="uncertain"),
        pytest.param(
            204,
            {
                "SINK": "data_manager",
                "GA4_PROPERTY_ID": "123456789",
                "DATA_MANAGER_ENDPOINT": "http://127.0.0.1:9",
            },
            State.ACCEPTED,
            id="accepted",
        ),
    ],
)
def test_what_would_be_sent_again_is_reduced(  # noqa: PLR0913, PLR0917 - a table
    reply: int | httpx.HTTPError,
    settings: Mapping[str, str],
    state: State,
    reference: str,
    store: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    """In every state in which the ledger keeps something to send, and it stays in that state."""
    shop = _on(store, tmp_path, request, **settings)
    shop.ga4.replies = (reply,)
    said = {"metadata": {**_BUYER, "order_id": "ORD-9"}}

    async def play() -> tuple[bytes, bytes, State | None]:
        await bring(shop, Said("session", "granted", fields=said))
        before = await kept(shop)
        await _deny(shop, reference)
        (entry,) = await shop.history.stores.ledger.mentioning(["pi_1"])
        return before, await kept(shop), entry.state

    before, after, found = run_fast(play())

    assert identity_in(before)
    assert identity_in(after) == []
    assert found is state


@pytest.mark.parametrize("store", ["sqlite", "firestore"])
@pytest.mark.parametrize("reply", [204, 400, LOST])
def test_a_denial_while_it_is_sent_leaves_nothing_either(
    reply: int | httpx.HTTPError, store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It is on its way; what is kept of it afterwards is nobody's."""
    shop = _on(store, tmp_path, request)
    shop.ga4.replies = (reply,)
    shop.ga4.gate.clear()

    async def play() -> tuple[bytes, State]:
        sending = asyncio.create_task(bring(shop, _paid(1)))
        while not shop.ga4.bodies:  # noqa: ASYNC110 - GA4 has no event of its own
            await asyncio.sleep(0.01)
        await _deny(shop, "cus_1")
        shop.ga4.gate.set()
        await asyncio.wait_for(sending, 30)
        (entry,) = await shop.history.stores.ledger.mentioning(["pi_1"])
        return await kept(shop), entry.state

    after, state = run_fast(play())

    assert identity_in(after) == []
    assert state in (State.DELIVERED, State.REJECTED, State.UNCERTAIN)


@pytest.mark.parametrize("store", ["sqlite", "firestore"])
def test_nobody_else_loses_anything(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Another customer, one who granted later, and another account's order of the same number."""
    shop = _on(store, tmp_path, request)
    number = {"metadata": {**_BUYER, "order_id": "ORD-9"}}

    async def play() -> list[Document]:
        await bring(shop, _paid(1, customer="cus_2", client_reference_id="spring"))
        await bring(shop, _paid(2, customer="cus_3", client_reference_id="spring"))
        await bring(
            shop,
            Said(
                "session",
                account="acct_1",
                fields={**number, "customer": "cus_4", "payment_intent": "pi_4"},
            ),
        )
        theirs = {**number, "id": "cs_5", "payment_intent": "pi_5", "customer": "cus_5"}
        await bring(shop, Said("session", account="acct_2", fields=theirs))
        for each in ("cus_3", "cus_4"):
            await _deny(shop, each)
        return await _documents(shop.history.stores)

    orders = {
        order.customer_ref: order
        for record in _records(run_fast(play()))
        if (order := read_order(record)) and order.references
    }

    assert orders["cus_2"].context.client_id == CLIENT
    assert orders["cus_5"].context.client_id == CLIENT
    for denier in ("cus_3", "cus_4"):
        assert orders[denier].context.consent.analytics is Choice.DENIED
        assert orders[denier].context.client_id is None


def _records(documents: Sequence[Document]) -> list[bytes]:
    return [
        record["purchase"]
        for each in documents
        for record in each.fields.get("records", {}).values()
    ]


def test_what_a_page_denies_is_its_own_order(tmp_path: Path) -> None:
    """Nobody signs its word: another order of the customer, and the renewals, stay as they are."""
    shop = shop_in(tmp_path)

    async def play() -> list[Document]:
        await bring(shop, Said("session", "granted", fields={"metadata": _BUYER}))
        await bring(shop, _paid(2))
        await browse(captures_at(shop, tmp_path), {"references": [SESSION], **_DENIED})
        return await _documents(shop.history.stores)

    orders = {o.transaction_id: o for r in _records(run_fast(play())) if (o := read_order(r))}

    assert orders["pi_1"].context.client_id is None
    assert orders["pi_2"].context.client_id == CLIENT


def test_a_later_grant_keeps_what_it_grants(tmp_path: Path) -> None:
    """A denial that is older than an order's own dated grant takes nothing from it."""
    shop = shop_in(tmp_path)

    async def play() -> bytes:
        told = {**_BUYER, "ga_consent_analytics": "granted", "ga_captured_at": str(_SECONDS - 60)}
        await bring(shop, Said("session", fields={"metadata": told}))
        old = {"references": ["cus_1"], "captured_at": _SECONDS - 3600, **_DENIED}
        await sign(captures_at(shop, tmp_path), old)
        return await kept(shop)

    assert identity_in(run_fast(play()))
