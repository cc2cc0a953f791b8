"""Standard Webhooks beyond their HMAC: Svix's headers, asymmetric keys, readings of keys."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import SignatureError, SignatureMismatchError
from shared.providers.standard import StandardOptions, scheme
from shared.secrets.secret import Secret
from shared.webhooks.delivery import Delivery
from shared.webhooks.schemes import KeyEncoding
from shared.webhooks.verify import STANDARD, verify
from tests.support.billing_json import SECRET, headers, signature
from tests.support.builders import NOW, SECONDS
from tools.changed import replace

BODY = b'{"type": "purchase"}'
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC_BYTES = PRIVATE.public_key().public_bytes_raw()
PUBLIC = Secret("whpk_" + base64.b64encode(PUBLIC_BYTES).decode())


def asymmetric(
    body: bytes = BODY, *, name: str = "msg_1", at: int = SECONDS, key: Ed25519PrivateKey = PRIVATE
) -> str:
    """Return `v1a,…` for a body."""
    signed = key.sign(f"{name}.{at}.".encode() + body)
    return "v1a," + base64.b64encode(signed).decode()


def accepts(signatures: str, *secrets: Secret, body: bytes = BODY, prefix: str = "webhook") -> bool:
    """Tell whether a delivery with these signatures is taken."""
    delivery = Delivery(headers(signatures, prefix=prefix), body)
    try:
        return verify(STANDARD, delivery, secrets, now=NOW).body == body
    except SignatureError:
        return False


@pytest.mark.parametrize("prefix", ["webhook", "svix"])
@pytest.mark.parametrize(
    ("signatures", "secrets"),
    [
        pytest.param(asymmetric(), [PUBLIC], id="a public key"),
        pytest.param(asymmetric(), [Secret(SECRET), PUBLIC], id="a public key beside a secret"),
        pytest.param(signature(BODY, KEY), [PUBLIC, Secret(SECRET)], id="a secret beside it"),
        pytest.param(f"v1,AAAA {asymmetric()}", [PUBLIC], id="v1 besides"),
        pytest.param(f"v1a,AAAA {asymmetric()}", [PUBLIC], id="a wrong v1a besides"),
        pytest.param(asymmetric(), [Secret(PUBLIC.reveal().rstrip("="))], id="unpadded"),
    ],
)
def test_either_kind_of_signature_is_accepted(
    signatures: str, secrets: list[Secret], prefix: str
) -> None:
    """A sender may sign with a private key that nobody else ever has."""
    assert accepts(signatures, *secrets, prefix=prefix)


@pytest.mark.parametrize(
    ("signatures", "secrets"),
    [
        pytest.param(asymmetric(b"{}"), [PUBLIC], id="of another body"),
        pytest.param(asymmetric(name="msg_2"), [PUBLIC], id="of another delivery"),
        pytest.param(
            asymmetric(key=Ed25519PrivateKey.from_private_bytes(bytes(32))),
            [PUBLIC],
            id="by another key",
        ),
        pytest.param(asymmetric(), [Secret(SECRET)], id="no public key is held"),
        pytest.param("v1a,", [PUBLIC], id="empty"),
        pytest.param("v1a,*", [PUBLIC], id="no base64"),
        pytest.param("v1a,AAAA", [PUBLIC], id="too short"),
        pytest.param(asymmetric().replace("v1a", "v1"), [PUBLIC], id="under the other name"),
        pytest.param(asymmetric(), [Secret("whpk_")], id="an empty public key"),
        pytest.param(asymmetric(), [Secret("whpk_AAAA")], id="a short public key"),
        pytest.param(asymmetric(), [Secret("whpk_*é")], id="no public key at all"),
    ],
)
def test_any_other_asymmetric_signature_is_a_mismatch(
    signatures: str, secrets: list[Secret]
) -> None:
    """Perhaps the key was rotated; nothing else is ever raised."""
    with pytest.raises(SignatureMismatchError):
        verify(STANDARD, Delivery(headers(signatures), BODY), secrets, now=NOW)


@pytest.mark.parametrize("encoding", ["base64", "utf-8", "either"])
@pytest.mark.parametrize("prefix", ["whpk_", "whsk_"])
def test_no_half_of_a_key_pair_is_ever_an_hmacs_key(encoding: KeyEncoding, prefix: str) -> None:
    """Anybody knows the public one and could sign with it."""
    text = prefix + base64.b64encode(PUBLIC_BYTES).decode()
    row = replace(STANDARD, key=encoding)

    for key in (text.encode(), PUBLIC_BYTES, text.removeprefix(prefix).encode()):
        delivery = Delivery(headers(signature(BODY, key)), BODY)
        with pytest.raises(SignatureMismatchError):
            verify(row, delivery, [Secret(text)], now=NOW)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_asymmetric_signature_grows_stale_too(seconds: int) -> None:
    """The signature is genuine, its time is not."""
    at = SECONDS + seconds
    delivery = Delivery(headers(asymmetric(at=at), stamp=str(at)), BODY)

    with pytest.raises(SignatureError, match="more than 300 s from now"):
        verify(STANDARD, delivery, [PUBLIC], now=NOW)


@pytest.mark.parametrize(
    ("option", "by_decoded", "by_text"),
    [("base64", True, False), ("raw", False, True), ("either", True, True)],
)
@pytest.mark.parametrize("prefix", ["webhook", "svix"])
def test_a_sender_may_read_its_secret_its_own_way(
    option: str, prefix: str, *, by_decoded: bool, by_text: bool
) -> None:
    """Some sign with the text of the secret, where the standard decodes it."""
    options = StandardOptions(key_encoding=option)  # type: ignore[arg-type]

    for key, wanted in ((KEY, by_decoded), (SECRET.encode(), by_text)):
        delivery = Delivery(headers(signature(BODY, key), prefix=prefix), BODY)
        try:
            verify(scheme(options), delivery, [Secret(SECRET)], now=NOW)
        except SignatureMismatchError:
            assert not wanted
        else:
            assert wanted


@pytest.mark.parametrize("option", ["base64", "raw", "either"])
@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_===="])
def test_an_empty_key_signs_nothing_however_it_is_read(option: str, secret: str) -> None:
    """Anybody can sign with an empty key."""
    options = StandardOptions(key_encoding=option)  # type: ignore[arg-type]

    with pytest.raises(SignatureMismatchError):
        verify(
            scheme(options),
            Delivery(headers(signature(BODY, b"")), BODY),
            [Secret(secret)],
            now=NOW,
        )


def test_where_both_families_of_headers_stand_the_standards_own_count() -> None:
    """One of them decides, and a forged other changes nothing."""
    genuine, forged = headers(signature(BODY, KEY)), headers("v1,AAAA", prefix="svix")

    found = verify(STANDARD, Delivery((*forged, *genuine), BODY), [Secret(SECRET)], now=NOW)

    assert found.header("webhook-id") == "msg_1"


@pytest.mark.parametrize("missing", ["svix-id", "svix-timestamp", "svix-signature"])
def test_half_a_family_is_refused_by_the_missing_name(missing: str) -> None:
    """Names of the two families are not mixed."""
    document = headers(signature(BODY, KEY), prefix="svix")
    rest = tuple(pair for pair in document if pair[0] != missing)
    wanted = "webhook-signature" if missing == "svix-signature" else missing

    with pytest.raises(SignatureError, match=f"^{wanted}: header missing$"):
        verify(STANDARD, Delivery(rest, BODY), [Secret(SECRET)], now=NOW)


@given(
    signatures=st.text(st.characters(exclude_categories=[]))
    | st.binary().map(lambda raw: "v1a," + base64.b64encode(raw).decode()),
    key=st.text() | st.binary().map(lambda raw: "whpk_" + base64.b64encode(raw).decode()),
    body=st.binary(),
)
def test_whatever_the_key_and_the_signature_are_nothing_else_is_raised(
    signatures: str, key: str, body: bytes
) -> None:
    """Neither a library's own errors nor those of decoding."""
    with pytest.raises(SignatureError):
        verify(STANDARD, Delivery(headers(signatures), body), [Secret(key), PUBLIC], now=NOW)


@given(body=st.binary(), data=st.data())
def test_a_body_with_one_bit_changed_is_refused(body: bytes, data: st.DataObject) -> None:
    """An asymmetric signature covers every bit too."""
    changed = bytearray(body or b"\0")
    at = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[at // 8] ^= 1 << at % 8

    assert accepts(asymmetric(body), PUBLIC, body=body)
    assert not accepts(asymmetric(body), PUBLIC, body=bytes(changed))
