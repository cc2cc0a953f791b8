"""A signature where there is one; else, and only where the settings name it, the static header."""

import asyncio
import hashlib
import hmac
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import SignatureError, SignatureMismatchError
from shared.providers.revenuecat.events import parse
from shared.providers.revenuecat.proof import RevenueCatProof
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials, require_proof
from shared.webhooks.delivery import Delivery, Head, VerifiedDelivery
from tests.support.builders import NOW, SECONDS

BODY: Final = b'{"api_version": "1.0", "event": {"id": "e", "type": "TEST"}}'
HEADER: Final = "x-revenuecat-webhook-signature"
CHOSEN: Final = "Bearer chosen-by-the-shop"


def signature(key: str = "rc_secret", at: int = SECONDS) -> tuple[str, str]:
    """Sign as RevenueCat's page describes it."""
    made = hmac.new(key.encode(), b"%d." % at + BODY, hashlib.sha256).hexdigest()
    return (HEADER, f"t={at},v1={made}")


def judge(
    *headers: tuple[str, str], secrets: tuple[str, ...] = (), chosen: tuple[str, ...] = ()
) -> VerifiedDelivery:
    """Judge a delivery by what the settings name."""
    others = {"authorization": tuple(map(Secret, chosen))} if chosen else {}
    return asyncio.run(
        RevenueCatProof().authenticate(
            Delivery(headers, BODY), Credentials(tuple(map(Secret, secrets)), others), now=NOW
        )
    )


BOTH: Final = {"secrets": ("rc_secret",), "chosen": (CHOSEN,)}


def test_either_proof_is_taken_where_the_settings_name_it() -> None:
    """The signature, one of two, the header alone, and one of two headers while it is changed."""
    assert judge(signature(), secrets=("rc_secret",)).body == BODY
    name, text = signature()
    several = (name, text.replace(",v1=", ",v1=00,v1="))
    assert judge(several, secrets=("rc_secret",)).body == BODY
    assert judge(("authorization", CHOSEN), chosen=(CHOSEN,)).body == BODY
    assert judge(("authorization", "Bearer new"), chosen=(CHOSEN, "Bearer new")).body == BODY
    assert judge(("authorization", CHOSEN), **BOTH).body == BODY
    assert judge(signature(), ("authorization", "wrong"), **BOTH).body == BODY
    # RevenueCat signs, and the shop has not named that secret.
    assert judge(signature("unknown"), ("authorization", CHOSEN), chosen=(CHOSEN,)).body == BODY


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((signature("another"), ("authorization", CHOSEN)), id="a wrong signature"),
        pytest.param(((HEADER, "v1"), ("authorization", CHOSEN)), id="no signature at all"),
        pytest.param((signature(at=SECONDS - 301), ("authorization", CHOSEN)), id="an old one"),
        pytest.param((("authorization", CHOSEN[:-1]),), id="a shorter header"),
        pytest.param((("authorization", f"{CHOSEN} "),), id="a longer header"),
        pytest.param((("authorization", CHOSEN.lower()),), id="another case"),
        pytest.param((("authorization", ""),), id="an empty header"),
        pytest.param((("authorization", CHOSEN), ("authorization", CHOSEN)), id="given twice"),
        pytest.param((("authorization", "x" * 5000),), id="far too long"),
        pytest.param((("authorization", "\ud800é"),), id="no header of HTTP's"),
        pytest.param((), id="nothing"),
    ],
)
def test_a_signature_that_is_there_has_to_be_right(headers: tuple[tuple[str, str], ...]) -> None:
    """Whoever knows the header alone cannot add a wrong signature to it."""
    with pytest.raises(SignatureError):
        judge(*headers, **BOTH)


def test_the_static_header_is_nothing_where_no_setting_names_it() -> None:
    """Nor is it anything where its secret is empty."""
    with pytest.raises(SignatureError):
        judge(("authorization", CHOSEN), secrets=("rc_secret",))
    with pytest.raises(SignatureError):
        judge(("authorization", ""), chosen=("",))
    with pytest.raises(SignatureMismatchError):
        judge(("authorization", "Bearer other"), chosen=(CHOSEN,))
    with pytest.raises(SignatureError, match="header missing"):
        require_proof(RevenueCatProof(), Head(()))


@given(st.text(st.characters(exclude_categories=[])), st.text(st.characters(exclude_categories=[])))
def test_whatever_the_headers_hold_is_refused_with_one_error(signed: str, chosen: str) -> None:
    """Bytes and texts of any kind."""
    with pytest.raises(SignatureError):
        judge((HEADER, signed), ("authorization", chosen), **BOTH)
    with pytest.raises(SignatureError):
        judge(("authorization", chosen), chosen=("not " + chosen[:5] + "that",))


def test_without_a_signature_the_body_says_how_old_it_is() -> None:
    """So that a captured delivery is refused once the ledger has forgotten it."""
    body = b'{"event": {"id": "e", "type": "TEST", "event_timestamp_ms": 1795435200000}}'
    (bare,) = parse(VerifiedDelivery("revenuecat", body))
    (signed,) = parse(VerifiedDelivery("revenuecat", body, (signature(),)))

    assert (bare.signed_at, signed.signed_at) == (NOW, None)
