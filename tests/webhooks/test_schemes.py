"""A provider's signature is a row of data: each of them is verified by the same function."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from shared.errors import SignatureError
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery
from shared.webhooks.verify import PADDLE, SCHEMES, SHOPIFY, STANDARD, Scheme, verify
from tests.support.builders import NOW, SECONDS
from tools.changed import replace

BODY = b'{"id": "evt_1"}'

STANDARD_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
# Each made once, by the provider's own library or by openssl.
PADDLE_H1 = "e5e7aaa02c99163a1f03b3a06d6e1ecbe34bc0724eb5d836fed00d65c7893906"
STANDARD_V1 = "DXNv9QmcZOZ/zhn7RJC6/+xK61nU9szQ75YhS2U8PhI="
SHOPIFY_HMAC = "L+iOJCK+6ZggQm2HBIKdQE24wCo+idow1wjx0mykE84="


def standard(
    signatures: str = f"v1,{STANDARD_V1}", *, stamp: str = str(SECONDS), name: str = "msg_1"
) -> tuple[tuple[str, str], ...]:
    """Return the three headers of Standard Webhooks."""
    return (
        ("webhook-id", name),
        ("webhook-timestamp", stamp),
        ("webhook-signature", signatures),
    )


GENUINE = [
    pytest.param(
        PADDLE, "pdl_ntfset_1", (("paddle-signature", f"ts={SECONDS};h1={PADDLE_H1}"),), id="Paddle"
    ),
    pytest.param(
        PADDLE,
        "pdl_ntfset_1",
        (("paddle-signature", f"ts={SECONDS};h1=0;h1={PADDLE_H1}"),),
        id="Paddle, two signatures",
    ),
    pytest.param(STANDARD, STANDARD_SECRET, standard(), id="Standard Webhooks"),
    pytest.param(
        STANDARD,
        STANDARD_SECRET,
        standard(f"v1a,xyz v1,AAAA v1,{STANDARD_V1}"),
        id="Standard Webhooks, several signatures",
    ),
    pytest.param(
        STANDARD,
        STANDARD_SECRET.removeprefix("whsec_"),
        standard(),
        id="Standard Webhooks, a secret without its prefix",
    ),
    pytest.param(
        STANDARD,
        STANDARD_SECRET,
        tuple((name.replace("webhook", "svix"), value) for name, value in standard()),
        id="Standard Webhooks, Svix's names",
    ),
    pytest.param(
        SHOPIFY, "shpss_1", (("x-shopify-hmac-sha256", SHOPIFY_HMAC),), id="Shopify, no time"
    ),
]


@pytest.mark.parametrize(("scheme", "secret", "headers"), GENUINE)
def test_a_row_is_all_a_provider_needs(
    scheme: Scheme, secret: str, headers: tuple[tuple[str, str], ...]
) -> None:
    """The same function verifies it."""
    found = verify(scheme, Delivery(headers, BODY), [Secret(secret)], now=NOW)

    assert (scheme.provider, BODY) == (found.provider, found.body)


@pytest.mark.parametrize(("scheme", "secret", "headers"), GENUINE)
def test_a_row_refuses_a_changed_body(
    scheme: Scheme, secret: str, headers: tuple[tuple[str, str], ...]
) -> None:
    """One byte is enough."""
    with pytest.raises(SignatureError):
        verify(scheme, Delivery(headers, BODY + b" "), [Secret(secret)], now=NOW)


@pytest.mark.parametrize(("scheme", "secret", "headers"), GENUINE)
def test_a_row_refuses_another_secret(
    scheme: Scheme, secret: str, headers: tuple[tuple[str, str], ...]
) -> None:
    """Only the shop's own will do."""
    with pytest.raises(SignatureError):
        verify(scheme, Delivery(headers, BODY), [Secret(f"{secret}QUJD")], now=NOW)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(standard()[1:], id="no id"),
        pytest.param((*standard(), ("webhook-id", "msg_2")), id="two ids"),
        pytest.param(standard(name="msg_2"), id="another id"),
        pytest.param((standard()[0], standard()[2]), id="no time"),
        pytest.param(standard(stamp=f"{SECONDS}.5"), id="half a second"),
        pytest.param(standard(stamp=str(SECONDS + 1)), id="another time"),
        pytest.param(standard(stamp=""), id="an empty time"),
        pytest.param(standard("v1"), id="no signature after the version"),
        pytest.param(standard("v1,"), id="an empty signature"),
        pytest.param(standard("v1,abc"), id="no base64"),
        pytest.param(standard("v1,\0"), id="a zero byte"),
        pytest.param(standard(f"v1a,{STANDARD_V1}"), id="another version"),
        pytest.param(standard(STANDARD_V1), id="no version"),
        pytest.param(standard(f"v1,{STANDARD_V1} " + "v1,AAAA " * 16), id="18 signatures"),
    ],
)
def test_whatever_is_odd_about_standard_webhooks_is_refused(
    headers: tuple[tuple[str, str], ...],
) -> None:
    """Their own library raises ValueError and binascii.Error for some of these."""
    with pytest.raises(SignatureError):
        verify(STANDARD, Delivery(headers, BODY), [Secret(STANDARD_SECRET)], now=NOW)


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("whsec_", id="only the prefix"),
        pytest.param("whsec_====", id="only padding"),
        pytest.param("whsec_*", id="no base64"),
        pytest.param("whsec_A", id="no whole byte"),
        pytest.param("whsec_é", id="beyond ASCII"),
    ],
)
@pytest.mark.parametrize(
    "signature",
    [
        # HMAC-SHA256 with an empty key: anybody can make it.
        "v1,31mJTM9rQ0ps59cypzTSqKst663CVK+rzE83F1gaA2A=",
        "v1,",
        "v1,\0",
    ],
    ids=["by an empty key", "empty", "a zero byte"],
)
def test_a_secret_that_cannot_be_a_key_signs_nothing(secret: str, signature: str) -> None:
    """A misconfigured secret must not open the door to everybody."""
    with pytest.raises(SignatureError):
        verify(STANDARD, Delivery(standard(signature), BODY), [Secret(secret)], now=NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_rows_time_is_bounded_like_stripes(seconds: int) -> None:
    """A header of its own may hold the time."""
    stamp = SECONDS + seconds
    signed = sign_standard(STANDARD_SECRET, "msg_1", stamp, BODY.decode())
    headers = standard(signed, stamp=str(stamp))

    with pytest.raises(SignatureError, match="more than 300 s from now"):
        verify(STANDARD, Delivery(headers, BODY), [Secret(STANDARD_SECRET)], now=NOW)


def test_a_rows_tolerance_is_its_own() -> None:
    """Paddle's library allows five seconds; ours what everybody has."""
    strict = replace(PADDLE, tolerance_seconds=5)
    delivery = Delivery((("paddle-signature", f"ts={SECONDS};h1={PADDLE_H1}"),), BODY)
    secrets = [Secret("pdl_ntfset_1")]

    assert verify(strict, delivery, secrets, now=NOW.replace(second=5)).body == BODY
    with pytest.raises(SignatureError, match="more than 5 s from now"):
        verify(strict, delivery, secrets, now=NOW.replace(second=6))
    assert verify(PADDLE, delivery, secrets, now=NOW.replace(minute=5)).body == BODY


def sign_standard(secret: str, name: str, stamp: int, body: str) -> str:
    """Sign as the library of Standard Webhooks does."""
    return Webhook(secret).sign(name, NOW.fromtimestamp(stamp, NOW.tzinfo), body)


@given(
    key=st.binary(min_size=1, max_size=64),
    padded=st.booleans(),
    name=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
    body=st.text(),
)
def test_what_the_library_of_standard_webhooks_signs_the_row_accepts(
    key: bytes, name: str, body: str, *, padded: bool
) -> None:
    """For any key, id and body, and whether the secret's base64 is padded or not."""
    encoded = base64.b64encode(key).decode()
    secret = "whsec_" + (encoded if padded else encoded.rstrip("="))
    headers = standard(sign_standard(secret, name, SECONDS, body), name=name)

    found = verify(STANDARD, Delivery(headers, body.encode()), [Secret(secret)], now=NOW)

    assert found.body == body.encode()


@given(
    scheme=st.sampled_from([PADDLE, STANDARD, SHOPIFY]),
    values=st.lists(st.text(st.characters(exclude_categories=[])), min_size=3, max_size=3),
    secret=st.text(),
    body=st.binary(),
)
def test_no_row_raises_anything_but_signature_error(
    scheme: Scheme, values: list[str], secret: str, body: bytes
) -> None:
    """Whatever stands in the headers, and whatever the secret is."""
    names = ("webhook-id", "webhook-timestamp", scheme.signature_header)
    delivery = Delivery(tuple(zip(names, values, strict=True)), body)

    with pytest.raises(SignatureError):
        verify(scheme, delivery, [Secret(secret)], now=NOW)


def test_the_rows_in_use_are_found_by_their_providers_name() -> None:
    """A row is keyed by the name that stands in it."""
    assert sorted(SCHEMES) == ["paddle", "shopify", "standard", "stripe"]
    assert all(name == scheme.provider for name, scheme in SCHEMES.items())
