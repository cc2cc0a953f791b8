"""`connectors reconcile woocommerce` as a person runs it, against a shop's API on loopback."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.api_server import Json
from tests.support.loop import in_a_loop
from tests.support.woocommerce_server import KEY, ORDERS, WooCommerceServer
from tests.tools.reconcile import running
from tests.tools.reconcile.records import ordered
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of

SOURCE: Final = "woocommerce order.updated 1-20261125T120000"


async def reconcile(
    folder: Path,
    server: WooCommerceServer,
    *options: str,
    since: str = running.START,
    key: str = KEY,
    **entry: object,
) -> Ran:
    """Run the command in a process of its own."""
    chosen = {"shop": "shop.example.com", **entry}
    providers = entry_of(folder, "woocommerce", key, **chosen)
    where = {"PAYMENT_PROVIDERS": providers, "WOOCOMMERCE_API": server.url}
    return await running.reconcile(folder, "woocommerce", where, *options, since=since)


def gmt(at: datetime) -> str:
    """Return a time as WooCommerce writes it, without a zone."""
    return at.strftime("%Y-%m-%dT%H:%M:%S")


def ago(days: float) -> str:
    """Return a time some days ago as WooCommerce writes it."""
    return gmt(NOW - timedelta(days=days))


def back(number: int, total: str = "-13.80") -> Json:
    """Return a refund as an order lists it."""
    return {"id": number, "reason": "", "total": total}


@in_a_loop
async def test_a_lost_webhook_is_found(tmp_path: Path) -> None:
    """Whatever topic brought the others; nothing is sent, and no person is asked for."""
    orders = [ordered(n) for n in (1, 2, 3)]
    await delivered(tmp_path, "1", source=SOURCE)
    await delivered(tmp_path, "3", source="woocommerce order.created 3-20261125T120000")
    async with WooCommerceServer(orders=orders) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.status, ran.words) == (1, {"delivered": 2, "missing": 1})
    assert (finding["word"], finding["transaction_id"]) == ("missing", "2")
    assert finding["value"] == "18.00 EUR"
    assert ran.ga4 == []
    assert "billing" not in server.questions[0].query["_fields"].split(",")


@in_a_loop
async def test_a_repair_sends_what_the_webhooks_would_have_sent_once(tmp_path: Path) -> None:
    """A renewal, and an order that is first seen already refunded; then nothing is left to do."""
    renewal = ordered(2, created_via="subscription", days_ago=2)
    refunded = ordered(1, refunds=[back(7), back(8)], date_modified_gmt=ago(0.5))
    orders = [renewal, refunded, ordered(3, status="on-hold", date_paid_gmt=None)]
    made = {7: ago(0.6), 8: ago(0.5)}
    async with WooCommerceServer(orders=orders, refunds=made, page=1) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    assert first.words == {"repaired": 4}
    assert first.sent == [
        ("purchase", "1", 18.0),
        ("refund", "1", 9.0),
        ("refund", "1", 9.0),
        ("purchase", "2", 18.0),
    ]
    assert (second.words, second.ga4, second.status) == ({"delivered": 4}, [], 0)


@in_a_loop
async def test_a_refund_is_asked_when_it_was_made(tmp_path: Path) -> None:
    """The order says it of none of them. What was made before the span is of another time."""
    order = ordered(1, days_ago=9, refunds=[back(7), back(8)], date_modified_gmt=ago(0.5))
    async with WooCommerceServer(orders=[order], refunds={7: ago(8), 8: ago(1)}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert ran.words == {"missing": 1}
    assert (finding["event_name"], finding["value"]) == ("refund", "13.80 EUR")
    assert finding["source"] == "order.refund 1-refund-8"
    assert finding["occurred_at"] == f"{ago(1)}+00:00"
    assert sorted(p for p in server.paths if "refunds" in p) == [
        f"{ORDERS}/1/refunds/7",
        f"{ORDERS}/1/refunds/8",
    ]


@in_a_loop
async def test_another_amount_than_was_sent_is_named(tmp_path: Path) -> None:
    """With both, whichever topic brought it; gross would be right too."""
    for number, value, topic in ((1, "1.80", "created"), (2, "27.60", "updated")):
        money: dict[str, Any] = {"value": Decimal(value), "currency": "EUR"}
        source = f"woocommerce order.{topic} {number}-20261125T120000"
        await delivered(tmp_path, str(number), source=source, **money)
    async with WooCommerceServer(orders=[ordered(1), ordered(2)]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.words, ran.status) == ({"delivered": 1, "different": 1}, 1)
    assert (finding["value"], finding["reason"]) == ("18.00 EUR", "sent as 1.80 EUR")


@in_a_loop
async def test_an_entry_that_no_order_stands_behind_is_named(tmp_path: Path) -> None:
    """An order that is nowhere, and a refund that its order does not list."""
    orders = [ordered(1, days_ago=2, refunds=[back(7)])]
    async with WooCommerceServer(orders=orders, refunds={7: ago(1)}) as server:
        await reconcile(tmp_path, server, "--repair", "--json")
        await delivered(tmp_path, "99", source=SOURCE)
        server.orders[0]["refunds"] = []
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.words == {"delivered": 1, "unmatched": 2}
    assert {each["event_name"] for each in ran.printed["findings"]} == {"purchase", "refund"}


@in_a_loop
async def test_a_span_is_of_when_it_was_paid(tmp_path: Path) -> None:
    """Its start is in it. An order that changed since is there all the same; times are GMT."""
    start = (NOW - timedelta(days=3)).replace(microsecond=0)
    before = gmt(start - timedelta(seconds=1))
    orders = [
        ordered(1, date_paid_gmt=gmt(start), date_modified_gmt=ago(0.1)),
        ordered(2, date_paid_gmt=before, date_modified_gmt=ago(0.1)),
        ordered(3, date_paid_gmt=gmt(start), date_modified_gmt=gmt(start)),
    ]
    async with WooCommerceServer(orders=orders) as server:
        ran = await reconcile(tmp_path, server, "--json", since=start.isoformat())
        end = await reconcile(
            tmp_path, server, "--json", "--to", start.isoformat(), since=ago(6) + "Z"
        )

    assert {each["transaction_id"] for each in ran.printed["findings"]} == {"1", "3"}
    assert {each["transaction_id"] for each in end.printed["findings"]} == {"2"}


@pytest.mark.parametrize("has_totals", [True, False])
@in_a_loop
async def test_orders_that_get_into_the_list_meanwhile_hide_none(
    tmp_path: Path, *, has_totals: bool
) -> None:
    """They move others to a later page: one of these comes twice, and counts once."""
    orders = [ordered(n) for n in range(10, 17)]
    appearing = [ordered(1), ordered(2), ordered(17)]
    server = WooCommerceServer(orders=orders, page=2, appearing=appearing, has_totals=has_totals)
    async with server:
        ran = await reconcile(tmp_path, server, "--json")

    assert {each["transaction_id"] for each in ran.printed["findings"]} >= {
        *map(str, range(10, 18))
    }


@pytest.mark.parametrize("vanishing", [[(1,), (2,), (3,)], [(), (1, 2, 3, 4)], [(), (), (1, 3)]])
@in_a_loop
async def test_orders_that_leave_the_list_meanwhile_hide_none(
    tmp_path: Path, vanishing: list[tuple[int, ...]]
) -> None:
    """They move others to a page that was read before: it is read again."""
    orders = [ordered(n) for n in range(1, 10)]
    async with WooCommerceServer(orders=orders, page=2, vanishing=vanishing) as server:
        ran = await reconcile(tmp_path, server, "--json")

    found = {each["transaction_id"] for each in ran.printed["findings"]}
    assert found >= {"5", "6", "7", "8", "9"}


@in_a_loop
async def test_a_list_that_never_stands_still_ends_it(tmp_path: Path) -> None:
    """It would be read for ever."""
    orders = [ordered(n) for n in range(1, 60)]
    vanishing = [(n,) for n in range(1, 50)]
    async with WooCommerceServer(orders=orders, page=1, vanishing=vanishing) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.status == 1
    assert "WooCommerce's orders change while they are read" in ran.errors


@pytest.mark.parametrize(
    ("entry", "key", "printed"),
    [
        ({"shop": None}, KEY, "woocommerce.shop: missing; api_key is for one shop"),
        ({"shop": "http://shop.example.com"}, KEY, "woocommerce: shop takes the shop's address"),
        ({"shop": "10.0.0.1"}, KEY, "woocommerce: shop takes the shop's address"),
        ({}, "ck_only", "PAYMENT_PROVIDERS woocommerce.api_key: takes ck_…:cs_…"),
    ],
)
@in_a_loop
async def test_a_key_goes_to_one_shop(tmp_path: Path, entry: Json, key: str, printed: str) -> None:
    """And nothing is asked where the settings do not fit."""
    async with WooCommerceServer() as server:
        ran = await reconcile(tmp_path, server, "--json", key=key, **entry)

    assert (ran.status, server.questions) == (2, [])
    assert printed in ran.errors
    assert key not in ran.errors


@pytest.mark.parametrize("order", [{"id": 5, "date_paid_gmt": "2026"}, {"id": "x"}])
@in_a_loop
async def test_an_order_that_cannot_be_read_is_no_payment(tmp_path: Path, order: Json) -> None:
    """It is named as what its webhook would be: money that is not read, or nothing."""
    broken = {**ordered(1), **order, "total": "much"}
    async with WooCommerceServer(orders=[broken]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.status == 1
    assert ran.words == {"missing": 1}
