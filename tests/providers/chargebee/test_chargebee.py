"""Chargebee: which event is the money, how much, and whose."""

import json
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import DomainEvent, Link
from shared.domain.money import Money
from shared.domain.refund import Refund
from shared.errors import MalformedError, UnusableError
from shared.providers.chargebee.events import parse
from shared.providers.chargebee.mapping import map_event
from shared.providers.chargebee.objects import CURRENCIES, EXPONENTS
from shared.providers.chargebee.options import ChargebeeOptions
from shared.webhooks.delivery import VerifiedDelivery
from tests.support.rows import every
from tests.support.strategies import JSON

Json = dict[str, Any]
OPTIONS = ChargebeeOptions()
PAID: Json = {
    "id": "txn_1",
    "type": "payment",
    "status": "success",
    "amount": 2160,
    "currency_code": "EUR",
    "date": 1_795_435_190,
    "linked_invoices": [{"invoice_id": "inv_1", "applied_amount": 2160}],
}
INVOICE: Json = {
    "id": "inv_1",
    "total": 2160,
    "tax": 360,
    "currency_code": "EUR",
    "first_invoice": True,
    "recurring": True,
    "subscription_id": "sub_1",
    "line_items": [{"id": "li_1", "entity_id": "pro", "amount": 1800, "tax_amount": 360}],
}


def envelope(event_type: str, content: object) -> bytes:
    """Return the body of an event."""
    head = {"id": "ev_1", "occurred_at": 1_795_435_195, "event_type": event_type}
    return json.dumps({**head, "object": "event", "api_version": "v2", "content": content}).encode()


def mapped(event_type: str, content: object, options: ChargebeeOptions = OPTIONS) -> DomainEvent:
    """Return what an event means."""
    (event,) = parse(VerifiedDelivery("chargebee", envelope(event_type, content)))
    return map_event(event, options)


def paid(options: ChargebeeOptions = OPTIONS, **content: object) -> Conversion:
    """Return the purchase of a payment."""
    whole = {"transaction": PAID, "invoice": INVOICE, **content}
    found = mapped("payment_succeeded", whole, options)
    assert isinstance(found, Conversion)
    return found


def test_a_payment_of_an_invoice_is_a_purchase() -> None:
    """Value is the total less tax; the items add up to it."""
    found = paid(customer={"id": "cust_1"})

    assert (found.kind, found.purchase_type) == (Kind.PURCHASE, PurchaseType.START)
    assert found.money == Money("EUR", Decimal("21.60"), Decimal("3.60"))
    assert found.money.net == sum(item.price * item.quantity for item in found.items)
    assert (found.transaction_id, found.payment_id) == ("inv_1", "chargebee:txn_1")
    assert (found.customer_references, found.customer_ref) == (("sub_1", "cust_1"), "cust_1")
    assert found.notes == ()


@given(
    total=st.integers(1, 10**7),
    tax_percent=st.integers(0, 30),
    percent=st.integers(1, 100),
)
def test_a_part_of_an_invoice_has_its_part_of_the_tax(
    total: int, tax_percent: int, percent: int
) -> None:
    """To half a cent, and the value and the tax are what was paid, exactly."""
    tax, amount = total * tax_percent // 100, max(1, total * percent // 100)
    found = paid(
        transaction={**PAID, "amount": amount, "linked_invoices": []},
        invoice={**INVOICE, "total": total, "tax": tax},
    )

    assert found.money is not None
    assert found.money.tax is not None
    assert found.money.net + found.money.tax == Decimal(amount).scaleb(-2)
    assert abs(found.money.tax - Decimal(tax * amount) / total / 100) <= Decimal("0.005")


def test_of_two_invoices_the_tax_of_the_known_one_is_taken() -> None:
    """The rest is gross, and a note says so."""
    linked = [
        {"invoice_id": "inv_0", "applied_amount": 1000},
        {"invoice_id": "inv_1", "applied_amount": 1080},
    ]
    found = paid(transaction={**PAID, "amount": 2080, "linked_invoices": linked})

    assert found.money == Money("EUR", Decimal("20.80"), Decimal("1.80"))
    assert "the tax of all but one is not known" in found.notes[0]


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"first_invoice": True}, PurchaseType.START),
        ({"first_invoice": False}, PurchaseType.RENEWAL),
        ({"first_invoice": None}, PurchaseType.RENEWAL),
        ({"first_invoice": False, "recurring": False}, PurchaseType.UPDATE),
        ({"subscription_id": None}, PurchaseType.ONE_TIME),
    ],
)
def test_the_kind_is_what_the_invoice_says(fields: Json, kind: PurchaseType) -> None:
    """Without a subscription it is paid once."""
    assert paid(invoice={**INVOICE, **fields}).purchase_type is kind


@every("currency", sorted(CURRENCIES))
def test_minor_units_are_exact_in_every_currency(currency: str) -> None:
    """By ISO 4217's digits."""
    digits = 0 if currency in EXPONENTS.zero else 3 if currency in EXPONENTS.three else 2
    found = paid(
        transaction={**PAID, "currency_code": currency},
        invoice={**INVOICE, "currency_code": currency},
    )

    assert found.money is not None
    assert found.money.total == Decimal(2160).scaleb(-digits)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("content.transaction", {}),
        ("content.transaction", {"transaction": None}),
        ("content.transaction", {"transaction": "txn_1"}),
        ("content.transaction.id", {"transaction": {**PAID, "id": 7}}),
        ("content.transaction.id", {"transaction": {**PAID, "id": ""}}),
        ("content.transaction.amount", {"transaction": {**PAID, "amount": None}}),
        ("content.transaction.amount", {"transaction": {**PAID, "amount": -1}}),
        ("content.transaction.amount", {"transaction": {**PAID, "amount": "2160"}}),
        ("content.transaction.amount", {"transaction": {**PAID, "amount": 21.6}}),
        ("content.transaction.amount", {"transaction": {**PAID, "amount": True}}),
        ("content.transaction.amount", {"transaction": {**PAID, "amount": 10**30}}),
        ("content.transaction.currency_code", {"transaction": {**PAID, "currency_code": None}}),
        ("content.transaction.currency_code", {"transaction": {**PAID, "currency_code": "XXX"}}),
        ("content.transaction.currency_code", {"transaction": {**PAID, "currency_code": 978}}),
        ("content.transaction.currency_code", {"transaction": {**PAID, "currency_code": "CLF"}}),
        ("content.invoice.total", {"transaction": PAID, "invoice": {**INVOICE, "total": "2160"}}),
        ("content.invoice.tax", {"transaction": PAID, "invoice": {**INVOICE, "tax": 9999}}),
        ("content.invoice.tax", {"transaction": PAID, "invoice": {**INVOICE, "tax": -1}}),
    ],
)
@pytest.mark.parametrize("event_type", ["payment_succeeded"])
def test_money_that_cannot_be_read_names_its_field(
    event_type: str, path: str, content: Json
) -> None:
    """And repeats no value."""
    with pytest.raises(UnusableError) as caught:
        mapped(event_type, content)
    assert path in [place for place, _ in caught.value.faults]


@pytest.mark.parametrize(
    "fields",
    [
        {"transaction": {**PAID, "date": "yesterday"}},
        {"transaction": {**PAID, "linked_invoices": [{"invoice_id": 7}]}},
        {"invoice": {**INVOICE, "line_items": {"li_1": 1}}},
        {"invoice": {**INVOICE, "line_items": [{"amount": 18.5}]}},
        {"invoice": {**INVOICE, "discounts": [7]}},
        {"customer": "cust_1"},
        {"subscription": []},
    ],
)
def test_what_is_beside_the_money_costs_no_payment(fields: Json) -> None:
    """It is left out, and a note says which field it was."""
    found = paid(**fields)

    assert found.money is not None
    assert found.money.net == 18
    assert len(found.notes) == 1
    assert found.notes[0].startswith("content.")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"amount": 0}, "zero amount"),
        ({"status": "failure"}, "not a payment that succeeded"),
        ({"status": "voided"}, "not a payment that succeeded"),
        ({"type": "authorization"}, "not a payment that succeeded"),
    ],
)
def test_what_is_no_payment_is_left_out_with_its_refund(fields: Json, reason: str) -> None:
    """Its refund is no money either."""
    found = mapped("payment_succeeded", {"transaction": {**PAID, **fields}, "invoice": INVOICE})

    assert found == Ignored(reason, uncounted=("txn_1",))


@pytest.mark.parametrize(
    "fields",
    [
        {"refunded_txn_id": "txn_1"},
        {"reference_transaction_id": "txn_1"},
        {"linked_payments": [{"id": "txn_1", "status": "success"}]},
    ],
)
def test_a_refund_names_its_payment_wherever_that_stands(fields: Json) -> None:
    """The invoice is found from the credit note."""
    back = {**PAID, "id": "txn_r", "type": "refund", "linked_invoices": None, **fields}
    note = {"id": "cn_1", "reference_invoice_id": "inv_1"}
    found = mapped("payment_refunded", {"transaction": back, "credit_note": note})

    assert isinstance(found, Refund)
    assert (found.refund_id, found.references) == ("txn_r", ("txn_1",))
    assert (found.transaction_id, found.fallback_transaction_id) == ("inv_1", "inv_1")
    assert found.money == Money("EUR", Decimal("21.60"))


def test_a_refund_that_names_nothing_is_ignored() -> None:
    """There is nothing to take it from."""
    back = {**PAID, "id": "txn_r", "type": "refund", "linked_invoices": None}

    assert mapped("payment_refunded", {"transaction": back}) == Ignored("a refund of no payment")


@pytest.mark.parametrize("status", ["voided", "late_failure"])
def test_a_payment_that_did_not_hold_and_its_reversal_are_one_refund(status: str) -> None:
    """Under one id, whichever comes first."""
    gone = mapped("transaction_updated", {"transaction": {**PAID, "status": status}})
    linked = [{"id": "txn_1", "status": status}]
    back = {**PAID, "id": "txn_b", "type": "payment_reversal", "linked_payments": linked}
    reversal = mapped("transaction_created", {"transaction": back})

    assert isinstance(gone, Refund)
    assert isinstance(reversal, Refund)
    assert gone.refund_id == reversal.refund_id == "txn_1:reversal"
    assert gone.references == reversal.references == ("txn_1",)


def test_a_denial_of_the_customer_or_of_the_subscription_counts() -> None:
    """In custom fields and in metadata, in an object or in a text; and what is unreadable."""
    granted = {"ga_consent_analytics": "granted"}
    for denying in (
        {"cf_ga_consent_analytics": "denied"},
        {"CF_GA_Consent_Analytics": "denied"},
        {"meta_data": {"ga_consent_analytics": "no"}},
        {"meta_data": '{"ga_consent_analytics": "denied"}'},
        {"meta_data": ["?"]},
        {"meta_data": 7},
    ):
        found = paid(
            subscription={"id": "sub_1", "meta_data": granted},
            customer={"id": "cust_1", **denying},
        )
        assert found.context.consent.analytics is Choice.DENIED, denying


def test_only_the_first_payment_takes_an_id_of_the_shops() -> None:
    """From `meta_data` of the subscription alone: a buyer may write custom fields."""
    own = {"id": "sub_1", "meta_data": {"order_id": "ORDER-1"}}

    assert paid(subscription=own).transaction_id == "ORDER-1"
    later = {**INVOICE, "id": "inv_2", "first_invoice": False}
    assert paid(subscription=own, invoice=later).transaction_id == "inv_2"
    assert paid(subscription={"id": "sub_1", "cf_order_id": "ORDER-1"}).transaction_id == "inv_1"
    customer = {"id": "cust_1", "meta_data": {"order_id": "ORDER-1"}}
    assert paid(customer=customer).transaction_id == "inv_1"


def test_without_the_options_no_life_is_sent() -> None:
    """Not even where it cannot be read."""
    assert isinstance(mapped("subscription_cancelled", {"subscription": {"id": "s"}}), Link)
    assert isinstance(mapped("subscription_cancelled", {"subscription": 7}), Link)
    assert isinstance(mapped("payment_failed", {"transaction": 7}), Ignored)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("body", b"no json"),
        ("body", b"[]"),
        ("id", b'{"event_type": "a", "occurred_at": 1, "content": {}}'),
        ("occurred_at", b'{"id": "1", "event_type": "a", "occurred_at": -1, "content": {}}'),
        ("occurred_at", b'{"id": "1", "event_type": "a", "occurred_at": 1e99, "content": {}}'),
        ("content", b'{"id": "1", "event_type": "a", "occurred_at": 1}'),
    ],
)
def test_what_is_no_event_is_malformed(path: str, body: bytes) -> None:
    """The field is named."""
    with pytest.raises(MalformedError, match=path):
        parse(VerifiedDelivery("chargebee", body))


@given(
    event_type=st.sampled_from(
        ["payment_succeeded", "payment_refunded", "payment_failed", "subscription_cancelled"]
    ),
    transaction=st.dictionaries(st.sampled_from(sorted(PAID)), JSON),
    invoice=st.dictionaries(st.sampled_from(sorted(INVOICE)), JSON),
    options=st.builds(ChargebeeOptions, lifecycle=st.booleans(), disputes=st.booleans()),
)
def test_whatever_stands_in_a_field_has_a_clear_end(
    event_type: str, transaction: Json, invoice: Json, options: ChargebeeOptions
) -> None:
    """A meaning, or the one error that names fields."""
    content = {"transaction": {**PAID, **transaction}, "invoice": {**INVOICE, **invoice}}
    with suppress(UnusableError, MalformedError):
        mapped(event_type, content, options)
