"""Whatever is wrong in GA4's books is found."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tools.demo.audit import Audit, audit
from tools.traffic.books import Books, Entry

ENTRY = Entry(
    transaction_id="T-1",
    currency="EUR",
    value=Decimal("18.00"),
    tax=Decimal("4.60"),
    shipping=Decimal("5.00"),
    client_id="1.2",
    session_id="1795000000",
)
BOOKS = Books({"T-1": ENTRY})
PARAMS: dict[str, Any] = {
    "transaction_id": "T-1",
    "currency": "EUR",
    "value": 18.0,
    "tax": 4.6,
    "shipping": 5,
    "session_id": "1795000000",
    "mp_attribution": "session",
}


def event(client_id: str = "1.2", *, name: str = "purchase", **changed: object) -> dict[str, Any]:
    """A collected purchase, right unless changed; None leaves a parameter out."""
    params = {name: value for name, value in {**PARAMS, **changed}.items() if value is not None}
    body = {"client_id": client_id, "events": [{"name": name, "params": params}]}
    return {"body": body, "verdict": "ok", "findings": []}


def audited(*events: dict[str, Any], books: Books = BOOKS) -> Audit:
    """The comparison with what was collected."""
    return audit(books, json.dumps(events).encode())


def test_right_books_balance() -> None:
    """A purchase that is as the shop's books say is no difference."""
    found = audited(event())

    assert found.differences == ()
    purchases = found.purchases
    assert (purchases.shop, purchases.ga4, purchases.copies, found.orphans) == (1, 1, 0, 0)
    assert purchases.balances["EUR"].shop == purchases.balances["EUR"].ga4 == Decimal("18.00")
    assert str(purchases.balances["EUR"].ga4) == "18.00"


def test_copies_count_once_and_are_told() -> None:
    """GA4 shows a transaction once; the copies are shown beside."""
    found = audited(event(), event())

    assert found.differences == ()
    purchases = found.purchases
    assert (purchases.ga4, purchases.sent, purchases.copies) == (1, 2, 1)
    balance = purchases.balances["EUR"]
    assert (balance.ga4, balance.raw) == (Decimal(18), Decimal(36))


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"value": 18.01}, "T-1: value is 18.01, in the shop's books 18.00"),
        ({"value": "much"}, "T-1: value is NaN, in the shop's books 18.00"),
        ({"tax": None}, "T-1: tax is 0, in the shop's books 4.60"),
        ({"shipping": 6}, "T-1: shipping is 6, in the shop's books 5.00"),
        ({"currency": "eur"}, "T-1: currency is eur, in the shop's books EUR"),
        ({"client_id": "3.4"}, "T-1: client_id is 3.4, in the shop's books 1.2"),
        ({"session_id": None}, "T-1: session_id is none, in the shop's books 1795000000"),
        (
            {"purchase_type": "subscription_renewal"},
            "T-1: renewal is True, in the shop's books False",
        ),
        ({"mp_attribution": "generated"}, "T-1: orphan is True, in the shop's books False"),
    ],
)
def test_anything_else_than_in_the_books_is_a_difference(
    changed: dict[str, Any], difference: str
) -> None:
    """Money, currency, browser and session have to be as the shop knows them."""
    assert audited(event(**changed)).differences == (difference,)


def test_a_copy_with_other_money_is_a_difference() -> None:
    """Which copy GA4 keeps is not ours to choose: all have to be right."""
    assert len(audited(event(), event(value=1)).differences) == 1


def test_a_lost_purchase_is_a_difference() -> None:
    """What the shop earned and GA4 does not show is missing."""
    found = audited()

    assert found.differences == ("T-1: GA4 has no such purchase",)
    balance = found.purchases.balances["EUR"]
    assert (balance.shop, balance.ga4) == (Decimal(18), Decimal(0))


def test_what_was_denied_must_not_be_there() -> None:
    """A payment of somebody who denied consent is a difference as soon as GA4 has it."""
    books = Books({}, denied=frozenset({"T-1"}))

    assert audited(books=books).differences == ()
    found = audited(event(), books=books)
    assert found.differences == ("T-1: GA4 has it, and its buyer denied consent",)
    assert (found.denied, found.denied_at_ga4) == (1, 1)
    refunded = audited(event(name="refund"), books=books)
    assert refunded.differences == ("T-1: a refund of 18.0 EUR is not in the shop's books",)
    assert refunded.denied_at_ga4 == 1


def test_one_providers_books_are_compared_with_its_own_events() -> None:
    """What is about other sales is others' to compare."""
    events = json.dumps([event(), event(transaction_id="T-2")]).encode()
    found = audit(BOOKS, events, about={"T-1"})

    assert found.differences == ()
    assert (found.purchases.ga4, sum(found.verdicts.values())) == (1, 1)


def test_an_invented_purchase_is_a_difference() -> None:
    """What GA4 shows and the shop never earned is named, its currency too."""
    found = audited(event(), event(transaction_id="T-2", currency="USD"))

    assert found.differences == ("T-2: not in the shop's books",)
    balance = found.purchases.balances["USD"]
    assert (balance.shop, balance.ga4) == (Decimal(0), Decimal(18))


def test_purchases_without_id_are_all_counted() -> None:
    """GA4 cannot tell such purchases apart from others, so each is one more."""
    found = audited(event(), event(transaction_id=None), event(transaction_id=None))

    assert found.purchases.ga4 == 3
    assert found.differences == ("a purchase without id: not in the shop's books",)


def test_orphans_are_counted_and_forgiven_where_nothing_was_known() -> None:
    """An order of which the shop knew no browser may be an orphan; it is counted."""
    unknown = Entry("T-1", "EUR", Decimal(18), Decimal("4.6"), Decimal(5), None, None)
    books = Books({"T-1": unknown})
    found = audited(event(session_id=None, mp_attribution="generated"), books=books)

    assert found.differences == ()
    assert (found.orphans, found.unknown_visits) == (1, 1)
    assert audited(event(client_id=""), books=books).orphans == 1


def test_a_request_with_errors_is_a_difference() -> None:
    """Even where the money is right, GA4 must not be sent what it would drop."""
    finding = {"level": "error", "path": "client_id", "code": "VALUE_INVALID", "message": "…"}
    found = audited({**event(), "verdict": "error", "findings": [finding]})

    assert found.differences == ("a request GA4 would not take as it is: client_id VALUE_INVALID",)
    assert found.verdicts == {"error": 1}


@pytest.mark.parametrize("body", [None, "text", [], {}, {"events": [1, {"name": "purchase"}]}])
def test_other_bodies_are_no_purchases(body: object) -> None:
    """Anything may have been collected."""
    found = audited({"body": body, "verdict": "ok", "findings": []}, books=Books({}))

    assert (found.purchases.ga4, found.refunds.ga4, found.differences) == (0, 0, ())
