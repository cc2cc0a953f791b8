"""The rules together: whatever the JSON, quickly, and without repeating a value."""

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ga4.findings import Code, Level, verdict
from shared.ga4.recommended import EVENTS, ITEM_TYPES, PARAM_TYPES
from shared.ga4.rules import sources
from shared.ga4.validation import validate
from tests.ga4.payloads import NOW, NOW_MICROS, app_request, event, item, purchase, request

_FIELDS = (
    "ad_user_data",
    "address",
    "app_instance_id",
    "category",
    "city",
    "client_id",
    "consent",
    "country",
    "country_id",
    "debug_mode",
    "device",
    "engagement_time_msec",
    "events",
    "ip_override",
    "language",
    "name",
    "non_personalized_ads",
    "params",
    "session_id",
    "session_number",
    "sha256_email_address",
    "sha256_first_name",
    "timestamp_micros",
    "user_agent",
    "user_data",
    "user_id",
    "user_location",
    "user_properties",
    "validation_behavior",
)
_KEYS = st.sampled_from([*_FIELDS, *PARAM_TYPES, *ITEM_TYPES])
# Surrogates and all.
_TEXTS = st.text(st.characters(exclude_categories=()), max_size=200) | st.sampled_from(
    [*EVENTS, "GA1.1.1.2", "GS2.1.s1$o5", "{{x}}", "jane@example.com", "%40", "EUR", "1764000000"]
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), NOW_MICROS, Decimal("sNaN"), Decimal("1e999999")])
    | st.floats()
    | st.decimals()
    | _TEXTS
)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(_KEYS | st.text(max_size=50), inner, max_size=6)
    ),
    max_leaves=30,
)
_REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "client_id": _JSON,
        "app_instance_id": _JSON,
        "user_id": _JSON,
        "timestamp_micros": _SCALARS,
        "user_properties": _JSON,
        "user_data": _JSON,
        "consent": _JSON,
        "user_location": _JSON,
        "device": _JSON,
        "ip_override": _SCALARS,
        "events": st.lists(
            st.fixed_dictionaries(
                {"name": st.sampled_from(list(EVENTS)) | _SCALARS},
                optional={
                    "timestamp_micros": _SCALARS,
                    "params": st.dictionaries(_KEYS, _JSON)
                    | st.fixed_dictionaries(
                        {"items": st.lists(st.dictionaries(_KEYS, _SCALARS), max_size=3)}
                    ),
                },
            )
            | _JSON,
            max_size=3,
        ),
    },
)
_STREAMS = st.sampled_from(["web", "app"])


@given(_JSON | _REQUESTS, _STREAMS, st.booleans())
def test_total(payload: object, stream: Literal["web", "app"], limit_360: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    """Whatever the JSON, validation answers, with words that are known."""
    findings = validate(payload, now=NOW, stream=stream, limit_360=limit_360)

    assert isinstance(findings, tuple)
    for finding in findings:
        assert finding.level in Level
        assert finding.code in set(Code)
        assert finding.message
        assert len(finding.path) < 500
        assert finding.source in {v for v in vars(sources).values() if isinstance(v, str)}


@pytest.mark.parametrize("odd", [[], {}, Decimal("sNaN"), float("nan"), b"x", object()])
def test_odd_values(odd: object) -> None:
    """What has no hash, or cannot be compared, is a value like any other, wherever it stands."""
    keys = ["", *sorted({*PARAM_TYPES, *ITEM_TYPES, *_FIELDS})]

    assert [key for key in keys if not _is_found(key, odd)] == []


def _is_found(key: str, odd: object) -> bool:
    """Put an odd value under a key wherever one can stand; tell whether both streams name it."""
    events = [{"name": name, "params": {key: odd}} for name in ("purchase", "select_item", odd)]
    two_items = {"name": odd, "params": {"items": [{key: odd}, {key: odd}]}, key: odd}
    properties = {"plan": {"value": odd, key: odd}, key: odd}
    payload = request(
        events=[*events, two_items, odd],
        user_properties=properties,
        device={key: odd},
        user_location={key: odd},
        consent={key: odd},
        user_data={key: odd, "address": {key: odd}},
    )

    web, app = payload, payload | {key: odd}
    return bool(validate(web, now=NOW) and validate(app, now=NOW, stream="app"))


@given(_JSON | _REQUESTS)
def test_pure(payload: object) -> None:
    """The same request gets the same findings, and the verdict is that of the worst."""
    findings = validate(payload, now=NOW)

    assert validate(payload, now=NOW) == findings
    levels = [finding.level for finding in findings]
    expected = "error" if Level.ERROR in levels else "advice" if levels else "ok"
    assert verdict(findings) == expected


@given(st.integers(10**9, 10**10 - 1), st.data())
def test_no_value_is_repeated(number: int, data: st.DataObject) -> None:
    """No finding holds a text it was given, wherever it stood."""
    marked = f"Qzx{number}"
    texts = st.just(marked) | st.just(f"{marked}@example.com") | st.none() | st.integers(0, 9)
    values = st.recursive(
        texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner)
    )
    payload = data.draw(st.dictionaries(_KEYS, values))
    payload["events"] = data.draw(
        st.lists(
            st.fixed_dictionaries(
                {"name": texts, "params": st.dictionaries(_KEYS, values, max_size=5)}
            )
        )
    )

    findings = validate(payload, now=NOW)

    assert marked not in repr(findings)


@pytest.mark.parametrize("depth", [100, 100_000])
@pytest.mark.parametrize("kind", ["array", "object"])
def test_deep(kind: str, depth: int) -> None:
    """No nesting is too deep."""
    nested: Any = "jane@example.com"
    for _ in range(depth):
        nested = [nested] if kind == "array" else {"x": nested}

    findings = validate(event(note=nested), now=NOW)
    codes = [finding.code for finding in findings]
    # Python itself could not take such a tower down by recursion either.
    while isinstance(nested, list | dict):
        nested = nested.pop() if isinstance(nested, list) else nested.pop("x")

    assert codes == ["VALUE_INVALID", "PERSONAL_DATA"]
    assert len(findings[1].path) < 100


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(purchase(), id="purchase"),
        pytest.param(
            purchase(
                value=Decimal("19.90"),
                tax=Decimal("3.18"),
                shipping=0,
                coupon="SUMMER",
                customer_type="returning",
                session_id=NOW_MICROS // 1_000_000 - 60,
                session_number=3,
                engagement_time_msec=1,
                mp_source="payment_webhook",
                mp_attribution="session",
            ),
            id="purchase in a session",
        ),
        pytest.param(
            event("refund", transaction_id="ORD-1", currency="EUR", value=5), id="partial refund"
        ),
        pytest.param(event("qualify_lead", currency="EUR", value=500), id="lead"),
        pytest.param(event("kiosk_sale", store="7", items=[item(item_name="Tea")]), id="custom"),
        pytest.param(
            request(
                user_id="u-1",
                timestamp_micros=NOW_MICROS - 1,
                user_properties={"plan": {"value": "pro", "timestamp_micros": NOW_MICROS - 1}},
                user_data={"sha256_email_address": ["0a" * 32], "address": {"country": "DE"}},
                consent={"ad_user_data": "GRANTED", "ad_personalization": "DENIED"},
                user_location={"country_id": "DE", "region_id": "DE-BE"},
                device={"category": "mobile"},
            ),
            id="every field",
        ),
    ],
)
def test_good(payload: dict[str, Any]) -> None:
    """About a request that breaks no rule there is nothing to say."""
    assert validate(payload, now=NOW, size_bytes=1000) == ()


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(datetime.max.replace(tzinfo=UTC), id="the last moment"),
        pytest.param(datetime(1, 1, 1, tzinfo=UTC), id="the first moment"),
        pytest.param(NOW.astimezone(tz=None), id="another time zone"),
    ],
)
def test_any_now(now: datetime) -> None:
    """The current time may be any, in any time zone."""
    stamp = int((now - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))
    findings = validate(event(session_id=stamp // 10**6), now=now)

    assert {finding.level for finding in findings} <= {Level.ADVICE, Level.ERROR}


def test_app_stream() -> None:
    """A request to an app stream is judged by its own rules."""
    assert validate(app_request(), now=NOW, stream="app") == ()
    assert validate(app_request(), now=NOW, stream="web") != ()


def test_quick() -> None:
    """A purchase of five items takes tens of microseconds, so nobody need leave validation out.

    The bound is ten times what it takes; `make bench` measures.
    """
    items = [item(item_id=f"SKU-{n}", item_name="Tea", item_brand="Acme") for n in range(5)]
    payload = purchase(items=items, coupon="SUMMER", tax=3.18, mp_source="payment_webhook")
    best = 1.0
    for _ in range(20):
        start = time.perf_counter()
        validate(payload, now=NOW, size_bytes=1000)
        best = min(best, time.perf_counter() - start)

    assert best < 0.000_5
