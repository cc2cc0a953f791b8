"""`billing-event/1` is read whole or refused by the path of what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.conversion import Conversion, Ignored, Source
from shared.domain.refund import Refund
from shared.errors import UnusableError
from shared.messages.billing_event import read_billing_event
from shared.messages.billing_mapping import map_billing_event, source_of
from tests.support.billing_json import as_json, billing_event, refund, renewal
from tests.support.strategies import JSON
from tools.traffic.request import Json

Happening = Conversion | Refund | Ignored


def domain_event(document: object) -> Happening:
    """Return what a message means."""
    event = read_billing_event(as_json(document))
    return map_billing_event(event, source_of(event))


def problem(document: object) -> str:
    """Return why a message means nothing."""
    with pytest.raises(UnusableError) as caught:
        domain_event(document)
    return str(caught.value)


def wrong_at(document: object) -> str | None:
    """Return where a message is wrong; None where it is not."""
    try:
        domain_event(document)
    except UnusableError as error:
        return error.path
    return None


def test_unknown_fields_are_passed_over() -> None:
    """A later minor version adds some."""
    raw = billing_event(schema="billing-event/1.3", new={"a": 1})

    assert isinstance(domain_event(raw), Conversion)


def test_a_source_is_what_the_message_says_of_itself() -> None:
    """The function that takes it from a topic has no other."""
    event = read_billing_event(as_json(renewal(provider="stripe", account="acct_1")))

    assert source_of(event) == Source("stripe", "bev_2", "subscription.renewed", "acct_1")


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("schema", "billing-event/2", "schema: not billing-event/1"),
        ("schema", "billing-event/10", "schema: not billing-event/1"),
        ("schema", "order-enrichment/1", "schema: not billing-event/1"),
        ("schema", 1, 'schema: expected a schema and its version as text, e.g. "billing-event/1"'),
        ("event_id", "", "event_id: expected text of 1 to 128 characters"),
        ("event_id", "e" * 129, "event_id: expected text of 1 to 128 characters"),
        ("type", "jane@example.com", "type: expected one of purchase, refund, payment.failed, "),
        ("environment", "jane@example.com", "environment: expected live or test"),
        (
            "occurred_at",
            "2026-11-23",
            "occurred_at: expected a time with its zone, e.g. 2026-11-23T11:59:55Z",
        ),
        (
            "occurred_at",
            1_763_900_000,
            "occurred_at: expected a time with its zone, e.g. 2026-11-23T11:59:55Z",
        ),
        ("occurred_at", "0001-01-01T00:00:00+05:00", "occurred_at: no believable time"),
        (
            "provider",
            "Jane",
            "provider: expected up to 40 lower-case letters, digits or _, e.g. my_shop",
        ),
        ("transaction_id", None, "transaction_id: missing"),
        ("transaction_id", "", "transaction_id: expected text of 1 to 100 characters"),
        ("transaction_id", "undefined", "transaction_id: blank or a placeholder"),
        ("transaction_id", "jane@example.com", "transaction_id: looks like an e-mail address"),
        ("transaction_id", "x" * 101, "transaction_id: expected text of 1 to 100 characters"),
        ("money", None, "money: missing"),
        (
            "money",
            {"currency": "EUR"},
            'money.total: missing, expected an amount in major units as text, e.g. "12.50"',
        ),
        (
            "money",
            {"currency": "EUR", "total": 1},
            'money.total: expected an amount in major units as text, e.g. "12.50"',
        ),
        (
            "money",
            {"currency": "EUR", "total": 1.5},
            'money.total: expected an amount in major units as text, e.g. "12.50"',
        ),
        ("money", {"currency": "XXX", "total": "1"}, "money.currency: not an active ISO 4217"),
        (
            "money",
            {"currency": "EUR", "total": "-1"},
            'money.total: expected an amount in major units as text, e.g. "12.50"',
        ),
        (
            "money",
            {"currency": "EUR", "total": "1e9"},
            'money.total: expected an amount in major units as text, e.g. "12.50"',
        ),
        (
            "money",
            {"currency": "EUR", "total": "NaN"},
            'money.total: expected an amount in major units as text, e.g. "12.50"',
        ),
        (
            "money",
            {"currency": "EUR", "total": "1,50"},
            'money.total: expected an amount in major units as text, e.g. "12.50"',
        ),
        ("money", {"currency": "EUR", "total": "1", "tax": "2"}, "money.total: less than its tax"),
        (
            "money_minor",
            {"currency": "EUR", "total": 1},
            "money_minor.exponent: missing, expected a whole number from 0 to 6",
        ),
        (
            "money_minor",
            {"currency": "EUR", "total": 1, "exponent": 2},
            "money_minor: given beside money",
        ),
        ("items", {}, "items: expected a list"),
        (
            "items",
            [{"price": 9}],
            'items[0].price: expected an amount in major units as text, e.g. "12.50"',
        ),
        (
            "analytics",
            {"client_id": 5},
            "analytics.client_id: expected text of at most 4096 characters",
        ),
        ("params", [], "params: expected an object"),
    ],
)
def test_a_bad_field_is_named_by_its_path(field: str, value: object, wanted: str) -> None:
    """And never with its value: it may be somebody's name."""
    found = problem(billing_event(**{field: value}))

    assert found.startswith(wanted)
    assert "jane" not in found.lower()


@pytest.mark.parametrize("field", ["schema", "event_id", "type", "occurred_at", "provider"])
def test_a_missing_field_is_named(field: str) -> None:
    """Every message has these."""
    raw = {name: value for name, value in billing_event().items() if name != field}

    assert problem(raw).startswith(f"{field}: missing, expected ")


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (renewal(subscription_id=None), "subscription_id: missing"),
        (
            renewal(transaction_id="sub_1"),
            "transaction_id: the subscription's, not the renewal's own",
        ),
        (refund(original_transaction_id=None), "original_transaction_id: missing"),
        (refund(original_transaction_id="null"), "original_transaction_id: blank or a placeholder"),
        (refund(transaction_id="n/a"), "transaction_id: blank or a placeholder"),
    ],
)
def test_what_a_type_needs_it_needs(raw: Json, wanted: str) -> None:
    """GA4 would take all renewals under one id for one purchase."""
    assert problem(raw) == wanted


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b'{"schema": "\xff"}', b"[" * 10**5])
def test_what_is_no_object_is_unusable(body: bytes) -> None:
    """Whatever the bytes."""
    with pytest.raises(UnusableError):
        read_billing_event(body)


FIELDS = sorted({*billing_event(), *renewal(), *refund(), "money_minor", "params", "period"})


@given(
    raw=st.sampled_from([billing_event(), renewal(), refund()]),
    changes=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    missing=st.sets(st.sampled_from(FIELDS), max_size=3),
)
def test_whatever_stands_there_it_means_something_or_is_unusable(
    raw: Json, changes: Json, missing: set[str]
) -> None:
    """No other error, for any JSON in any field."""
    changed = {name: value for name, value in {**raw, **changes}.items() if name not in missing}
    try:
        found = domain_event(changed)
    except UnusableError:
        return
    assert isinstance(found, Conversion | Refund | Ignored)


@given(
    at=st.sampled_from(["money", "analytics", "items", "params", "money_minor"]),
    inner=st.dictionaries(
        st.sampled_from(
            """
            currency total tax shipping exponent tax_included client_id session_id user_id consent
            captured_at item_id price quantity discount session_number
            """.split()
        ),
        JSON | st.sampled_from(["EUR", "1.50", "0001-01-01T00:00:00+09:00", 150, 2]),
    ),
)
def test_nor_does_anything_within_a_field_raise_another_error(at: str, inner: Json) -> None:
    """At any depth."""
    raw = billing_event(**{at: [inner] if at == "items" else inner})
    if at == "money_minor":
        raw["money"] = None
    path = wrong_at(raw)

    assert path is None or path.startswith(at)
