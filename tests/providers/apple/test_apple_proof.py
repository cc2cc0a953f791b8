"""Apple's JWS: what is signed by Apple's chain, and all that only looks like it."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import MisconfiguredError, SignatureError
from shared.providers.apple.events import parse
from shared.providers.apple.proof import AppleProof
from shared.providers.apple.root import APPLE_ROOT
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from tools.traffic.apple_signer import (
    OF_APPLE,
    OF_THE_STORE,
    Signer,
    chain,
    marked,
    signer,
    signer_of,
)
from tools.traffic.certificates import issue

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MILLIS = int(NOW.timestamp()) * 1000
LEAF, INTERMEDIATE, ROOT = chain()
TRANSACTION: dict[str, Any] = {
    "transactionId": "1",
    "bundleId": "com.example.app",
    "environment": "Production",
    "signedDate": MILLIS - 5000,
}
DATA: dict[str, Any] = {
    "bundleId": "com.example.app",
    "appAppleId": 123456789,
    "environment": "Production",
}
NOTIFICATION: dict[str, Any] = {
    "notificationType": "SUBSCRIBED",
    "notificationUUID": "n-1",
    "signedDate": MILLIS - 5000,
}
Change = Callable[[dict[str, Any]], object]


def body_of(text: object) -> bytes:
    """Return what Apple posts."""
    return json.dumps({"signedPayload": text}).encode()


def notification(by: Signer | None = None, **data: object) -> dict[str, Any]:
    """Return a notification with a transaction that somebody signed."""
    inner = (by or signer()).jws(TRANSACTION)
    return {**NOTIFICATION, "data": {**DATA, "signedTransactionInfo": inner, **data}}


def judge(body: bytes, *, root: str | None = ROOT.pem, bundle: str = "com.example.app") -> bytes:
    """Return the bytes that are trusted."""
    proof = AppleProof(bundle, 123456789, root)
    return asyncio.run(proof.authenticate(Delivery((), body), Credentials(), now=NOW)).body


def refused(
    payload: object, by: Signer | None = None, header: dict[str, object] | None = None
) -> str:
    """Return why a payload is refused, and no more than that is raised."""
    with pytest.raises(SignatureError) as caught:
        judge(body_of((by or signer()).jws(payload, header)))
    return str(caught.value)


def test_what_apples_chain_signed_is_taken() -> None:
    """Production and sandbox, with a renewal or without."""
    renewal = signer().jws({"environment": "Production", "signedDate": MILLIS})
    sandbox = {**DATA, "environment": "Sandbox", "appAppleId": None}

    for payload in (
        notification(),
        notification(signedRenewalInfo=renewal),
        {**NOTIFICATION, "data": sandbox},
        {**NOTIFICATION, "summary": DATA},
    ):
        body = body_of(signer().jws(payload))
        assert judge(body) == body


def test_the_root_in_the_code_is_apples() -> None:
    """By its fingerprint, as Apple publishes it; our own chain does not lead to it."""
    root = x509.load_pem_x509_certificate(APPLE_ROOT.encode())

    assert root.fingerprint(hashes.SHA256()).hex() == (
        "63343abfb89a6a03ebb57e9b3f5fa7be7c4f5c756f3017b3a8c488c3653e9179"
    )
    assert root.subject.rfc4514_string().startswith("C=US,O=Apple Inc.") or (
        "CN=Apple Root CA - G3" in root.subject.rfc4514_string()
    )
    with pytest.raises(SignatureError, match="does not end at Apple's root"):
        judge(body_of(signer().jws(notification())), root=None)


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"alg": "ES384"},
        {"alg": "es256"},
        {"alg": None},
        {"alg": ["ES256"]},
        {"crit": ["exp"]},
        {"x5c": []},
        {"x5c": None},
        {"x5c": "text"},
        {"x5c": [LEAF.text]},
        {"x5c": [LEAF.text, ROOT.text]},
        {"x5c": [LEAF.text, INTERMEDIATE.text, INTERMEDIATE.text, ROOT.text]},
        {"x5c": [INTERMEDIATE.text, LEAF.text, ROOT.text]},
        {"x5c": [LEAF.text, ROOT.text, ROOT.text]},
        {"x5c": [ROOT.text, ROOT.text, ROOT.text]},
        {"x5c": [LEAF.text, INTERMEDIATE.text, "?"]},
        {"x5c": [LEAF.text, INTERMEDIATE.text, ""]},
        {"x5c": ["AAAA", INTERMEDIATE.text, ROOT.text]},
        {"x5c": [LEAF.text[:-8], INTERMEDIATE.text, ROOT.text]},
        {"x5c": [LEAF.text, INTERMEDIATE.text, ROOT.text * 9]},
    ],
)
def test_a_header_that_says_otherwise_is_refused(header: dict[str, object]) -> None:
    """Algorithms, and chains of another length or order."""
    assert refused(notification(), header=header)


def test_a_signature_of_another_kind_is_refused() -> None:
    """None at all, an HMAC with the public certificate as key, ASN.1, zeros."""
    head, payload, signature = signer().jws(notification()).split(".")
    number = base64.urlsafe_b64encode(b"\0" * 64).rstrip(b"=").decode()
    derived = signer().key.sign(f"{head}.{payload}".encode(), ec.ECDSA(hashes.SHA256()))
    asn1 = base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg": "none"}').rstrip(b"=").decode()

    for text in (
        f"{head}.{payload}.",
        f"{head}.{payload}",
        f"{none}.{payload}.",
        f"{none}.{payload}.{signature}",
        f"{head}.{payload}.{number}",
        f"{head}.{payload}.{asn1}",
        f"{head}.{payload}.{signature[:-4]}",
        f"{head}.{payload}.{signature}=",
        f"{head}.{payload}.{signature}.{signature}",
        f" {head}.{payload}.{signature}",
        f"{head}.{payload}x.{signature}",
    ):
        with pytest.raises(SignatureError):
            judge(body_of(text))


def _by(*names: str, **changes: Any) -> Signer:  # noqa: ANN401 - what `issue` takes
    """Return the signer of a chain of which some certificates are made otherwise."""

    def own(name: str) -> dict[str, Any]:
        return changes if name in names else {}

    intermediate = issue(
        "I", ROOT, **{"authority": True, "extensions": marked(OF_APPLE), **own("intermediate")}
    )
    leaf = issue("L", intermediate, **{"extensions": marked(OF_THE_STORE), **own("leaf")})
    return signer_of(leaf, intermediate, ROOT)


EARLIER = (NOW - timedelta(days=90), NOW - timedelta(days=1))
LATER = (NOW + timedelta(days=1), NOW + timedelta(days=90))
P384 = ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize(
    "by",
    [
        pytest.param(_by("leaf", extensions=()), id="the leaf has no marker"),
        pytest.param(
            _by("leaf", extensions=marked(OF_APPLE)), id="the leaf has the other's marker"
        ),
        pytest.param(_by("intermediate", extensions=()), id="the intermediate has no marker"),
        pytest.param(_by("leaf", valid=EARLIER), id="the leaf had expired"),
        pytest.param(_by("leaf", valid=LATER), id="the leaf is not valid yet"),
        pytest.param(_by("intermediate", valid=EARLIER), id="the intermediate had expired"),
        pytest.param(_by("intermediate", authority=False), id="the intermediate is no authority"),
        pytest.param(_by("intermediate", authority=None), id="the intermediate does not say"),
        pytest.param(_by("leaf", authority=True), id="the leaf is an authority"),
        pytest.param(
            _by("leaf", key=ec.generate_private_key(ec.SECP384R1())), id="a key of another curve"
        ),
        pytest.param(
            signer_of(issue("L", LEAF, extensions=marked(OF_THE_STORE)), LEAF, ROOT),
            id="issued by the leaf",
        ),
        pytest.param(
            signer_of(issue("L", extensions=marked(OF_THE_STORE)), INTERMEDIATE, ROOT),
            id="issued by itself",
        ),
        pytest.param(
            Signer(ec.generate_private_key(ec.SECP256R1()), signer().x5c),
            id="another key under the right chain",
        ),
    ],
)
def test_a_chain_that_is_not_apples_is_refused(by: Signer) -> None:
    """Around the notification, and around the transaction inside a good one."""
    assert refused(notification(), by)
    inner = {**DATA, "signedTransactionInfo": by.jws(TRANSACTION)}
    assert refused({**NOTIFICATION, "data": inner})


def test_a_whole_chain_of_somebody_else_is_refused() -> None:
    """With the same names and markers, under a root of the same name."""
    root = issue("Root of a local stack", authority=True)
    intermediate = issue(
        "Intermediate of a local stack", root, authority=True, extensions=marked(OF_APPLE)
    )
    leaf = issue("L", intermediate, extensions=marked(OF_THE_STORE))

    assert refused(notification(), signer_of(leaf, intermediate, root))
    assert refused(notification(), signer_of(leaf, intermediate, ROOT))


@pytest.mark.parametrize("valid_until", [MILLIS - 60_000, MILLIS + 60_000])
def test_certificates_have_to_be_valid_when_it_was_signed(valid_until: int) -> None:
    """Not now: a notification may come again after three days."""
    until = datetime.fromtimestamp(valid_until / 1000, UTC)
    by = _by("leaf", valid=(NOW - timedelta(days=1), until))
    body = body_of(by.jws({**notification(by), "signedDate": MILLIS - 120_000}))

    if valid_until < MILLIS - 5000:
        # The transaction inside was signed after that.
        with pytest.raises(SignatureError, match="was not valid"):
            judge(body)
    else:
        assert judge(body) == body


@pytest.mark.parametrize(
    "change",
    [
        {"data": None},
        {"data": {**DATA, "bundleId": "com.example.other"}},
        {"data": {**DATA, "bundleId": None}},
        {"data": {**DATA, "appAppleId": 1}},
        {"data": {**DATA, "appAppleId": None}},
        {"data": {**DATA, "appAppleId": "123456789"}},
        {"data": {**DATA, "environment": "Xcode"}},
        {"data": {**DATA, "environment": None}},
        {"data": {**DATA, "signedTransactionInfo": 7}},
        {"data": {**DATA, "signedTransactionInfo": "a.b.c"}},
        {"data": {**DATA, "signedTransactionInfo": signer().jws(b"[]")}},
        {"data": {**DATA, "signedTransactionInfo": signer().jws(b"no json")}},
        {"data": {**DATA, "signedRenewalInfo": signer().jws({})}},
        {"signedDate": None},
        {"signedDate": MILLIS + 301_000},
        {"signedDate": "2026-11-23"},
        {"signedDate": -1},
        {"signedDate": 10**20},
        {"notificationType": 7},
        {"notificationUUID": ""},
    ],
)
def test_a_notification_of_another_app_or_form_is_refused(change: dict[str, object]) -> None:
    """Though Apple signed it."""
    assert refused({**NOTIFICATION, "data": DATA, **change})


@pytest.mark.parametrize(("token", "live"), [("5f0c", True), ("SANDBOX_5f0c", False)])
def test_a_token_for_purchases_elsewhere_says_by_its_id_where_it_is_from(
    token: str, *, live: bool
) -> None:
    """It has no environment. Refused, Apple would send it five times more."""
    about = {"externalPurchaseId": token, "bundleId": "com.example.app", "appAppleId": 123456789}
    body = body_of(signer().jws({**NOTIFICATION, "externalPurchaseToken": about}))

    (event,) = parse(VerifiedDelivery("apple", judge(body)))
    assert event.live is live


@pytest.mark.parametrize(
    "change",
    [
        {"bundleId": "com.example.other"},
        {"bundleId": None},
        {"environment": "Sandbox"},
        {"environment": None},
        {"signedDate": MILLIS + 301_000},
        {"signedDate": None},
    ],
)
def test_a_transaction_of_another_app_or_environment_is_refused(change: dict[str, object]) -> None:
    """Inside a notification that is ours: a purchase of the sandbox must not count."""
    inner = signer().jws({**TRANSACTION, **change})

    assert refused({**NOTIFICATION, "data": {**DATA, "signedTransactionInfo": inner}})


def test_without_an_app_in_the_settings_nothing_is_judged() -> None:
    """It is a mistake of the settings, not of the sender."""
    with pytest.raises(MisconfiguredError, match=r"apple\.bundle_id: missing"):
        judge(body_of(signer().jws(notification())), bundle="")
    with pytest.raises(MisconfiguredError, match="CONNECTORS_APPLE_ROOT"):
        judge(body_of(signer().jws(notification())), root="-----BEGIN CERTIFICATE-----\nA\n")


@given(st.text() | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode() + ".e30.AA"))
def test_whatever_text_stands_there_is_refused(text: str) -> None:
    """With one error."""
    with pytest.raises(SignatureError):
        judge(body_of(text))
