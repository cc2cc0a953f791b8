"""Adyen: which event is the money, how much, and what takes it back."""

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
from shared.domain.refund import Refund, Reversal
from shared.errors import MalformedError, UnusableError
from shared.providers.adyen.events import parse
from shared.providers.adyen.mapping import MEANINGS, map_event
from shared.providers.adyen.objects import CURRENCIES
from shared.providers.adyen.options import AdyenOptions
from shared.webhooks.delivery import VerifiedDelivery
from tests.support.builders import CLIENT_ID
from tests.support.strategies import JSON

AUTOMATIC, MANUAL = AdyenOptions(), AdyenOptions(capture="manual")
DISPUTES = AdyenOptions(disputes=True)
PAID: dict[str, Any] = {
    "pspReference": "PSP1",
    "merchantAccountCode": "ShopECOM",
    "merchantReference": "ORDER-1",
    "eventCode": "AUTHORISATION",
    "eventDate": "2026-11-23T12:59:50+01:00",
    "success": "true",
    "amount": {"value": 2160, "currency": "EUR"},
}
LATER = {**PAID, "pspReference": "MOD1", "originalReference": "PSP1"}


def mapped(item: object, options: AdyenOptions = AUTOMATIC, live: object = "true") -> DomainEvent:
    """Return what an item means."""
    document = {"live": live, "notificationItems": [{"NotificationRequestItem": item}]}
    (event,) = parse(VerifiedDelivery("adyen", json.dumps(document).encode()))
    return map_event(event, options)


def paid(options: AdyenOptions = AUTOMATIC, **fields: object) -> Conversion:
    """Return the purchase of a payment."""
    found = mapped({**PAID, **fields}, options)
    assert isinstance(found, Conversion)
    return found


def test_an_authorisation_is_a_gross_purchase() -> None:
    """Under the shop's own reference."""
    found = paid(additionalData={"metadata.ga_client_id": CLIENT_ID})

    assert (found.kind, found.purchase_type) == (Kind.PURCHASE, PurchaseType.ONE_TIME)
    assert found.money == Money("EUR", Decimal("21.60"))
    assert found.params == {"value_basis": "gross"}
    assert (found.transaction_id, found.payment_id) == ("ORDER-1", "adyen:PSP1")
    assert found.references == ("PSP1", "ORDER-1")
    assert found.context.client_id == CLIENT_ID
    assert found.notes == ()


@pytest.mark.parametrize(
    "written",
    [
        {"metadata.ga_consent_analytics": "denied"},
        {"Metadata.GA_Consent_Analytics": "Denied"},
        {"metadata": {"ga_consent_analytics": "denied"}},
        {"metadata": {"ga_consent": "denied"}, "metadata.ga_consent_analytics": "granted"},
        {"metadata.ga_consent_analytics": "granted", "METADATA.ga_consent_analytics": "no"},
        {"metadata": ["denied"]},
    ],
)
def test_a_denial_counts_whichever_way_the_metadata_stands(written: dict[str, object]) -> None:
    """Adyen sends one field for each key; nothing else that looks like it is passed over."""
    assert paid(additionalData=written).context.consent.analytics is Choice.DENIED


@pytest.mark.parametrize("nothing", [None, "", [], {}])
def test_empty_metadata_denies_nothing(nothing: object) -> None:
    """There is no answer in it."""
    assert paid(additionalData={"metadata": nothing}).context.consent.analytics is None


@pytest.mark.parametrize("live", ["false", "FALSE", " False ", False])
def test_a_test_is_one_in_any_spelling(live: object) -> None:
    """Adyen writes it as text."""
    document = {"live": live, "notificationItems": [{"NotificationRequestItem": PAID}]}
    (event,) = parse(VerifiedDelivery("adyen", json.dumps(document).encode()))

    assert not event.live


def test_what_a_failed_payment_denies_counts_for_the_next_try() -> None:
    """Both have the shop's own reference."""
    failed = mapped({**PAID, "success": "false"}, AdyenOptions(payment_failed=True))

    assert isinstance(failed, Conversion)
    assert "ORDER-1" in failed.customer_references


@pytest.mark.parametrize("code", ["REFUND", "CANCELLATION", "CANCEL_OR_REFUND"])
def test_a_refund_that_names_no_payment_is_none(code: str) -> None:
    """Money that is paid out without a payment has no purchase to take back."""
    item = {**LATER, "eventCode": code, "originalReference": ""}

    assert mapped(item) == Ignored("a refund of no payment")


@pytest.mark.parametrize(
    ("currency", "total"),
    [
        ("CLP", "21.60"),
        ("ISK", "21.60"),
        ("CVE", "2160"),
        ("IDR", "2160"),
        ("JPY", "2160"),
        ("KWD", "2.160"),
        ("USD", "21.60"),
    ],
)
def test_minor_units_are_adyens(currency: str, total: str) -> None:
    """Four of them differ from ISO 4217's."""
    found = paid(amount={"value": 2160, "currency": currency})

    assert found.money == Money(currency, Decimal(total))
    assert currency in CURRENCIES


@pytest.mark.parametrize(
    ("model", "interaction", "kind", "transaction_id"),
    [
        ("Subscription", "ContAuth", PurchaseType.RENEWAL, "PSP1"),
        ("Subscription", "Ecommerce", PurchaseType.START, "ORDER-1"),
        ("Subscription", None, PurchaseType.START, "ORDER-1"),
        ("UnscheduledCardOnFile", "ContAuth", PurchaseType.USAGE, "ORDER-1"),
        ("CardOnFile", "Ecommerce", PurchaseType.ONE_TIME, "ORDER-1"),
        ("CardOnFile", "ContAuth", PurchaseType.ONE_TIME, "ORDER-1"),
        (None, None, PurchaseType.ONE_TIME, "ORDER-1"),
        (7, ["ContAuth"], PurchaseType.ONE_TIME, "ORDER-1"),
    ],
)
def test_the_kind_is_what_the_further_fields_say(
    model: object, interaction: object, kind: PurchaseType, transaction_id: str
) -> None:
    """A renewal has an id of its own: its charges may share the shop's reference."""
    fields = {
        "recurringProcessingModel": model,
        "shopperInteraction": interaction,
        "recurring.shopperReference": "shopper-1",
    }
    found = paid(additionalData=fields)

    assert (found.purchase_type, found.transaction_id) == (kind, transaction_id)
    assert (found.customer_ref, found.customer_references) == ("shopper-1", ("shopper-1",))


@pytest.mark.parametrize("reference", [None, "", " ", "null", "x" * 101, "jane@example.com"])
def test_a_reference_that_can_be_no_id_is_passed_over(reference: str | None) -> None:
    """Adyen's own id stands in its place."""
    assert paid(merchantReference=reference).transaction_id == "PSP1"


def test_captured_by_hand_the_capture_is_the_money() -> None:
    """It is a part of its payment, whose context it finds."""
    authorised = mapped({**PAID, "additionalData": {"metadata.ga_client_id": CLIENT_ID}}, MANUAL)
    captured = mapped({**LATER, "eventCode": "CAPTURE"}, MANUAL)

    assert isinstance(authorised, Link)
    assert authorised.customer_references == ("PSP1",)
    assert authorised.context.client_id == CLIENT_ID
    assert isinstance(captured, Conversion)
    assert (captured.payment_id, captured.part_of) == ("adyen:MOD1", "PSP1")
    assert "PSP1" in captured.customer_references
    assert "PSP1" not in captured.references
    assert captured.buyer_may_come
    assert authorised.orders == ("PSP1",)
    assert not paid().buyer_may_come


@pytest.mark.parametrize(
    ("code", "options", "refund_id"),
    [
        ("REFUND", AUTOMATIC, "MOD1"),
        ("CANCELLATION", AUTOMATIC, "MOD1"),
        ("TECHNICAL_CANCEL", AUTOMATIC, "MOD1"),
        ("CANCEL_OR_REFUND", AUTOMATIC, "MOD1"),
        ("CAPTURE_FAILED", MANUAL, "MOD1:capture_failed"),
        ("CHARGEBACK", DISPUTES, "MOD1"),
        ("SECOND_CHARGEBACK", DISPUTES, "MOD1:second"),
        ("PREARBITRATION_LOST", DISPUTES, "MOD1:second"),
    ],
)
def test_what_takes_money_back_is_a_refund_of_its_payment(
    code: str, options: AdyenOptions, refund_id: str
) -> None:
    """Once for each id; and nothing where it did not succeed."""
    found = mapped({**LATER, "eventCode": code}, options)

    assert isinstance(found, Refund)
    assert (found.refund_id, found.transaction_id) == (refund_id, "ORDER-1")
    assert found.references[-1] == "PSP1"
    assert found.money == Money("EUR", Decimal("21.60"))
    assert isinstance(mapped({**LATER, "eventCode": code, "success": "false"}, options), Ignored)


@pytest.mark.parametrize(
    ("code", "options", "refund_id"),
    [
        ("REFUND_FAILED", AUTOMATIC, "MOD1"),
        ("REFUNDED_REVERSED", AUTOMATIC, "MOD1"),
        ("CHARGEBACK_REVERSED", DISPUTES, "MOD1"),
        ("PREARBITRATION_WON", DISPUTES, "MOD1:second"),
    ],
)
def test_what_gives_it_to_the_shop_again_reverses_that_refund(
    code: str, options: AdyenOptions, refund_id: str
) -> None:
    """Under the same id."""
    found = mapped({**LATER, "eventCode": code}, options)

    assert isinstance(found, Reversal)
    assert (found.refund_id, found.references) == (refund_id, ("PSP1",))


@pytest.mark.parametrize(
    "code",
    """
    NOTIFICATION_OF_CHARGEBACK CHARGEBACK CHARGEBACK_REVERSED SECOND_CHARGEBACK PREARBITRATION_WON
    PREARBITRATION_LOST
    """.split(),
)
def test_disputes_are_sent_with_the_option_alone(code: str) -> None:
    """They are not even read without it."""
    assert mapped({"eventCode": code}) == Ignored("disputes are not sent")


def test_of_cancel_or_refund_a_cancellation_is_no_money_by_hand() -> None:
    """Adyen says which it was; where it does not, nobody guesses at money."""
    either = {**LATER, "eventCode": "CANCEL_OR_REFUND"}
    cancelled = {**either, "additionalData": {"modification.action": "cancel"}}
    refunded = {**either, "additionalData": {"modification.action": "refund"}}

    assert isinstance(mapped(cancelled, MANUAL), Ignored)
    assert isinstance(mapped(refunded, MANUAL), Refund)
    with pytest.raises(UnusableError, match=r"additionalData\.modification\.action"):
        mapped(either, MANUAL)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("amount", {"amount": None}),
        ("amount", {"amount": 2160}),
        ("amount.value", {"amount": {"currency": "EUR"}}),
        ("amount.value", {"amount": {"value": None, "currency": "EUR"}}),
        ("amount.value", {"amount": {"value": "2160", "currency": "EUR"}}),
        ("amount.value", {"amount": {"value": 21.6, "currency": "EUR"}}),
        ("amount.value", {"amount": {"value": -1, "currency": "EUR"}}),
        ("amount.value", {"amount": {"value": 10**20, "currency": "EUR"}}),
        ("amount.currency", {"amount": {"value": 1}}),
        ("amount.currency", {"amount": {"value": 1, "currency": "XXX"}}),
        ("amount.currency", {"amount": {"value": 1, "currency": "BIF"}}),
        ("success", {"success": "yes"}),
        ("success", {"success": None}),
        ("eventDate", {"eventDate": None}),
        ("eventDate", {"eventDate": "2026-11-23"}),
        ("eventDate", {"eventDate": "0001-01-01T00:00:00+10:00"}),
        ("pspReference", {"pspReference": 7}),
        ("pspReference", {"pspReference": ""}),
    ],
)
@pytest.mark.parametrize("code", ["AUTHORISATION", "REFUND"])
def test_money_that_cannot_be_read_names_its_field(
    code: str, path: str, fields: dict[str, Any]
) -> None:
    """And costs no other item of the delivery."""
    with pytest.raises(UnusableError) as caught:
        mapped({**LATER, "eventCode": code, **fields})
    assert f"NotificationRequestItem.{path}" in [place for place, _ in caught.value.faults]


@pytest.mark.parametrize("further", [7, "text", [1], True])
def test_further_fields_that_cannot_be_read_deny(further: object) -> None:
    """A denial may stand in them; the payment counts all the same."""
    found = paid(additionalData=further)

    assert found.context.consent.analytics is Choice.DENIED
    assert found.money is not None


@pytest.mark.parametrize(
    ("live", "is_live"),
    [("true", True), (True, True), (None, True), ("false", False), (False, False)],
)
def test_live_says_which_environment(live: object, is_live: bool) -> None:  # noqa: FBT001
    """As a text."""
    document = {"live": live, "notificationItems": [{"NotificationRequestItem": PAID}]}
    (event,) = parse(VerifiedDelivery("adyen", json.dumps(document).encode()))

    assert event.live is is_live
    assert event.source.event_id == "PSP1:AUTHORISATION:true"
    assert event.source.account == "ShopECOM"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"notificationItems": 7}'])
def test_what_is_no_delivery_is_malformed(body: bytes) -> None:
    """The field is named."""
    with pytest.raises(MalformedError):
        parse(VerifiedDelivery("adyen", body))


@given(
    code=st.sampled_from(sorted(MEANINGS)),
    fields=st.dictionaries(st.sampled_from([*sorted(LATER), "additionalData"]), JSON),
    options=st.builds(
        AdyenOptions,
        capture=st.sampled_from(["automatic", "manual"]),
        disputes=st.booleans(),
        payment_failed=st.booleans(),
    ),
)
def test_whatever_stands_in_a_field_has_a_clear_end(
    code: str, fields: dict[str, Any], options: AdyenOptions
) -> None:
    """A meaning, or the one error that names fields."""
    with suppress(UnusableError):
        mapped({**LATER, "eventCode": code, **fields}, options)
