"""Apple: which notification is money, and how much of it."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import DomainEvent
from shared.domain.money import Money
from shared.domain.refund import Refund, Reversal
from shared.errors import MalformedError, NoAmountError, UnusableError
from shared.providers.apple.events import parse
from shared.providers.apple.mapping import MEANINGS, map_event
from shared.providers.apple.options import AppleOptions
from shared.webhooks.delivery import VerifiedDelivery
from tests.support.strategies import JSON
from tools.traffic.apple_signer import signer

MILLIS = int(datetime(2026, 11, 23, 12, tzinfo=UTC).timestamp()) * 1000
OPTIONS, LIFE = AppleOptions(), AppleOptions(lifecycle=True)
TOKEN = "7e3fb20b-4cdb-47cc-936d-99d65f608138"
BOUGHT: dict[str, Any] = {
    "transactionId": "2",
    "originalTransactionId": "1",
    "productId": "pro",
    "purchaseDate": MILLIS - 10_000,
    "quantity": 1,
    "appAccountToken": TOKEN,
    "inAppOwnershipType": "PURCHASED",
    "price": 9990,
    "currency": "EUR",
    "signedDate": MILLIS,
}


def mapped(
    kind: str,
    subtype: str | None = None,
    options: AppleOptions = OPTIONS,
    transaction: object = BOUGHT,
) -> DomainEvent:
    """Return what a notification means."""
    data = {"environment": "Production", "signedTransactionInfo": signer().jws(transaction)}
    payload = {
        "notificationType": kind,
        "subtype": subtype,
        "notificationUUID": "n-1",
        "signedDate": MILLIS,
        "data": data if transaction is not None else {"environment": "Production"},
    }
    body = json.dumps({"signedPayload": signer().jws(payload)}).encode()
    (event,) = parse(VerifiedDelivery("apple", body))
    return map_event(event, options)


@pytest.mark.parametrize(
    ("kind", "subtype", "purchase_type"),
    [
        ("SUBSCRIBED", "INITIAL_BUY", PurchaseType.START),
        ("SUBSCRIBED", "RESUBSCRIBE", PurchaseType.START),
        ("DID_RENEW", None, PurchaseType.RENEWAL),
        ("DID_RENEW", "BILLING_RECOVERY", PurchaseType.RENEWAL),
        ("ONE_TIME_CHARGE", None, PurchaseType.ONE_TIME),
        ("OFFER_REDEEMED", "INITIAL_BUY", PurchaseType.START),
        ("OFFER_REDEEMED", "UPGRADE", PurchaseType.UPDATE),
        ("OFFER_REDEEMED", None, PurchaseType.UPDATE),
        ("DID_CHANGE_RENEWAL_PREF", "UPGRADE", PurchaseType.UPDATE),
    ],
)
def test_what_is_charged_is_a_purchase(
    kind: str, subtype: str | None, purchase_type: PurchaseType
) -> None:
    """Under the transaction's id, gross, known by the subscription and the shop's own user."""
    found = mapped(kind, subtype)

    assert isinstance(found, Conversion)
    assert (found.kind, found.purchase_type) == (Kind.PURCHASE, purchase_type)
    assert (found.transaction_id, found.payment_id) == ("2", "apple:2")
    assert found.money == Money("EUR", Decimal("9.99"))
    assert found.params == {"value_basis": "gross"}
    assert found.customer_references == ("1", TOKEN, TOKEN.upper())
    assert found.customer_ref == TOKEN
    assert [(item.item_id, item.price, item.quantity) for item in found.items] == [
        ("pro", Decimal("9.99"), Decimal(1))
    ]
    assert found.notes == ()


@pytest.mark.parametrize(
    ("price", "currency", "total"),
    [
        (9990, "EUR", "9.99"),
        (9995, "EUR", "9.995"),
        (1, "USD", "0.001"),
        (1_980_000, "JPY", "1980"),
        (3995, "KWD", "3.995"),
        (10**12, "IDR", "1000000000"),
    ],
)
def test_thousandths_are_exact(price: int, currency: str, total: str) -> None:
    """With the currency's digits, and more where there are more."""
    found = mapped("ONE_TIME_CHARGE", transaction={**BOUGHT, "price": price, "currency": currency})

    assert isinstance(found, Conversion)
    assert found.money == Money(currency, Decimal(total))


def test_of_several_the_price_is_that_of_one() -> None:
    """And a note says so: Apple does not."""
    found = mapped("ONE_TIME_CHARGE", transaction={**BOUGHT, "quantity": 3})

    assert isinstance(found, Conversion)
    assert found.money == Money("EUR", Decimal("29.97"))
    assert found.items[0].price == Decimal("9.99")
    assert len(found.notes) == 1


def test_a_quantity_of_null_is_one() -> None:
    """As one that is not there."""
    found = mapped("ONE_TIME_CHARGE", transaction={**BOUGHT, "quantity": None})

    assert isinstance(found, Conversion)
    assert found.money == Money("EUR", Decimal("9.99"))


@pytest.mark.parametrize("kind", ["ONE_TIME_CHARGE", "REFUND"])
def test_what_is_free_is_free_in_any_currency(kind: str) -> None:
    """Nothing is missing where there is no price."""
    found = mapped(kind, transaction={**BOUGHT, "price": 0, "currency": None})

    assert isinstance(found, Ignored)
    assert found.reason == "zero amount"


def test_a_part_of_unknown_size_is_never_taken_for_the_whole() -> None:
    """Apple says that it refunded a part, and not which."""
    part = {**BOUGHT, "revocationType": "REFUND_PRORATED"}
    whole = {**BOUGHT, "revocationType": "REFUND_FULL"}

    with pytest.raises(NoAmountError, match="revocationPercentage"):
        mapped("REFUND", transaction=part)
    found = mapped("REFUND", transaction=whole)
    assert isinstance(found, Refund)
    assert found.money == Money("EUR", Decimal("9.99"))


@pytest.mark.parametrize(
    ("percentage", "total"),
    [(None, "9.99"), (100_000, "9.99"), (40_000, "4.00"), (33_333, "3.33"), (1, None), (0, None)],
)
def test_a_refund_is_the_part_that_apple_says(percentage: int | None, total: str | None) -> None:
    """In thousandths of a percent."""
    found = mapped("REFUND", transaction={**BOUGHT, "revocationPercentage": percentage})

    if total is None:
        assert found == Ignored("zero amount")
        return
    assert isinstance(found, Refund)
    assert found.money == Money("EUR", Decimal(total))
    assert (found.refund_id, found.references, found.transaction_id) == ("2:refund", ("2",), "2")


def test_a_refund_that_is_reversed_has_the_same_id() -> None:
    """So that the ledger finds it."""
    found = mapped("REFUND_REVERSED", options=AppleOptions(reversals="purchase"))

    assert isinstance(found, Reversal)
    assert (found.refund_id, found.sent_as_purchase) == ("2:refund", True)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("SUBSCRIBED", {"inAppOwnershipType": "FAMILY_SHARED"}),
        ("SUBSCRIBED", {"price": 0}),
        ("SUBSCRIBED", {"offerDiscountType": "FREE_TRIAL", "price": 0}),
        ("REFUND", {"inAppOwnershipType": "FAMILY_SHARED"}),
        ("REFUND", {"revocationType": "FAMILY_REVOKE"}),
        ("REVOKE", {}),
        ("REFUND_DECLINED", {}),
        ("CONSUMPTION_REQUEST", {}),
        ("TEST", {}),
        ("PRICE_INCREASE", {}),
        ("A_TYPE_OF_TOMORROW", {}),
    ],
)
def test_what_is_no_money_is_ignored(kind: str, fields: dict[str, Any]) -> None:
    """Whatever the options."""
    assert isinstance(mapped(kind, transaction={**BOUGHT, **fields}), Ignored)


def test_a_free_trial_is_remembered_with_the_option_and_without() -> None:
    """Its first payment is the start."""
    free = {**BOUGHT, "offerDiscountType": "FREE_TRIAL", "price": 0}
    ignored = mapped("SUBSCRIBED", "INITIAL_BUY", transaction=free)
    sent = mapped("SUBSCRIBED", "INITIAL_BUY", LIFE, free)

    assert isinstance(ignored, Ignored)
    assert isinstance(sent, Conversion)
    assert (ignored.trial, sent.trial, sent.kind) == ("1", "1", Kind.START_TRIAL)


@pytest.mark.parametrize("field", ["price", "currency"])
@pytest.mark.parametrize("kind", ["ONE_TIME_CHARGE", "DID_RENEW", "REFUND"])
def test_what_apple_does_not_say_is_withheld(kind: str, field: str) -> None:
    """The reason names the field."""
    with pytest.raises(NoAmountError, match=rf"signedTransactionInfo\.{field}"):
        mapped(kind, transaction={**BOUGHT, field: None})


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("price", {"price": -1}),
        ("price", {"price": 9.99}),
        ("price", {"price": "9990"}),
        ("price", {"price": True}),
        ("price", {"price": 10**30}),
        ("currency", {"currency": "XXX"}),
        ("currency", {"currency": 978}),
        ("quantity", {"quantity": 0}),
        ("quantity", {"quantity": -1}),
        ("quantity", {"quantity": "1"}),
        ("transactionId", {"transactionId": None}),
        ("transactionId", {"transactionId": 2}),
    ],
)
def test_money_that_cannot_be_read_names_its_field(path: str, fields: dict[str, Any]) -> None:
    """And repeats no value."""
    with pytest.raises(UnusableError) as caught:
        mapped("ONE_TIME_CHARGE", transaction={**BOUGHT, **fields})
    assert f"data.signedTransactionInfo.{path}" in [place for place, _ in caught.value.faults]


@pytest.mark.parametrize("percentage", [-1, 100_001, 40.5, "40000"])
def test_a_part_that_cannot_be_is_rejected(percentage: object) -> None:
    """Nobody guesses at how much went back."""
    with pytest.raises(UnusableError, match="revocationPercentage"):
        mapped("REFUND", transaction={**BOUGHT, "revocationPercentage": percentage})


def test_without_a_transaction_there_is_no_money() -> None:
    """The field is named."""
    with pytest.raises(UnusableError, match="signedTransactionInfo: missing"):
        mapped("SUBSCRIBED", transaction=None)


@pytest.mark.parametrize(
    "fields",
    [{"purchaseDate": "now"}, {"productId": 7}, {"appAccountToken": []}, {"inAppOwnershipType": 1}],
)
def test_what_is_beside_the_money_costs_no_payment(fields: dict[str, Any]) -> None:
    """It is left out, and a note names it."""
    found = mapped("ONE_TIME_CHARGE", transaction={**BOUGHT, **fields})

    assert isinstance(found, Conversion)
    assert len(found.notes) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b'{"signedPayload": 7}', b'{"signedPayload": "a.b"}'])
def test_what_is_no_notification_is_malformed(body: bytes) -> None:
    """The field is named."""
    with pytest.raises(MalformedError):
        parse(VerifiedDelivery("apple", body))


@given(
    kind=st.sampled_from(sorted(MEANINGS)),
    fields=st.dictionaries(
        st.sampled_from([*sorted(BOUGHT), "revocationPercentage", "offerDiscountType"]), JSON
    ),
    options=st.builds(AppleOptions, lifecycle=st.booleans()),
)
def test_whatever_stands_in_a_field_has_a_clear_end(
    kind: str, fields: dict[str, Any], options: AppleOptions
) -> None:
    """A meaning, or an error that names fields."""
    with suppress(UnusableError, NoAmountError):
        mapped(kind, "INITIAL_BUY", options, {**BOUGHT, **fields})
