"""Refunds are compared one by one: GA4 counts every copy of them."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tools.changed import replace
from tools.demo.audit import Audit, audit
from tools.traffic.books import Books, Entry

SALE = Entry(
    transaction_id="T-1",
    currency="EUR",
    value=Decimal("18.00"),
    tax=Decimal("4.60"),
    shipping=Decimal("5.00"),
    client_id="1.2",
    session_id=None,
)
FIRST = replace(SALE, value=Decimal("6.00"), tax=Decimal("1.53"), shipping=Decimal("1.67"))
SECOND = replace(SALE, value=Decimal("6.00"), tax=Decimal("1.54"), shipping=Decimal("1.66"))
BOOKS = Books({"T-1": SALE}, (FIRST, SECOND))


def event(entry: Entry, name: str = "refund", **changed: object) -> dict[str, Any]:
    """What tells an entry, right unless changed; None leaves a parameter out."""
    right = {
        "transaction_id": entry.transaction_id,
        "currency": entry.currency,
        "value": float(entry.value),
        "tax": float(entry.tax),
        "shipping": float(entry.shipping),
        "session_id": entry.session_id,
        "mp_attribution": "client",
    }
    client_id = changed.pop("client_id", entry.client_id)
    params = {key: value for key, value in {**right, **changed}.items() if value is not None}
    body = {"client_id": client_id, "events": [{"name": name, "params": params}]}
    return {"body": body, "verdict": "ok", "findings": []}


def audited(*events: dict[str, Any], books: Books = BOOKS) -> Audit:
    """The comparison with what was collected, the purchase being right."""
    collected = [event(books.entries["T-1"], "purchase"), *events]
    return audit(books, json.dumps(collected).encode())


@pytest.mark.parametrize("order", [(FIRST, SECOND), (SECOND, FIRST)])
def test_right_refunds_balance_in_any_order(order: tuple[Entry, Entry]) -> None:
    """Each entry is there once, whichever came first."""
    found = audited(*map(event, order))

    assert found.differences == ()
    assert (found.refunds.shop, found.refunds.ga4, found.refunds.copies) == (2, 2, 0)
    assert found.refunds.balances["EUR"].shop == found.refunds.balances["EUR"].ga4 == 12


def test_two_refunds_of_the_same_money_are_two() -> None:
    """The books have it twice, so GA4 may."""
    books = Books({"T-1": SALE}, (FIRST, FIRST))

    assert audited(event(FIRST), event(FIRST), books=books).differences == ()
    assert audited(event(FIRST), books=books).differences == ("T-1: GA4 has no refund of 6.00 EUR",)


def test_a_copy_is_a_difference_and_counts() -> None:
    """Unlike a purchase a refund that is sent twice is subtracted twice."""
    found = audited(event(FIRST), event(SECOND), event(SECOND))

    assert found.differences == ("T-1: a refund of 6.0 EUR arrived once too often",)
    assert (found.refunds.ga4, found.refunds.copies) == (3, 1)
    balance = found.refunds.balances["EUR"]
    assert (balance.shop, balance.ga4) == (Decimal(12), Decimal(18))


def test_a_lost_refund_is_a_difference() -> None:
    """What the shop gave back and GA4 does not show is missing."""
    assert audited(event(FIRST)).differences == ("T-1: GA4 has no refund of 6.00 EUR",)


@pytest.mark.parametrize("name", ["T-2", None])
def test_a_refund_of_nothing_is_a_difference(name: str | None) -> None:
    """It is named by its order, if it has any."""
    found = audited(event(FIRST), event(SECOND), event(SECOND, transaction_id=name))

    assert found.differences == (
        f"{name or 'without id'}: a refund of 6.0 EUR is not in the shop's books",
    )
    assert found.refunds.copies == 1


@pytest.mark.parametrize(
    ("changed", "differences"),
    [
        ({"value": 6.01}, ["value is 6.01, in the shop's books 6.00"]),
        ({"value": -6.0}, ["value is -6.0, in the shop's books 6.00"]),
        ({"tax": None}, ["tax is 0, in the shop's books 1.54"]),
        ({"shipping": 1.67}, ["shipping is 1.67, in the shop's books 1.66"]),
        ({"currency": "USD"}, ["currency is USD, in the shop's books EUR"]),
        ({"session_id": "1795000000"}, ["session_id is 1795000000, in the shop's books none"]),
        (
            {"client_id": "3.4"},
            ["client_id is 3.4, in the shop's books 1.2", "client_id is 3.4, of the purchase 1.2"],
        ),
        ({"mp_attribution": "generated"}, ["orphan is True, in the shop's books False"]),
    ],
)
def test_anything_else_than_in_the_books_is_a_difference(
    changed: dict[str, Any], differences: list[str]
) -> None:
    """Money, browser and order have to be the sale's; of a session there is none."""
    found = audited(event(FIRST), event(SECOND, **changed))

    assert found.differences == tuple(f"T-1: refund: {line}" for line in differences)


def test_a_stranger_stays_one_user() -> None:
    """Where no browser was known the refund is the purchase's user's all the same."""
    sale = replace(SALE, client_id=None)
    books = Books({"T-1": sale}, (replace(FIRST, client_id=None),))
    purchase = event(sale, "purchase", client_id="7.8", mp_attribution="generated")
    same, other = (
        event(FIRST, client_id=client_id, mp_attribution="generated")
        for client_id in ("7.8", "9.9")
    )

    assert audit(books, json.dumps([purchase, same]).encode()).differences == ()
    assert audit(books, json.dumps([purchase, other]).encode()).differences == (
        "T-1: refund: client_id is 9.9, of the purchase 7.8",
    )


def test_renewals_are_shown_apart() -> None:
    """They are purchases, and how many of these they are is told."""
    renewal = replace(SALE, is_renewal=True)
    books = Books({"T-1": renewal})
    right = audit(
        books,
        json.dumps([event(renewal, "purchase", purchase_type="subscription_renewal")]).encode(),
    )
    wrong = audit(books, json.dumps([event(renewal, "purchase", session_id="1")]).encode())

    assert right.differences == ()
    assert (right.renewals.shop, right.renewals.ga4, right.purchases.ga4) == (1, 1, 1)
    assert wrong.renewals.ga4 == 0
    assert wrong.differences == (
        "T-1: session_id is 1, in the shop's books none",
        "T-1: renewal is False, in the shop's books True",
    )


def test_other_events_may_arrive_once_and_about_a_sale() -> None:
    """What they are called is not the audit's business; a copy is, and a wrong id."""
    refunds = (event(FIRST), event(SECOND))
    opened = event(SALE, "dispute_opened")

    assert audited(*refunds, opened).differences == ()
    assert audited(*refunds, opened, opened).differences == (
        "dispute_opened: the same event arrived 2 times",
    )
    assert audited(*refunds, event(SALE, "trial", transaction_id="pi_1")).differences == (
        "pi_1: trial: not in the shop's books",
    )
    assert audited(*refunds, event(SALE, "trial", transaction_id=None)).differences == ()
