"""The context within `client_reference_id`, as the guides and the snippet write it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice, Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.cookies import client_id_from
from shared.domain.event import Link
from shared.providers.stripe import StripeOptions, map_event, parse
from shared.providers.stripe.buyer import from_reference, joined
from tests.support.guides import guide
from tests.support.stripe_json import checkout_session, event, verified

CODED = "ga4ctx1_1170316824-2E1763812345_1763990000_3_1763990420_gdx"
CONTEXT = Context(
    client_id="1170316824.1763812345",
    session_id=1763990000,
    session_number=3,
    consent=Consent(Choice.GRANTED, Choice.DENIED, None),
    captured_at=datetime.fromtimestamp(1763990420, UTC),
)
_written = guide("payment_link").client_reference

_CLIENTS = st.from_regex(r"[1-9][0-9]{0,9}\.[1-9][0-9]{0,9}", fullmatch=True) | st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="@%\"'"),
    min_size=1,
    max_size=40,
).filter(lambda text: client_id_from(text).client_id == text)
_SECONDS = st.integers(1_325_376_000, 9_999_999_999)
_CHOICE = st.sampled_from(["granted", "denied", None])


def test_a_reference_holds_a_context() -> None:
    """Client, session, its number, when it was seen, and what was allowed."""
    assert from_reference(CODED) == CONTEXT


@given(
    client=st.none() | _CLIENTS,
    session=st.none() | _SECONDS,
    number=st.none() | st.integers(1, 999_999_999),
    captured=st.none() | _SECONDS,
    consent=st.tuples(_CHOICE, _CHOICE, _CHOICE),
)
def test_round_trip(
    client: str | None,
    session: int | None,
    number: int | None,
    captured: int | None,
    consent: tuple[str | None, str | None, str | None],
) -> None:
    """Whatever the page knows comes back, in characters that Stripe does not drop."""
    names = ["client_id", "session_id", "session_number", "captured_at", "consent_analytics"]
    names += ["consent_ad_user_data", "consent_ad_personalization"]
    values = [client, session, number, captured, *consent]
    raw = {
        f"ga_{name}": str(value)
        for name, value in zip(names, values, strict=True)
        if value is not None
    }

    reference = _written(raw)
    if reference is None:
        assert client is None or len(client) > 30
        return
    assert set(reference) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    assert len(reference) <= 200
    analytics, user_data, personalization = (Choice(word) if word else None for word in consent)
    assert from_reference(reference) == Context(
        client_id=client,
        session_id=session,
        session_number=number,
        consent=Consent(analytics, user_data, personalization),
        captured_at=None if captured is None else datetime.fromtimestamp(captured, UTC),
    )


@pytest.mark.parametrize(
    "reference",
    [
        None,
        "",
        "ORD-9",
        "basket_17",
        "ga4ctx1",
        "ga4ctx1_",
        "ga4ctx1_basket",
        CODED.upper(),
        f"x{CODED}",
        f"{CODED}x",
        f"{CODED}\n",
        CODED.replace("ga4ctx1", "ga4ctx2"),
        CODED.replace("-2E", "."),
        CODED.replace("-2E", "-2e"),
        CODED.replace("-2E", "-G0"),
        CODED.replace("_3_", "_three_"),
        CODED.replace("1763990000", "17639900001"),
        CODED.replace("gdx", "gd"),
        CODED.replace("gdx", "gdy"),
        CODED.replace("1170316824", "1" * 200),
        CODED.replace("1170316824", "\u0661\u0661\u0667\u0660"),
    ],
)
def test_a_reference_of_the_shops_own_is_left_alone(reference: str | None) -> None:
    """Only the whole form, tag and all, is ours."""
    assert from_reference(reference) is None


@given(st.text() | st.from_regex(r"ga4ctx1_[-0-9A-F_gdx]*", fullmatch=True))
def test_total(reference: str) -> None:
    """Whatever stands there, it is ours and believable, or it is not ours."""
    found = from_reference(reference)

    assert found is None or "@" not in (found.client_id or "")


@pytest.mark.parametrize(
    ("written", "client_id", "session_id"),
    [
        pytest.param(CODED.replace("1170316824-2E1763812345", "jane-40example"), None, 1763990000),
        pytest.param(CODED.replace("1170316824-2E1763812345", "-FF"), None, 1763990000),
        pytest.param(CODED.replace("1763990000", "17"), CONTEXT.client_id, None),
    ],
    ids=["an address", "beyond ASCII", "no session's start"],
)
def test_what_cannot_be_believed_is_left_out(
    written: str, client_id: str | None, session_id: int | None
) -> None:
    """As it is everywhere else; the rest counts."""
    found = from_reference(written)

    assert found is not None
    assert (found.client_id, found.session_id) == (client_id, session_id)


def test_a_session_of_a_payment_link_has_the_buyers_context() -> None:
    """And the reference is no name of the buyer's, under which others would find it."""
    session = checkout_session(client_reference_id=CODED)
    (notification,) = parse(verified(event(session)))

    found = map_event(notification, StripeOptions())

    assert isinstance(found, Conversion)
    assert found.context == CONTEXT
    assert found.customer_references == ("cus_1",)


def test_a_subscription_of_a_payment_link_has_the_buyers_context() -> None:
    """Its invoice has no such field: the session tells whose it is."""
    session = checkout_session(
        mode="subscription", subscription="sub_1", client_reference_id=CODED, payment_intent=None
    )
    (notification,) = parse(verified(event(session)))

    found = map_event(notification, StripeOptions())

    assert isinstance(found, Link)
    assert found.context == CONTEXT
    assert "sub_1" in found.customer_references


def test_a_links_own_metadata_comes_first() -> None:
    """A client the shop wrote itself is the one."""
    raw = Context(client_id="1.2", user_id="u-7")

    found = joined(raw, CONTEXT)

    assert (found.client_id, found.session_id, found.user_id) == ("1.2", None, "u-7")


@pytest.mark.parametrize("raw", [Choice.GRANTED, Choice.DENIED, None])
@pytest.mark.parametrize("carried", [Choice.GRANTED, Choice.DENIED, None])
def test_a_denial_in_either_place_counts(raw: Choice | None, carried: Choice | None) -> None:
    """A link's metadata is the same for all its buyers."""
    found = joined(
        Context(consent=Consent(raw, raw, raw)),
        Context(consent=Consent(carried, carried, carried)),
    ).consent

    expected = Choice.DENIED if Choice.DENIED in {raw, carried} else raw or carried
    assert (found.analytics, found.ad_user_data, found.ad_personalization) == (expected,) * 3
