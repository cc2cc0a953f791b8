"""Stripe's own library as the oracle: we agree with it, except where it is known to be wrong."""

import json

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from stripe import SignatureVerificationError, WebhookSignature

from shared.errors import SignatureError
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery
from shared.webhooks.verify import STRIPE, verify
from tests.support.builders import NOW, SECONDS
from tests.support.stripe_json import SECRET, as_bytes, event, signature, with_signature

BODY = b'{"id": "evt_1"}'
SECRETS = st.text(min_size=1, max_size=80).filter(str.strip)


def accepts(delivery: Delivery, secret: str = SECRET) -> bool:
    """Tell whether ours accepts a delivery."""
    try:
        verify(STRIPE, delivery, [Secret(secret)], now=NOW)
    except SignatureError:
        return False
    return True


def stripe_accepts(delivery: Delivery, secret: str = SECRET) -> bool:
    """Tell whether theirs does, its look at the clock left out."""
    try:
        WebhookSignature.verify_header(
            delivery.body, delivery.headers[0][1], secret, tolerance=None
        )
    except SignatureVerificationError:
        return False
    return True


@given(body=st.text(), secret=SECRETS)
def test_what_stripe_signs_we_accept(body: str, secret: str) -> None:
    """For any body and any secret."""
    header = WebhookSignature.generate_signature_header(body, secret, SECONDS)

    assert accepts(with_signature(body.encode(), header), secret)


@given(body=st.text(), secret=SECRETS)
def test_what_we_sign_stripe_accepts(body: str, secret: str) -> None:
    """So the tests' own signer speaks Stripe's scheme."""
    header = signature(body.encode(), secret)

    assert stripe_accepts(with_signature(body.encode(), header), secret)


V1 = signature(BODY, SECRET).partition("v1=")[2]


@given(
    entries=st.lists(
        st.sampled_from(
            [f"t={SECONDS}", f"v1={V1}", f"v0={V1}", "v1=0", "v1=", f"v2={V1}", "x=1", "x"]
        ),
        max_size=16,
    )
)
def test_of_any_well_spaced_header_both_think_alike(entries: list[str]) -> None:
    """Repeated times apart, which theirs takes the first of."""
    delivery = with_signature(BODY, ",".join(entries))
    if sum(entry == f"t={SECONDS}" for entry in entries) > 1:
        assert not accepts(delivery)
    else:
        assert accepts(delivery) == stripe_accepts(delivery)


@pytest.mark.parametrize(
    ("header", "ours"),
    [
        pytest.param("", False, id="no header value"),
        pytest.param("nonsense", False, id="unparsable"),
        pytest.param(f"v1={V1}", False, id="no time"),
        pytest.param(f"t={SECONDS},v0={V1}", False, id="only v0"),
        pytest.param(f"t={SECONDS},v1=0,v1={V1}", True, id="two v1, the first wrong"),
    ],
)
def test_rows_of_the_fact_sheet_on_which_both_agree(header: str, *, ours: bool) -> None:
    """What stripe-python 16.1.0 was measured to do, and ours does too."""
    delivery = with_signature(BODY, header)

    assert (ours, ours) == (accepts(delivery), stripe_accepts(delivery))


@pytest.mark.parametrize(
    "body", [b"text", b'"text"', b"bytes \xc3\xa9"], ids=["not JSON", "JSON", "UTF-8"]
)
def test_a_signature_says_nothing_about_the_body(body: bytes) -> None:
    """Theirs raises JSONDecodeError out of construct_event; ours verifies and parses apart."""
    assert accepts(with_signature(body, signature(body, SECRET)))


def test_a_space_after_the_comma_is_refused_by_theirs_and_accepted_by_ours() -> None:
    """The signature is genuine; a proxy may have folded the header."""
    delivery = with_signature(BODY, f"t={SECONDS}, v1={V1}")

    assert (accepts(delivery), stripe_accepts(delivery)) == (True, False)


def test_a_signature_of_the_year_2099_is_accepted_by_theirs_and_refused_by_ours() -> None:
    """Once leaked it would be valid for decades."""
    header = signature(BODY, SECRET, at=4_070_908_800)

    assert WebhookSignature.verify_header(BODY, header, SECRET, tolerance=300)
    assert not accepts(with_signature(BODY, header))


def test_a_stale_signature_is_refused_by_both() -> None:
    """Theirs reads the clock itself, so it is shown one that is stale for ever."""
    header = signature(BODY, SECRET, at=1_600_000_000)

    with pytest.raises(SignatureVerificationError, match="outside the tolerance zone"):
        WebhookSignature.verify_header(BODY, header, SECRET, tolerance=300)
    assert not accepts(with_signature(BODY, header))


def test_a_v1_beyond_ascii_is_a_type_error_in_theirs_and_refused_by_ours() -> None:
    """A stranger must not be able to make a 500 of a 400."""
    header = f"t={SECONDS},v1=é"

    with pytest.raises(TypeError):
        WebhookSignature.verify_header(BODY, header, SECRET)
    assert not accepts(with_signature(BODY, header))


def test_a_body_that_is_no_text_is_a_unicode_error_in_theirs_and_verified_by_ours() -> None:
    """Nothing decodes the bytes before they are trusted."""
    body = b"\xff"

    with pytest.raises(UnicodeDecodeError):
        WebhookSignature.verify_header(body, signature(body, SECRET), SECRET)
    assert accepts(with_signature(body, signature(body, SECRET)))
    assert not accepts(with_signature(body, f"t={SECONDS},v1=0"))


def test_a_body_that_is_no_json_is_an_error_out_of_theirs_and_verified_by_ours() -> None:
    """Parsing comes after, and has an error of its own."""
    body = b"not JSON"
    delivery = with_signature(body, signature(body, SECRET))

    with pytest.raises(json.JSONDecodeError):
        stripe.Webhook.construct_event(body, delivery.headers[0][1], SECRET, tolerance=10**9)
    assert accepts(delivery)


def test_a_thin_event_is_a_value_error_out_of_theirs_and_verified_by_ours() -> None:
    """Which event it is does not matter to the signature."""
    body = as_bytes(event({}, object="v2.core.event"))
    delivery = with_signature(body, signature(body, SECRET))

    with pytest.raises(ValueError, match="thin event"):
        stripe.Webhook.construct_event(body, delivery.headers[0][1], SECRET, tolerance=10**9)
    assert accepts(delivery)


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_a_blank_secret_is_refused_by_theirs_and_never_reaches_ours(secret: str) -> None:
    """The cache of secrets refuses blank ones; what slips through signs nothing."""
    delivery = with_signature(BODY, signature(BODY, secret))

    assert not stripe_accepts(delivery, secret)
    assert not accepts(delivery, secret.strip())
