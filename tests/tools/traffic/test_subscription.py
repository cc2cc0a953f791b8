"""A subscription's invoices: what they cost, whose they are, and in both shapes the same money."""

from typing import Any

import pytest

from tools.changed import replace
from tools.traffic.customers import Customers
from tools.traffic.sales import PERIOD_SECONDS, Shape, Subscription
from tools.traffic.stripe_sales import invoice_object, subscription_object, subscription_session

NOW = 1_795_000_000


def subscription(seed: int = 1, *, shape: Shape = Shape.SINCE_BASIL) -> Subscription:
    """A subscription that began with a trial."""
    return Customers(seed, now=NOW).subscription(shape, periods=3, has_trial=True)


def test_the_trial_is_free_and_the_rest_is_the_plan() -> None:
    """The first invoice is zero; every other costs the same, a period apart."""
    trial, first, second = map(subscription().invoice, range(3))

    assert (trial.total, trial.tax, trial.net) == (0, 0, 0)
    assert first.total == second.total == subscription().plan.total > 0
    assert second.paid_at - first.paid_at == first.paid_at - trial.paid_at == PERIOD_SECONDS


def test_no_two_invoices_share_an_id() -> None:
    """Each has a payment of its own."""
    invoices = [subscription().invoice(number) for number in range(3)]

    for name in ("id", "payment_intent", "charge"):
        assert len({getattr(invoice, name) for invoice in invoices}) == 3


def test_only_the_sign_up_has_the_shops_own_id() -> None:
    """The subscription's metadata is repeated on renewals: the order id in it is not theirs."""
    found = replace(
        subscription(), has_trial=False, is_repeated=True, references={"order_id": "ORD-1"}
    )

    assert found.invoice(0).transaction_id == "ORD-1"
    assert found.invoice(1).transaction_id == found.invoice(1).id
    assert replace(found, is_repeated=False).invoice(0).transaction_id == found.invoice(0).id


@pytest.mark.parametrize("seed", range(10))
def test_both_shapes_tell_the_same_money(seed: int) -> None:
    """Before basil and since: total, tax, discount and lines add up to what the books have."""
    for shape in Shape:
        invoice = subscription(seed, shape=shape).invoice(1)
        sent = invoice_object(invoice)
        (line,) = sent["lines"]["data"]
        taxes = sent.get("total_taxes") or sent["total_tax_amounts"]
        line_taxes = line["taxes"] if "taxes" in line else line["tax_amounts"]
        discount = sum(part["amount"] for part in sent["total_discount_amounts"])
        included = sum(tax["amount"] for tax in line_taxes) if invoice.tax_included else 0

        assert sent["total"] - sum(tax["amount"] for tax in taxes) == invoice.net
        assert sent["total_excluding_tax"] == invoice.net
        assert line["amount"] - discount - included == invoice.net
        assert line["amount"] == sent["subtotal"] == invoice.shown_subtotal
        assert sent["billing_reason"] == "subscription_cycle"


def test_basil_took_the_links_away() -> None:
    """Before, an invoice names its payment and its subscription; since, only the latter."""
    before = invoice_object(subscription(shape=Shape.BEFORE_BASIL).invoice(1))
    since = invoice_object(subscription().invoice(1))

    assert before["payment_intent"].startswith("pi_")
    assert before["charge"].startswith("ch_")
    assert not {"payment_intent", "charge", "subscription", "paid", "tax"} & since.keys()
    assert before["subscription"] == since["parent"]["subscription_details"]["subscription"]
    assert "parent" not in before


def test_metadata_is_where_the_shop_put_it() -> None:
    """In the session always; in subscription and invoices where the shop said it twice."""
    twice = replace(subscription(), is_repeated=True, references={"order_id": "ORD-1"})
    once = replace(twice, is_repeated=False)

    def places(found: Subscription) -> list[dict[str, Any]]:
        details = invoice_object(found.invoice(1))["parent"]["subscription_details"]
        return [
            subscription_session(found)["metadata"],
            subscription_object(found)["metadata"],
            details["metadata"],
        ]

    assert [place.get("order_id") for place in places(twice)] == ["ORD-1"] * 3
    assert [place.get("order_id") for place in places(once)] == ["ORD-1", None, None]
