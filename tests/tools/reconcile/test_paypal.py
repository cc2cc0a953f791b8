"""`connectors reconcile paypal` as a person runs it, against PayPal's API on loopback."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.support.api_server import Json
from tests.support.loop import in_a_loop
from tests.support.paypal_server import (
    CLIENT_ID,
    SEARCH,
    SECRET,
    TOKEN,
    PayPalServer,
    capture,
    own_id,
    refund,
    row,
    sale,
)
from tests.tools.reconcile import running
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of

CAPTURED = "paypal PAYMENT.CAPTURE.COMPLETED WH-1"


def ago(days: float) -> datetime:
    """Return a time of so many days ago, to the second."""
    return (NOW - timedelta(days=days)).replace(microsecond=0)


def listed(number: int, days: float = 1, **fields: object) -> Json:
    """Return a capture of the shop's order as the list has it: without tax and shipping."""
    given: Json = {"invoice_id": f"ORDER-{number}", **fields}
    return row(own_id("C", number), ago(days), **given)


async def reconcile(
    folder: Path,
    server: PayPalServer,
    *options: str,
    since: str = running.START,
    **entry: object,
) -> Ran:
    """Run the command in a process of its own."""
    own = {"client_id": CLIENT_ID, **entry}
    providers = entry_of(folder, "paypal", SECRET, **own)
    where = {"PAYMENT_PROVIDERS": providers, "PAYPAL_API": server.url}
    return await running.reconcile(folder, "paypal", where, *options, since=since)


@in_a_loop
async def test_a_lost_webhook_is_found(tmp_path: Path) -> None:
    """With its order and its money; nothing is sent."""
    await delivered(tmp_path, "ORDER-1", source=CAPTURED)
    objects = capture(1, ago(1)) | capture(2, ago(1))
    async with PayPalServer(transactions=[listed(1), listed(2)], objects=objects) as server:
        ran = await reconcile(tmp_path, server, "--json")

    (finding,) = ran.printed["findings"]
    assert (ran.status, ran.words) == (1, {"delivered": 1, "missing": 1})
    assert (finding["word"], finding["transaction_id"]) == ("missing", "ORDER-2")
    assert (finding["value"], finding["source"]) == (
        "18.00 EUR",
        f"PAYMENT.CAPTURE.COMPLETED {own_id('C', 2)}",
    )
    assert ran.ga4 == []


@in_a_loop
async def test_a_repair_sends_what_the_webhooks_would_have_sent_once(tmp_path: Path) -> None:
    """An order less its tax, its refund, a subscription's start and its renewal."""
    transactions = [
        row(own_id("R", 1), ago(0.5), "-10.80", code="T1107", paypal_reference_id=own_id("C", 1)),
        listed(1, 2),
        *(
            row(
                own_id("S", number),
                ago(2.2 - number),
                code="T0002",
                paypal_reference_id="I-1",
                paypal_reference_id_type="SUB",
            )
            for number in (1, 2)
        ),
    ]
    objects = capture(1, ago(2)) | refund(1, 1, ago(0.5)) | sale(1, ago(1.2)) | sale(2, ago(0.2))
    async with PayPalServer(transactions=transactions, objects=objects) as server:
        first = await reconcile(tmp_path, server, "--repair", "--json")
        second = await reconcile(tmp_path, server, "--repair", "--json")

    assert first.words == {"repaired": 4}
    assert first.sent == [
        ("purchase", "ORDER-1", 18.0),
        ("purchase", own_id("S", 1), 18.0),
        ("refund", "ORDER-1", 9.0),
        ("purchase", own_id("S", 2), 18.0),
    ]
    kinds = [e["params"].get("purchase_type") for body in first.ga4 for e in body["events"]]
    assert kinds == ["one_time", "subscription_start", None, "subscription_renewal"]
    assert (second.words, second.ga4, second.status) == ({"delivered": 4}, [], 0)


@in_a_loop
async def test_a_refund_alone_is_missing(tmp_path: Path) -> None:
    """Its purchase is there. What the bank took back counts with the option alone."""
    await delivered(tmp_path, "ORDER-1", source=CAPTURED)
    of = {"paypal_reference_id": own_id("C", 1)}
    transactions = [
        listed(1, 2),
        row(own_id("R", 1), ago(1), "-10.80", code="T1107", **of),
        row(own_id("R", 2), ago(1), "-5.00", code="T1106", **of),
    ]
    objects = capture(1, ago(2)) | refund(1, 1, ago(1)) | refund(2, 1, ago(1), "5.00")
    async with PayPalServer(transactions=transactions, objects=objects) as server:
        plain = await reconcile(tmp_path, server, "--json")
        disputes = await reconcile(tmp_path, server, "--json", disputes=True)

    (finding,) = plain.printed["findings"]
    assert plain.words == {"delivered": 1, "missing": 1}
    assert (finding["event_name"], finding["value"]) == ("refund", "10.80 EUR")
    assert disputes.words == {"delivered": 1, "missing": 2}


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("18.00", {"delivered": 1}),
        ("21.60", {"delivered": 1}),
        ("1.80", {"different": 1}),
    ],
)
@in_a_loop
async def test_the_value_is_held_against_the_order(
    tmp_path: Path, value: str, words: dict[str, int]
) -> None:
    """The list says no tax: the order does. Net and gross are both right."""
    await delivered(tmp_path, "ORDER-1", source=CAPTURED, value=Decimal(value), currency="EUR")
    async with PayPalServer(transactions=[listed(1)], objects=capture(1, ago(1))) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.words == words
    for finding in ran.printed["findings"]:
        assert (finding["value"], finding["reason"]) == ("18.00 EUR", "sent as 1.80 EUR")


@in_a_loop
async def test_what_the_list_says_whole_is_not_asked_for_again(tmp_path: Path) -> None:
    """A shop has thousands of payments; each further question costs time."""
    parts: Json = {
        "sales_tax_amount": {"currency_code": "EUR", "value": "3.60"},
        "shipping_amount": {"currency_code": "EUR", "value": "2.00"},
    }
    await delivered(tmp_path, "ORDER-1", source=CAPTURED, value=Decimal("16.00"), currency="EUR")
    async with PayPalServer(transactions=[listed(1, **parts)]) as server:
        ran = await reconcile(tmp_path, server, "--json")
        asked = set(server.paths)

    assert ran.words == {"delivered": 1}
    assert asked == {TOKEN, SEARCH}


@in_a_loop
async def test_a_payment_that_no_webhook_brings_is_never_called_missing(tmp_path: Path) -> None:
    """A button of before, or another app's: PayPal lists it, and does not show it to this app."""
    transactions = [listed(1, code="T0007"), listed(2, code="T0000")]
    hidden = f"/v2/payments/captures/{own_id('C', 2)}"
    async with PayPalServer(transactions=transactions, refusals={hidden: 403}) as server:
        ran = await reconcile(tmp_path, server, "--repair", "--json")

    assert (ran.status, ran.words, ran.ga4) == (0, {"unverified": 2}, [])
    first, second = (finding["reason"] for finding in ran.printed["findings"])
    assert first.startswith("PayPal lists it, and shows no capture, sale or refund of it")
    assert "the app may not read this payment" in second


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "P"},
        {"status": "D"},
        {"value": "-21.60"},
        {"value": "0.00"},
        {"code": "T0004"},
        {"code": "T1201", "value": "-21.60"},
        {"code": "T1107", "value": "21.60"},
        {"code": "T0200"},
    ],
)
@in_a_loop
async def test_other_movements_are_no_payments(tmp_path: Path, fields: Json) -> None:
    """Pending, denied, sent, of eBay, converted: what a webhook would not bring as money."""
    async with PayPalServer(transactions=[listed(1, **fields)]) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert (ran.status, ran.words) == (0, {})


@in_a_loop
async def test_an_entry_that_paypal_does_not_know_is_named(tmp_path: Path) -> None:
    """Others of last month are shown by their ids; where that is forbidden, nothing is claimed."""
    sold, back = "paypal PAYMENT.SALE.COMPLETED WH-2", "paypal PAYMENT.CAPTURE.REFUNDED WH-3"
    for number in (1, 2, 3):
        await delivered(tmp_path, own_id("C", number), source=CAPTURED, at=ago(1))
    await delivered(tmp_path, "ORDER-9", source=CAPTURED, at=ago(1))  # the shop's own number
    await delivered(tmp_path, own_id("S", 1), source=sold, at=ago(1))
    for number in (1, 2):
        entry: Json = {"event_name": "refund", "source": back, "at": ago(1)}
        await delivered(tmp_path, own_id("R", number), **entry)
    old = capture(1, ago(30), invoice_id=None) | refund(1, 1, ago(30)) | sale(1, ago(30))
    hidden = f"/v2/payments/captures/{own_id('C', 3)}"
    async with PayPalServer(objects=old, refusals={hidden: 403}) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert ran.words == {"unmatched": 2, "unverified": 1}
    unmatched = {f["source"] for f in ran.printed["findings"] if f["word"] == "unmatched"}
    assert unmatched == {CAPTURED, back}


@pytest.mark.parametrize(
    ("seconds", "words"), [(-1, {}), (0, {"missing": 1}), (59, {"missing": 1}), (60, {})]
)
@in_a_loop
async def test_the_beginning_is_included_and_the_end_is_not(
    tmp_path: Path, seconds: int, words: dict[str, int]
) -> None:
    """To the second."""
    begin, at = ago(1), ago(1) + timedelta(seconds=seconds)
    payment = row(own_id("C", 1), at, invoice_id="ORDER-1")
    until = (begin + timedelta(minutes=1)).isoformat()
    async with PayPalServer(transactions=[payment], objects=capture(1, at)) as server:
        ran = await reconcile(tmp_path, server, "--json", "--to", until, since=begin.isoformat())

    assert ran.words == words


@in_a_loop
async def test_what_paypal_does_not_list_yet_is_not_compared(tmp_path: Path) -> None:
    """It takes up to three hours. What the ledger got meanwhile is shown at once."""
    await delivered(tmp_path, own_id("C", 1), source=CAPTURED)
    objects = capture(1, ago(0.05), invoice_id=None)
    async with PayPalServer(transactions=[listed(1, 0.05)], objects=objects) as server:
        ran = await reconcile(tmp_path, server, "--json")
        late = await reconcile(tmp_path, server, "--json", since=ago(0.1).isoformat())

    end = datetime.fromisoformat(ran.printed["to"])
    assert timedelta(hours=3) <= datetime.now(UTC) - end < timedelta(hours=3, minutes=4)
    assert (ran.status, ran.words) == (0, {})
    assert late.status == 2
    assert "--from: what happened is listed only after up to 3 hours" in late.errors


@in_a_loop
async def test_every_page_is_read_and_a_day_with_too_many_in_halves(tmp_path: Path) -> None:
    """PayPal gives 500 rows a page, and 10,000 a question."""
    transactions = [listed(number, 1 + 0.001 * number) for number in range(1, 121)]
    objects: Json = {}
    for number in range(1, 121):
        objects |= capture(number, ago(1))
    async with PayPalServer(transactions=transactions, objects=objects, page=10, most=40) as server:
        ran = await reconcile(tmp_path, server, "--json")
        pages = {q.query["page"] for q in server.questions if q.path == SEARCH}

    assert ran.words == {"missing": 120}
    assert len(pages) > 2


@in_a_loop
async def test_a_token_that_was_withdrawn_is_asked_for_again(tmp_path: Path) -> None:
    """Once; PayPal keeps it for nine hours, unless somebody changed the app."""
    async with PayPalServer(
        transactions=[listed(1)], objects=capture(1, ago(1)), withdrawn=1
    ) as server:
        ran = await reconcile(tmp_path, server, "--json")

    assert (ran.words, server.tokens) == ({"missing": 1}, 2)


@pytest.mark.parametrize(
    ("entry", "printed"),
    [
        ({"client_id": None}, "paypal: client_id and api_key belong together"),
        ({"client_id": "an id"}, "PAYMENT_PROVIDERS paypal.client_id: not a client id"),
    ],
)
@in_a_loop
async def test_a_secret_without_its_app_asks_nothing(
    tmp_path: Path, entry: Json, printed: str
) -> None:
    """Nothing would answer."""
    async with PayPalServer() as server:
        ran = await reconcile(tmp_path, server, "--json", **entry)
        asked = list(server.questions)

    assert (ran.status, asked) == (2, [])
    assert printed in ran.errors
    assert SECRET not in json.dumps(ran.printed) + ran.errors
