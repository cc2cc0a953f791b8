"""One function checks every provider's signature; here by Stripe's scheme."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import SignatureError, SignatureMismatchError
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery
from shared.webhooks.verify import STRIPE, verify
from tests.support.builders import NOW, SECONDS
from tests.support.stripe_json import SECRET, signature, with_signature

BODY = b'{"id": "evt_1"}'
# What Stripe's own library makes of BODY and SECRET at NOW.
V1 = "9f11d289d1f94b0f90802abac7684a1af504f90b91cd5894306bafd08f71b0d8"
HEADER = f"t={SECONDS},v1={V1}"
WRONG = "0" * 64
HELD = [Secret(SECRET)]


def test_a_signature_of_stripes_own_library_is_accepted() -> None:
    """The trusted bytes are exactly those received, under the provider's name."""
    found = verify(STRIPE, with_signature(BODY, HEADER), HELD, now=NOW)

    assert (found.provider, found.body) == ("stripe", BODY)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(f"t={SECONDS},v1={WRONG},v1={V1}", id="two v1, the first wrong"),
        pytest.param(f"t={SECONDS},v1={V1},v1={WRONG}", id="two v1, the second wrong"),
        pytest.param(f"t={SECONDS}, v1={V1}", id="a space after the comma"),
        pytest.param(f" t = {SECONDS} , v1 = {V1} ", id="spaces all around"),
        pytest.param(f"v1={V1},t={SECONDS}", id="the time last"),
        pytest.param(f"t={SECONDS},v0={WRONG},v1={V1}", id="v0 besides"),
        pytest.param(f"t={SECONDS},v1={V1},v2=abc", id="a scheme of the future besides"),
        pytest.param(f"t={SECONDS},nonsense,,v1={V1}", id="entries without a key"),
        pytest.param(f"t={SECONDS},v1=é,v1={V1}", id="a v1 beyond ASCII besides"),
        pytest.param(f"t={SECONDS},{'x=1,' * 14}v1={V1}", id="16 entries"),
        pytest.param(HEADER + " " * (4096 - len(HEADER)), id="4096 characters"),
    ],
)
def test_a_genuine_signature_is_found_among_what_else_stands_there(header: str) -> None:
    """Order, white space and entries of other schemes do not matter."""
    assert verify(STRIPE, with_signature(BODY, header), HELD, now=NOW).body == BODY


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        pytest.param("", "stripe-signature: no v1 signature", id="empty"),
        pytest.param(" ", "stripe-signature: no v1 signature", id="blank"),
        pytest.param("nonsense", "stripe-signature: no v1 signature", id="unparsable"),
        pytest.param(f"t={SECONDS}", "stripe-signature: no v1 signature", id="only a time"),
        pytest.param(f"t={SECONDS},v0={V1}", "stripe-signature: no v1 signature", id="only v0"),
        pytest.param(f"v1={V1}", "stripe-signature: no one time in Unix seconds", id="no time"),
        pytest.param(
            f"t={SECONDS},t={SECONDS},v1={V1}",
            "stripe-signature: no one time in Unix seconds",
            id="two times",
        ),
        pytest.param(
            f"t=,v1={V1}", "stripe-signature: no one time in Unix seconds", id="an empty time"
        ),
        pytest.param(
            f"t=-5,v1={V1}", "stripe-signature: no one time in Unix seconds", id="a negative time"
        ),
        pytest.param(
            f"t={SECONDS}.5,v1={V1}",
            "stripe-signature: no one time in Unix seconds",
            id="a fraction of a second",
        ),
        pytest.param(
            f"t={'9' * 13},v1={V1}",
            "stripe-signature: no one time in Unix seconds",
            id="13 digits",
        ),
        pytest.param(
            f"t=\u0661,v1={V1}",
            "stripe-signature: no one time in Unix seconds",
            id="digits of another script",
        ),
        pytest.param(
            f"t={SECONDS},{'x=1,' * 15}v1={V1}",
            "stripe-signature: more than 16 entries",
            id="17 entries",
        ),
        pytest.param(
            HEADER + " " * (4097 - len(HEADER)),
            "stripe-signature: header longer than 4096 characters",
            id="4097 characters",
        ),
    ],
)
def test_a_malformed_header_is_refused_and_says_why(header: str, problem: str) -> None:
    """It is no mismatch: no secret is read again for it."""
    with pytest.raises(SignatureError) as caught:
        verify(STRIPE, with_signature(BODY, header), HELD, now=NOW)

    assert (SignatureError, problem) == (type(caught.value), str(caught.value))


@pytest.mark.parametrize(
    "v1",
    [
        pytest.param(WRONG, id="another"),
        pytest.param("", id="empty"),
        pytest.param(V1.upper(), id="capitals"),
        pytest.param(V1[:-1], id="cut off"),
        pytest.param(V1 + "0", id="too long"),
        pytest.param("é" * 64, id="beyond ASCII"),
        pytest.param("\udcff" * 64, id="half characters"),
        pytest.param("\0", id="a zero byte"),
    ],
)
def test_a_well_formed_header_with_a_wrong_signature_is_a_mismatch(v1: str) -> None:
    """Perhaps the secret was rotated, so it is told from a malformed header."""
    with pytest.raises(SignatureMismatchError, match="made with no secret we hold"):
        verify(STRIPE, with_signature(BODY, f"t={SECONDS},v1={v1}"), HELD, now=NOW)


def test_a_missing_header_is_refused() -> None:
    """Anybody can post; only the provider can sign."""
    with pytest.raises(SignatureError, match=r"^stripe-signature: header missing$"):
        verify(STRIPE, Delivery((("content-type", "application/json"),), BODY), HELD, now=NOW)


def test_a_header_given_twice_is_refused() -> None:
    """Nobody knows which of the two another reader on the way believed."""
    with pytest.raises(SignatureError, match=r"^stripe-signature: header given 2 times$"):
        verify(STRIPE, with_signature(BODY, HEADER, HEADER), HELD, now=NOW)


def test_other_headers_are_passed_over() -> None:
    """Only the provider's own header counts."""
    headers = (("x-signature", "v1=0"), ("stripe-signature", HEADER), ("accept", "*/*"))

    assert verify(STRIPE, Delivery(headers, BODY), HELD, now=NOW).body == BODY


@pytest.mark.parametrize("position", [0, 1, 2])
def test_any_one_of_several_secrets_will_do(position: int) -> None:
    """While a secret is rotated the old and the new one are both valid."""
    secrets = [Secret(f"whsec_{n}") for n in range(3)]
    header = signature(BODY, f"whsec_{position}")

    assert verify(STRIPE, with_signature(BODY, header), secrets, now=NOW).body == BODY


def test_without_a_secret_nothing_is_genuine() -> None:
    """An empty list never means `do not check`."""
    with pytest.raises(SignatureMismatchError):
        verify(STRIPE, with_signature(BODY, HEADER), [], now=NOW)


def test_an_empty_secret_signs_nothing() -> None:
    """Anybody can make a signature with an empty key."""
    with pytest.raises(SignatureMismatchError):
        verify(STRIPE, with_signature(BODY, signature(BODY, "")), [Secret("")], now=NOW)


def test_an_empty_body_can_be_signed() -> None:
    """What an empty body means is not the signature's business."""
    assert verify(STRIPE, with_signature(b"", signature(b"", SECRET)), HELD, now=NOW).body == b""


def test_a_body_that_is_no_text_can_be_signed() -> None:
    """The signature is over bytes, and nothing decodes them."""
    body = b"\xff\xfe\x00"

    found = verify(STRIPE, with_signature(body, signature(body, SECRET)), HELD, now=NOW)

    assert found.body == body


@pytest.mark.parametrize("seconds", [-300, -299, 0, 299, 300])
def test_five_minutes_off_in_either_direction_are_tolerated(seconds: int) -> None:
    """Clocks differ."""
    header = signature(BODY, SECRET, at=SECONDS + seconds)

    assert verify(STRIPE, with_signature(BODY, header), HELD, now=NOW).body == BODY


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 10**9])
def test_more_than_five_minutes_off_in_either_direction_is_refused(seconds: int) -> None:
    """A genuine signature may be replayed; one of the future would be valid for ever."""
    header = signature(BODY, SECRET, at=SECONDS + seconds)

    with pytest.raises(SignatureError) as caught:
        verify(STRIPE, with_signature(BODY, header), HELD, now=NOW)

    assert (SignatureError, "stripe-signature: signed more than 300 s from now") == (
        type(caught.value),
        str(caught.value),
    )


def test_the_tolerance_counts_parts_of_a_second() -> None:
    """300.000001 seconds are more than 300."""
    with pytest.raises(SignatureError, match="300 s from now"):
        verify(
            STRIPE,
            with_signature(BODY, HEADER),
            HELD,
            now=NOW + timedelta(seconds=300, microseconds=1),
        )


def test_a_stale_forgery_is_a_mismatch_and_not_stale() -> None:
    """The signature is checked first: a forger learns nothing about our clock."""
    with pytest.raises(SignatureMismatchError):
        verify(STRIPE, with_signature(BODY, f"t=1,v1={WRONG}"), HELD, now=NOW)


def test_no_error_repeats_the_header_the_body_or_the_secret() -> None:
    """Its text goes into an answer and a log line."""
    with pytest.raises(SignatureError) as caught:
        verify(STRIPE, with_signature(b"jane@example.com", HEADER), HELD, now=NOW)

    assert str(caught.value) == "stripe-signature: made with no secret we hold"


ANYTHING = st.text(st.characters(exclude_categories=[]))
NEARLY = st.lists(
    st.tuples(
        st.sampled_from(["t", "v1", "v0", " t", "", "T"]),
        st.sampled_from(["=", "==", "", ":"]),
        st.sampled_from([str(SECONDS), "1e9", "-1", V1, "é", "\ud800", ""]) | ANYTHING,
    ).map("".join)
).map(",".join)


@given(
    headers=st.lists(
        st.tuples(st.sampled_from(["stripe-signature", "x"]) | ANYTHING, NEARLY | ANYTHING)
    ),
    body=st.binary(),
)
def test_whatever_arrives_it_is_trusted_or_refused(
    headers: list[tuple[str, str]], body: bytes
) -> None:
    """No header and no body whatever raises anything but SignatureError."""
    try:
        found = verify(STRIPE, Delivery(tuple(headers), body), HELD, now=NOW)
    except SignatureError:
        return
    assert found.body == body


@given(body=st.binary(min_size=1), data=st.data())
def test_a_body_with_one_bit_changed_is_refused(body: bytes, data: st.DataObject) -> None:
    """The signature covers every bit."""
    at = data.draw(st.integers(0, len(body) * 8 - 1))
    changed = bytearray(body)
    changed[at // 8] ^= 1 << at % 8

    with pytest.raises(SignatureMismatchError):
        verify(STRIPE, with_signature(bytes(changed), signature(body, SECRET)), HELD, now=NOW)
