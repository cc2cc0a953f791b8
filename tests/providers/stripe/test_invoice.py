"""A paid invoice is the money of everything that has a subscription."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType, Source
from shared.domain.event import DomainEvent
from shared.domain.item import Item
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.stripe import StripeOptions
from tests.providers.stripe.shapes import (
    EVERYTHING,
    domain_event,
    new_invoice,
    new_line,
    old_invoice,
    old_line,
    snapshot,
)
from tests.support.builders import NOW, SECONDS
from tests.support.stripe_json import Json
from tools.changed import replace

BY_DEFAULT = StripeOptions()
SHAPES = pytest.mark.parametrize("new", [False, True], ids=["before basil", "since basil"])


def invoice(*, new: bool, **fields: object) -> Json:
    """Return an invoice in one of the two shapes."""
    return new_invoice(**fields) if new else old_invoice(**fields)


def paid(subject: Json, options: StripeOptions = BY_DEFAULT) -> DomainEvent:
    """Return what `invoice.paid` around an invoice means."""
    return domain_event(subject, "invoice.paid", options)


def purchase_of(subject: Json, options: StripeOptions = BY_DEFAULT) -> Conversion:
    """Return the purchase of a paid invoice."""
    found = paid(subject, options)
    assert isinstance(found, Conversion)
    return found


def test_a_renewal_is_a_purchase_of_its_own() -> None:
    """Every field of it, once."""
    assert purchase_of(old_invoice()) == Conversion(
        kind=Kind.PURCHASE,
        transaction_id="in_1",
        business_key="in_1",
        money=Money("EUR", Decimal("11.90"), Decimal("1.90")),
        occurred_at=NOW - timedelta(minutes=1),
        context=Context(client_id="1.2"),
        source=Source("stripe", "evt_1", "invoice.paid"),
        items=(Item(Decimal(10), Decimal(1), "prod_1", "Pro", line="il_1"),),
        references=("in_1", "pi_1", "ch_1"),
        customer_references=("sub_1", "cus_1"),
        customer_ref="cus_1",
        purchase_type=PurchaseType.RENEWAL,
        payment_id="stripe:in_1",
    )


OLD_SNAPSHOT, NEW_SNAPSHOT = snapshot({"order_id": "ORD-9", "ga_client_id": "5.6"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({}, {}, id="a renewal"),
        pytest.param(
            {"billing_reason": "subscription_create", **OLD_SNAPSHOT},
            {"billing_reason": "subscription_create", **NEW_SNAPSHOT},
            id="a start, with metadata",
        ),
        pytest.param(
            {"subscription": {"id": "sub_1"}, "customer": {"id": "cus_1"}},
            {
                "parent": {
                    "type": "subscription_details",
                    "subscription_details": {
                        "metadata": {"ga_client_id": "1.2"},
                        "subscription": {"id": "sub_1"},
                    },
                },
                "customer": {"id": "cus_1"},
            },
            id="expanded",
        ),
        pytest.param(
            {"customer": None}, {"customer": None, "customer_account": None}, id="a guest"
        ),
        pytest.param(
            {
                "total": 1000,
                "tax": 160,
                "total_tax_amounts": [{"amount": 160, "inclusive": True}],
                "lines": {"data": [old_line(tax_amounts=[{"amount": 160, "inclusive": True}])]},
            },
            {
                "total": 1000,
                "total_taxes": [{"amount": 160, "tax_behavior": "inclusive"}],
                "lines": {"data": [new_line(taxes=[{"amount": 160, "tax_behavior": "inclusive"}])]},
            },
            id="inclusive tax",
        ),
        pytest.param(
            {"total": 1000, "tax": None, "total_tax_amounts": []},
            {"total": 1000, "total_taxes": []},
            id="no tax",
        ),
        pytest.param(
            {"discount": {"coupon": {"id": "SUMMER"}, "promotion_code": None}},
            {"discounts": [{"id": "di_1", "source": {"coupon": "SUMMER"}}]},
            id="a coupon, expanded",
        ),
        pytest.param(
            {"shipping_cost": {"amount_total": 595, "amount_tax": 95}, "total": 1785, "tax": 285}
            | {"total_tax_amounts": [{"amount": 285, "inclusive": False}]},
            {"shipping_cost": {"amount_total": 595, "amount_tax": 95}, "total": 1785}
            | {"total_taxes": [{"amount": 285, "tax_behavior": "exclusive"}]},
            id="shipping",
        ),
        pytest.param(
            {"lines": {"data": [old_line(price=None)]}},
            {"lines": {"data": [new_line()]}},
            id="a plan of before there were prices",
        ),
        pytest.param(
            {"lines": {"data": [old_line(2000), old_line(-1000, proration=True)]}},
            {
                "lines": {
                    "data": [
                        new_line(2000),
                        new_line(
                            -1000,
                            parent={"subscription_item_details": {"proration": True}},
                        ),
                    ]
                }
            },
            id="a proration",
        ),
    ],
)
def test_both_shapes_tell_the_same(old: Json, new: Json) -> None:
    """But for the intent and the charge, which only the old one names."""
    before, since = purchase_of(old_invoice(**old)), purchase_of(new_invoice(**new))

    assert replace(before, references=()) == replace(since, references=())
    assert since.references == tuple(r for r in before.references if r not in ("pi_1", "ch_1"))


@SHAPES
@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("subscription_create", PurchaseType.START),
        ("subscription_cycle", PurchaseType.RENEWAL),
        ("subscription", PurchaseType.RENEWAL),
        ("subscription_update", PurchaseType.UPDATE),
        ("subscription_threshold", PurchaseType.USAGE),
    ],
)
def test_the_reason_says_which_kind_of_purchase(
    reason: str, kind: PurchaseType, *, new: bool
) -> None:
    """Renewals must not look like new buyers."""
    assert purchase_of(invoice(new=new, billing_reason=reason)).purchase_type is kind


@SHAPES
@pytest.mark.parametrize("reason", ["manual", "upcoming", "a reason of the future", None])
def test_other_invoices_are_money_only_by_choice(reason: str | None, *, new: bool) -> None:
    """Checkout makes one of its own beside the session, which is the money."""
    subject = without_subscription(new=new, billing_reason=reason)

    ignored = paid(subject)

    assert isinstance(ignored, Ignored)
    assert ignored.reason == "invoices without a subscription are not taken as money"
    assert "in_1" in ignored.uncounted
    assert purchase_of(subject, StripeOptions(invoices=True)).purchase_type is PurchaseType.INVOICE


@SHAPES
@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("manual", PurchaseType.UPDATE),
        ("quote_accept", PurchaseType.START),
        ("automatic_pending_invoice_item_invoice", PurchaseType.USAGE),
    ],
)
def test_an_invoice_with_a_subscription_is_the_subscriptions(
    reason: str, kind: PurchaseType, *, new: bool
) -> None:
    """Nobody has to opt in to it."""
    assert purchase_of(invoice(new=new, billing_reason=reason)).purchase_type is kind


def without_subscription(*, new: bool, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an invoice that no subscription made."""
    nothing = {"parent": None} if new else {"subscription": None, "subscription_details": None}
    return invoice(new=new, **nothing, **fields)


@SHAPES
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        pytest.param({"status": "open", "paid": False}, "not paid", id="open"),
        pytest.param({"status": None, "paid": None}, "not paid", id="nothing says it is paid"),
        pytest.param({"total": 0, "amount_paid": 0}, "zero amount", id="a trial"),
        pytest.param(
            {"total": -500, "amount_paid": 0}, "negative amount: a credit", id="a downgrade"
        ),
        pytest.param(
            {"amount_paid": 0},
            "nothing was paid: it was settled by credit",
            id="paid from the customer's balance",
        ),
    ],
)
def test_an_invoice_without_money_is_ignored(fields: Json, reason: str, *, new: bool) -> None:
    """With the reason, for the answer and the log."""
    found = paid(invoice(new=new, **fields))

    assert isinstance(found, Ignored)
    assert found.reason == reason


@SHAPES
def test_a_refund_of_what_credit_settled_is_left_out_too(*, new: bool) -> None:
    """GA4 does not have the purchase."""
    subject = invoice(new=new, amount_paid=0)
    found = paid(subject)

    assert isinstance(found, Ignored)
    assert found.uncounted[0] == subject["id"]


@SHAPES
def test_what_the_balance_paid_is_money_by_choice(*, new: bool) -> None:
    """By default it was counted when the credit was bought."""
    found = purchase_of(invoice(new=new, amount_paid=0), StripeOptions(balance_paid=True))

    assert found.money == Money("EUR", Decimal("11.90"), Decimal("1.90"))


@pytest.mark.parametrize(
    "subject",
    [
        pytest.param(old_invoice(amount_paid=0, paid_out_of_band=True), id="before basil"),
        pytest.param(new_invoice(amount_paid=1190, amount_paid_off_stripe=1190), id="since basil"),
        pytest.param(old_invoice(amount_paid=None), id="not told"),
        pytest.param(old_invoice(status=None), id="paid, by the old flag alone"),
    ],
)
def test_money_that_came_another_way_counts(subject: Json) -> None:
    """Cash and bank transfers are revenue; the whole invoice is."""
    assert purchase_of(subject).money == Money("EUR", Decimal("11.90"), Decimal("1.90"))


@SHAPES
@pytest.mark.parametrize(
    ("fields", "options", "total", "tax"),
    [
        ({"amount_paid": 595}, StripeOptions(), "5.95", "0.95"),
        ({"amount_paid": 595}, StripeOptions(balance_paid=True), "11.90", "1.90"),
        (
            {"amount_paid": 595, "pre_payment_credit_notes_amount": 595},
            StripeOptions(balance_paid=True),
            "5.95",
            "0.95",
        ),
        ({"amount_paid": 2000}, StripeOptions(), "11.90", "1.90"),
        ({"amount_paid": 2380, "starting_balance": 1190}, StripeOptions(), "23.80", "3.80"),
        ({"amount_paid": 2380, "starting_balance": -1190}, StripeOptions(), "11.90", "1.90"),
    ],
)
def test_what_was_collected_counts(
    fields: Json, options: StripeOptions, total: str, tax: str, *, new: bool
) -> None:
    """The rest was credited before, or paid from a balance; tax and items in proportion.

    What the balance owed is collected with it; what was paid too much becomes a credit.
    """
    found = purchase_of(invoice(new=new, **fields), options)

    assert found.money == Money("EUR", Decimal(total), Decimal(tax))
    assert sum(item.price * item.quantity for item in found.items) in (0, found.money.net)


@SHAPES
@pytest.mark.parametrize(
    "fields",
    [
        {"lines": []},
        {"lines": {"data": [{"amount": "x"}]}},
        {"lines": {"data": [{"amount": 1, "quantity": -1}]}},
        {"lines": {"data": [{"amount": 10**13}]}},
        {"status_transitions": {"paid_at": 10**15}},
        {"attempt_count": "x"},
    ],
)
def test_a_field_beside_the_money_never_costs_the_payment(fields: Json, *, new: bool) -> None:
    """It is left out."""
    found = purchase_of(invoice(new=new, **fields))

    assert found.money == Money("EUR", Decimal("11.90"), Decimal("1.90"))


@pytest.mark.parametrize(
    ("fields", "money"),
    [
        pytest.param(
            {"total_taxes": None}, Money("EUR", Decimal("11.90"), Decimal(0)), id="no taxes told"
        ),
        pytest.param(
            {
                "total_taxes": [
                    {"amount": 100, "tax_behavior": "exclusive"},
                    {"amount": 90, "tax_behavior": "inclusive"},
                    {"amount": 0, "tax_behavior": "a behavior of the future"},
                ]
            },
            Money("EUR", Decimal("11.90"), Decimal("1.90")),
            id="several taxes",
        ),
        pytest.param(
            {"currency": "jpy"}, Money("JPY", Decimal(1190), Decimal(190)), id="no decimals"
        ),
        pytest.param(
            {"currency": "kwd"},
            Money("KWD", Decimal("1.190"), Decimal("0.190")),
            id="three decimals",
        ),
        pytest.param(
            {"currency": "isk"}, Money("ISK", Decimal("11.90"), Decimal("1.90")), id="isk"
        ),
    ],
)
def test_the_money_is_the_total_in_its_parts(fields: Json, money: Money) -> None:
    """By the formulas of the fact sheet, 4.3."""
    assert purchase_of(new_invoice(**fields)).money == money


@pytest.mark.parametrize(
    ("reason", "own", "snapshots", "transaction_id"),
    [
        pytest.param("subscription_create", {}, {}, "in_1", id="the invoice's"),
        pytest.param(
            "subscription_create", {}, {"order_id": "O"}, "O", id="a start: the sign-up's"
        ),
        pytest.param(
            "subscription_create", {"order_id": "I"}, {"order_id": "O"}, "I", id="its own"
        ),
        pytest.param(
            "subscription_create",
            {"order_id": "I"},
            {"ga_transaction_id": "G"},
            "G",
            id="the first key wins over the nearer object",
        ),
        pytest.param("subscription_cycle", {}, {"order_id": "O"}, "in_1", id="a renewal: never"),
        pytest.param("subscription_update", {}, {"order_id": "O"}, "in_1", id="an update: never"),
        pytest.param("subscription_threshold", {}, {"order_id": "O"}, "in_1", id="usage: never"),
        pytest.param("manual", {}, {"order_id": "O"}, "in_1", id="another: never"),
        pytest.param(
            "subscription_cycle", {"order_id": "I"}, {"order_id": "O"}, "I", id="its own!"
        ),
    ],
)
def test_an_order_id_of_the_sign_up_names_the_first_invoice_only(
    reason: str, own: Json, snapshots: Json, transaction_id: str
) -> None:
    """It comes back every month, and GA4 would merge all of them into one purchase."""
    for shape, fields in zip((old_invoice, new_invoice), snapshot(snapshots), strict=True):
        found = purchase_of(shape(billing_reason=reason, metadata=own, **fields), EVERYTHING)

        assert (found.transaction_id, found.business_key) == (transaction_id, transaction_id)
        assert transaction_id in found.references


@pytest.mark.parametrize(
    "reason", ["subscription_cycle", "subscription_update", "subscription_threshold", "manual"]
)
def test_of_the_sign_up_only_the_person_is_left(reason: str) -> None:
    """Its session and its page are years away; who it is and what is allowed are not."""
    values = {
        "ga_client_id": "1.2",
        "ga_session_id": "1763900000",
        "ga_session_number": "3",
        "ga_user_id": "u-1",
        "ga_consent_ad_user_data": "denied",
        "ga_user_agent": "Browser/1",
        "ga_page_location": "https://shop.example/",
        "ga_captured_at": "1763900000",
    }
    for shape, fields in zip((old_invoice, new_invoice), snapshot(values), strict=True):
        found = purchase_of(shape(billing_reason=reason, **fields), EVERYTHING)

        assert found.context == Context(
            client_id="1.2", user_id="u-1", consent=Consent(ad_user_data=Choice.DENIED)
        )


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"subscription_details": {"metadata": None}}, id="null, as recorded"),
        pytest.param({"subscription_details": None}, id="no details"),
        pytest.param({"subscription_details": {"metadata": []}}, id="an empty list"),
    ],
)
def test_a_snapshot_may_be_empty(fields: Json) -> None:
    """Then the invoice's own metadata is all there is."""
    own = {"ga_client_id": "3.4"}

    assert purchase_of(old_invoice(metadata=own, **fields)).context == Context(client_id="3.4")


@pytest.mark.parametrize("metadata", ["text", [5], 0, False])
@SHAPES
def test_a_snapshot_that_is_no_object_denies(metadata: Any, new: bool) -> None:  # noqa: ANN401, FBT001
    """Whatever the invoice's own metadata says."""
    shape = new_invoice if new else old_invoice
    granted = {"ga_client_id": "3.4", "ga_consent_analytics": "granted"}
    found = purchase_of(shape(metadata=granted, **snapshot(metadata)[new]))

    assert found.context.consent.analytics is Choice.DENIED


def test_a_null_of_one_shape_does_not_hide_the_other() -> None:
    """A sender may fill both."""
    parent = {"subscription_details": {"metadata": None, "subscription": "sub_1"}}

    assert purchase_of(old_invoice(parent=parent)).context == Context(client_id="1.2")


def test_a_start_keeps_the_session() -> None:
    """The buyer is there."""
    fields, _ = snapshot({"ga_client_id": "1.2", "ga_session_id": "1763900000"})
    found = purchase_of(old_invoice(billing_reason="subscription_create", **fields))

    assert found.context == Context(client_id="1.2", session_id=1763900000)
    assert found.joins_session


@pytest.mark.parametrize(
    ("fields", "occurred_at"),
    [
        pytest.param({}, NOW - timedelta(minutes=1), id="when it was paid"),
        pytest.param({"status_transitions": None}, NOW - timedelta(seconds=5), id="else the event"),
        pytest.param(
            {"status_transitions": {"paid_at": None}}, NOW - timedelta(seconds=5), id="null"
        ),
        pytest.param({"created": SECONDS - 3600}, NOW - timedelta(minutes=1), id="not the draft"),
    ],
)
def test_the_time_is_when_it_was_paid(fields: Json, occurred_at: object) -> None:
    """A renewal's draft is made about an hour before."""
    assert purchase_of(new_invoice(**fields)).occurred_at == occurred_at


@pytest.mark.parametrize(
    ("fields", "references", "customer_references"),
    [
        pytest.param(
            {"payments": {"data": [{"payment": {"payment_intent": "pi_1"}}, {"payment": None}]}},
            ("in_1", "pi_1"),
            ("sub_1", "cus_1"),
            id="payments, where the API was asked",
        ),
        pytest.param(
            {"customer": None, "customer_account": "acct_9"},
            ("in_1",),
            ("sub_1", "acct_9"),
            id="a customer of the newest kind",
        ),
        pytest.param(
            {"parent": {"type": "quote_details", "subscription_details": {"subscription": "x"}}},
            ("in_1",),
            ("cus_1",),
            id="a quote: the other branch does not count",
        ),
        pytest.param({"parent": None}, ("in_1",), ("cus_1",), id="no parent"),
        pytest.param(
            {"subscription": "sub_2", "parent": {"subscription_details": {"metadata": None}}},
            ("in_1",),
            ("sub_2", "cus_1"),
            id="both shapes, each in part",
        ),
    ],
)
def test_later_events_find_it(
    fields: Json, references: tuple[str, ...], customer_references: tuple[str, ...]
) -> None:
    """By the ids of this order alone, and by those of whoever pays it."""
    found = purchase_of(new_invoice(**fields))

    assert (found.references, found.customer_references) == (references, customer_references)


@SHAPES
@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        pytest.param(
            {"id": ""}, "data.object.id: expected text of 1 to 255 characters", id="an empty id"
        ),
        pytest.param({"total": "1190"}, "data.object.total: expected a whole number", id="a text"),
        pytest.param({"total": 11.9}, "data.object.total: expected a whole number", id="a float"),
        pytest.param(
            {"total": 10**13},
            "data.object.total: more than 1000000000000 minor units",
            id="an absurd total",
        ),
        pytest.param({"currency": None}, "data.object.currency: missing", id="no currency"),
        pytest.param(
            {"total": 100}, "data.object.total: less than its tax and shipping", id="too small"
        ),
        pytest.param(
            {"total_taxes": [{"amount": -5}], "total_tax_amounts": [{"amount": -5}]},
            "data.object.total_taxes: negative",
            id="a negative tax",
        ),
        pytest.param({"object": "charge"}, "data.object.object: not invoice", id="another object"),
    ],
)
def test_an_invoice_that_cannot_be_read_is_unusable(
    fields: Json, problem: str, *, new: bool
) -> None:
    """The path is named and the value is not."""
    with pytest.raises(UnusableError) as caught:
        paid(invoice(new=new, **fields))

    assert problem == str(caught.value)
