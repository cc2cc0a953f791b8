"""Prices are exact, and whatever stands in an event, what becomes of it is clear."""

import json
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent
from shared.domain.refund import Refund
from shared.errors import MalformedError, NoAmountError, UnusableError
from shared.providers.minor_units import ISO_4217
from shared.providers.revenuecat.events import parse
from shared.providers.revenuecat.mapping import map_event
from shared.providers.revenuecat.options import RevenueCatOptions
from shared.webhooks.delivery import VerifiedDelivery
from tests.support.builders import NOW, SECONDS

PURCHASE: Final[dict[str, Any]] = {
    "id": "e",
    "type": "INITIAL_PURCHASE",
    "event_timestamp_ms": SECONDS * 1000,
    "purchased_at_ms": (SECONDS - 5) * 1000,
    "transaction_id": "t-1",
    "store": "APP_STORE",
    "currency": "EUR",
    "price": 1.0,
    "price_in_purchased_currency": 9.99,
    "tax_percentage": 0.2,
}


def meaning(raw: str | dict[str, Any], **options: Any) -> DomainEvent:  # noqa: ANN401 - options
    """Return what an event means; its JSON may be given as text, to the digit."""
    text = raw if isinstance(raw, str) else json.dumps({**PURCHASE, **raw})
    delivery = VerifiedDelivery("revenuecat", b'{"event": %s}' % text.encode())
    (event,) = parse(delivery)
    return map_event(event, RevenueCatOptions(**options))


def written(**numbers: str) -> str:
    """Return a purchase as JSON, with numbers as they are written."""
    fields = {name: json.dumps(value) for name, value in PURCHASE.items()} | numbers
    return "{" + ", ".join(f'"{name}": {text}' for name, text in fields.items()) + "}"


@given(
    units=st.integers(1, 10**9),
    places=st.integers(0, 6),
    tax=st.integers(0, 9999),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "ISK", "USD"]),
)
def test_value_and_tax_are_exact_and_add_up(
    units: int, places: int, tax: int, currency: str
) -> None:
    """Price less its tax, rounded half up once, from the digits that were sent."""
    price, share = Decimal(units).scaleb(-places), Decimal(tax).scaleb(-4)
    found = meaning(
        written(
            price_in_purchased_currency=f"{price:f}",
            tax_percentage=f"{share:f}",
            currency=f'"{currency}"',
        )
    )
    digit = Decimal(1).scaleb(-ISO_4217.digits(currency))

    assert isinstance(found, Conversion)
    assert found.money is not None
    assert found.money.net == (price * (1 - share)).quantize(digit, ROUND_HALF_UP)
    assert found.money.total == price.quantize(digit, ROUND_HALF_UP)
    assert found.money.tax is not None
    assert found.money.tax >= 0


def test_a_number_that_no_float_holds_is_read_to_its_last_digit() -> None:
    """0.285 as a float is less than 0.285, and would be rounded down."""
    found = meaning(written(price_in_purchased_currency="0.285", tax_percentage="0"))

    assert isinstance(found, Conversion)
    assert found.money is not None
    assert found.money.total == Decimal("0.29")


def test_dollars_are_never_taken_for_the_currency() -> None:
    """`price` is in dollars whatever `currency` says: without the other price there is none."""
    with pytest.raises(NoAmountError, match=r"event\.price_in_purchased_currency"):
        meaning({"price_in_purchased_currency": None})


_ANYTHING: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([1e308, -1e308, 1e-308, 0, "", " ", "NaN", "Infinity", "-0", "9.99", "EUR"])
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_FIELDS: Final = sorted(
    {
        *PURCHASE,
        "aliases",
        "app_user_id",
        "cancel_reason",
        "environment",
        "is_family_share",
        "is_trial_conversion",
        "offer_code",
        "original_app_user_id",
        "original_transaction_id",
        "period_type",
        "product_id",
        "subscriber_attributes",
    }
    - {"id", "type"}
)


_TYPES: Final = """
    BILLING_ISSUE CANCELLATION EXPIRATION INITIAL_PURCHASE NON_RENEWING_PURCHASE REFUND_REVERSED
    RENEWAL TRANSFER
""".split()


@given(
    fields=st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING, max_size=4),
    kind=st.sampled_from(_TYPES),
)
def test_whatever_an_event_holds_its_outcome_is_clear(fields: dict[str, Any], kind: str) -> None:
    """It is money, ignored with a reason, without an amount, or names the field that is wrong."""
    try:
        found = meaning({**fields, "type": kind}, lifecycle=True)
    except (UnusableError, NoAmountError) as error:
        problem = str(error)
    else:
        problem = "event."
        _check(found, fields)
    assert problem.startswith("event.")


def _check(found: DomainEvent, fields: dict[str, Any]) -> None:
    if isinstance(found, Ignored):
        assert found.reason
    if isinstance(found, Conversion) and found.money is not None:
        assert found.money.total > 0 or fields.get("price_in_purchased_currency") not in (0, "0")
        assert found.money.net >= 0
        assert found.occurred_at <= NOW + timedelta(days=1) or "event_timestamp_ms" in fields


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (written(currency="null"), "event.currency"),
        (written(currency='"EURO"'), "event.currency"),
        (written(currency="5"), "event.currency"),
        (written(price_in_purchased_currency='"NaN"'), "event.price_in_purchased_currency"),
        (written(price_in_purchased_currency="1e400"), "event.price_in_purchased_currency"),
        (written(price_in_purchased_currency="1e-400"), "event.price_in_purchased_currency"),
        (written(price_in_purchased_currency="1e999999999"), "event.price_in_purchased_currency"),
        (written(price_in_purchased_currency="true"), "event.price_in_purchased_currency"),
        (written(price_in_purchased_currency="[9.99]"), "event.price_in_purchased_currency"),
        (written(price_in_purchased_currency="-9.99"), "event.price_in_purchased_currency"),
        (written(transaction_id="null"), "event.transaction_id"),
        (written(transaction_id='""'), "event.transaction_id"),
        (written(transaction_id="7"), "event.transaction_id"),
    ],
)
def test_money_that_cannot_be_read_names_its_field(text: str, path: str) -> None:
    """Once, by its path in the body."""
    with pytest.raises(UnusableError) as caught:
        meaning(text)

    assert [place for place, _ in caught.value.faults] == [path]


@pytest.mark.parametrize("kind", ["CANCELLATION", "REFUND_REVERSED", "RENEWAL"])
@pytest.mark.parametrize("text", ["NaN", "sNaN", "-Infinity"])
def test_no_number_is_never_compared(text: str, kind: str) -> None:
    """A comparison with one would be a defect, and not an answer."""
    with pytest.raises(UnusableError, match="price_in_purchased_currency"):
        meaning({"type": kind, "price_in_purchased_currency": text})


def test_several_wrong_fields_are_all_named() -> None:
    """Whoever looks for the reason wants all of them at once."""
    with pytest.raises(UnusableError) as caught:
        meaning({"currency": "XXX", "transaction_id": None, "price_in_purchased_currency": 1e300})

    assert {place for place, _ in caught.value.faults} == {
        "event.currency",
        "event.price_in_purchased_currency",
        "event.transaction_id",
    }


def test_of_a_field_that_stands_there_twice_the_last_one_counts() -> None:
    """As for everybody who reads JSON."""
    found = meaning(written()[:-1] + ', "price_in_purchased_currency": 1}')

    assert isinstance(found, Conversion)
    assert found.money is not None
    assert found.money.total == Decimal("1.00")


def test_a_refund_is_one_by_its_sign_or_by_its_reason() -> None:
    """The sign of the amount is no part of it."""
    for price, reason in ((-9.99, "UNKNOWN"), (9.99, "CUSTOMER_SUPPORT"), (-9.99, None)):
        found = meaning(
            {
                "type": "CANCELLATION",
                "cancel_reason": reason,
                "price_in_purchased_currency": price,
            }
        )
        assert isinstance(found, Refund)
        assert (found.money.total, found.money.net) == (Decimal("9.99"), Decimal("7.99"))
        assert found.fallback_transaction_id == "t-1"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"event": 5}', b'{"event": {}}', b'{"event": {"id": 1}}', b"\xff"]
)
def test_what_is_no_event_is_malformed(body: bytes) -> None:
    """And nothing of it is stored."""
    with pytest.raises(MalformedError):
        parse(VerifiedDelivery("revenuecat", body))


@pytest.mark.parametrize(
    ("ids", "user"),
    [
        ({"app_user_id": "u-1"}, "u-1"),
        ({"app_user_id": "$RCAnonymousID:1", "original_app_user_id": "u-2"}, "u-2"),
        ({"app_user_id": "$RCAnonymousID:1", "aliases": ["$RCAnonymousID:2", "u-3"]}, "u-3"),
        ({"app_user_id": "$RCAnonymousID:1"}, None),
        ({"app_user_id": "jane@example.com"}, None),
        ({"app_user_id": "jane@example.com", "aliases": ["$RCAnonymousID:1", "u-8"]}, "u-8"),
        ({"app_user_id": "jane%40example.com", "original_app_user_id": "u-8"}, "u-8"),
        ({"app_user_id": "null", "original_app_user_id": "u-8"}, "u-8"),
        ({"app_user_id": None, "aliases": None}, None),
    ],
)
def test_a_user_id_is_the_shops_own(ids: dict[str, Any], user: str | None) -> None:
    """One that RevenueCat made up is nobody's name, and an e-mail address is never sent."""
    found = meaning(ids)

    assert isinstance(found, Conversion)
    assert found.context.user_id == user
    assert not any("@" in unquote(each) for each in found.customer_references)


@pytest.mark.parametrize("time", [str((SECONDS - 5) * 1000), (SECONDS - 5) * 1000])
@pytest.mark.parametrize("name", ["purchased_at_ms", "event_timestamp_ms"])
def test_one_readable_time_is_enough(name: str, time: str | int) -> None:
    """A text of digits is a time too; what is none never costs the payment."""
    other = "event_timestamp_ms" if name == "purchased_at_ms" else "purchased_at_ms"
    found = meaning({name: time, other: {"not": "a time"}})

    assert isinstance(found, Conversion)
    assert found.occurred_at == NOW - timedelta(seconds=5)


@pytest.mark.parametrize("kind", ["CANCELLATION", "EXPIRATION", "RENEWAL", "REFUND_REVERSED"])
def test_an_event_without_any_time_is_not_one_of_1970(kind: str) -> None:
    """GA4 would get it as half a million hours late."""
    times = {"event_timestamp_ms": None, "purchased_at_ms": None}

    with pytest.raises(UnusableError, match="no time"):
        meaning({"type": kind, "cancel_reason": "CUSTOMER_SUPPORT", **times}, lifecycle=True)


@pytest.mark.parametrize("store", ["stripe", "Paddle", "promotional", "test_store"])
def test_a_store_is_known_in_any_case(store: str) -> None:
    """RevenueCat's API writes it in lower case: the money would count twice."""
    assert isinstance(meaning({"store": store}), Ignored)


def test_receipts_that_begin_alike_are_never_merged() -> None:
    """GA4 keeps 100 characters of an id, and Amazon's receipts are longer."""
    ids = [f"{'r' * 150}{at}" for at in range(2)]
    bought = [meaning({"transaction_id": each}) for each in ids]
    refund = meaning(
        {
            "type": "CANCELLATION",
            "cancel_reason": "CUSTOMER_SUPPORT",
            "transaction_id": ids[0],
            "price_in_purchased_currency": -9.99,
        }
    )

    assert isinstance(bought[0], Conversion)
    assert isinstance(bought[1], Conversion)
    assert isinstance(refund, Refund)
    assert bought[0].transaction_id != bought[1].transaction_id
    assert len(bought[0].transaction_id or "") == 100
    assert bought[0].references[0] == refund.references[0] == ids[0]
    assert refund.fallback_transaction_id == bought[0].transaction_id
