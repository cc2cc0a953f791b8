"""Adyen's signature: over fields of each item, and a user and password beside it."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import MisconfiguredError, SignatureError, SignatureMismatchError
from shared.providers.adyen.proof import AdyenProof
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery
from tools.traffic.request import Request

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
# The example of Adyen's own libraries and pages.
KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
SIGNATURE = "coqCmt/IZ4E3CzPvMY8zTjQVL5hYJUiBRg8UU+iCWo0="
EXAMPLE: dict[str, Any] = {
    "pspReference": "7914073381342284",
    "merchantAccountCode": "TestMerchant",
    "merchantReference": "TestPayment-1407325143704",
    "amount": {"value": 1130, "currency": "EUR"},
    "eventCode": "AUTHORISATION",
    "success": "true",
    "eventDate": "2026-11-23T11:59:50+00:00",
    "additionalData": {"hmacSignature": SIGNATURE},
}


def body_of(*items: object, live: str = "false") -> bytes:
    """Return a delivery of some items."""
    wrapped = [{"NotificationRequestItem": item} for item in items]
    return json.dumps({"live": live, "notificationItems": wrapped}).encode()


def judge(
    body: bytes,
    *keys: str,
    header: str | None = None,
    user: tuple[str, ...] = (),
    password: tuple[str, ...] = (),
) -> bytes:
    """Return the bytes that are trusted."""
    others = {"user": tuple(map(Secret, user)), "password": tuple(map(Secret, password))}
    credentials = Credentials(tuple(map(Secret, keys or (KEY,))), others)
    headers = () if header is None else (("authorization", header),)
    found = asyncio.run(AdyenProof().authenticate(Delivery(headers, body), credentials, now=NOW))
    return found.body


def signed(item: dict[str, Any]) -> dict[str, Any]:
    """Return an item with the signature that Adyen would give it."""
    from tools.traffic.providers.adyen import SENDER  # noqa: PLC0415 - for this alone

    request = SENDER.sign(Request("adyen", body_of(item)), KEY, 0)
    found: dict[str, Any] = json.loads(request.body)["notificationItems"][0]
    return dict(found["NotificationRequestItem"])


def test_adyens_own_example_is_taken() -> None:
    """Its key, its fields, its signature; and either key of a rotation."""
    body = body_of(EXAMPLE)

    assert judge(body) == body
    assert judge(body, "00ff", KEY.lower()) == body


@pytest.mark.parametrize(
    "change",
    [
        {"pspReference": "7914073381342285"},
        {"originalReference": "7914073381342284"},
        {"merchantAccountCode": "Other"},
        {"merchantReference": "TestPayment-2"},
        {"amount": {"value": 1131, "currency": "EUR"}},
        {"amount": {"value": 1130, "currency": "USD"}},
        {"amount": None},
        {"eventCode": "REFUND"},
        {"success": "false"},
        {"success": None},
        {"additionalData": {"hmacSignature": SIGNATURE[:-2] + "1="}},
        {"additionalData": {"hmacSignature": SIGNATURE.lower()}},
        {"additionalData": {"hmacSignature": ""}},
        {"additionalData": {"hmacSignature": None}},
        {"additionalData": {"hmacSignature": [SIGNATURE]}},
        {"additionalData": {"hmacSignature": "é\ud800"}},
        {"additionalData": {}},
        {"additionalData": None},
        {"amount": {"value": 1130.0, "currency": "EUR"}},
        {"amount": {"value": {"a": 1}, "currency": "EUR"}},
        {"amount": [1130, "EUR"]},
        {"pspReference": ["7914073381342284"]},
    ],
)
def test_any_signed_field_that_differs_is_refused(change: dict[str, Any]) -> None:
    """And whatever else stands in the signature's place."""
    with pytest.raises(SignatureError):
        judge(body_of({**EXAMPLE, **change}))


def test_one_item_that_is_not_signed_refuses_the_delivery() -> None:
    """Nobody can add an item to a delivery that he caught."""
    forged = {**EXAMPLE, "merchantReference": "mine"}

    with pytest.raises(SignatureMismatchError):
        judge(body_of(EXAMPLE, forged))
    with pytest.raises(SignatureMismatchError):
        judge(body_of(forged, EXAMPLE))
    with pytest.raises(SignatureError, match="hmacSignature: missing"):
        judge(body_of(EXAMPLE, {**EXAMPLE, "additionalData": {}}))
    with pytest.raises(SignatureError, match="empty"):
        judge(body_of())


def test_only_the_shops_reference_may_have_a_colon() -> None:
    """Nothing is escaped: a colon elsewhere could move text from one field to the next."""
    item = signed({**EXAMPLE, "merchantReference": "shop:2026:1"})
    assert judge(body_of(item))

    moved = {**item, "merchantAccountCode": "TestMerchant:shop", "merchantReference": "2026:1"}
    with pytest.raises(SignatureError, match="has a colon"):
        judge(body_of(moved))
    with pytest.raises(SignatureError, match="has a colon"):
        judge(body_of(signed({**EXAMPLE, "pspReference": "1:2"})))


@pytest.mark.parametrize(
    "change",
    [
        {"success": True},
        {"originalReference": ""},
        {"originalReference": None},
        {"amount": {"value": "1130", "currency": "EUR"}},
    ],
)
def test_a_field_is_signed_as_its_text(change: dict[str, Any]) -> None:
    """A word is as good as its text, and nothing as an empty one."""
    assert judge(body_of({**EXAMPLE, **change}))


@pytest.mark.parametrize("key", ["", " ", "no hex", KEY[:-1], f"{KEY}zz"])
def test_a_key_that_is_no_hexadecimal_proves_nothing(key: str) -> None:
    """Not even an empty one, with which anybody could sign."""
    with pytest.raises(SignatureMismatchError):
        judge(body_of(EXAMPLE), key)


def test_with_a_user_and_password_both_proofs_are_asked_for() -> None:
    """The right header with the right signature, and nothing less."""
    good = "Basic " + base64.b64encode(b"shop:word").decode()
    bad = "Basic " + base64.b64encode(b"shop:other").decode()
    both = {"user": ("shop",), "password": ("old", "word")}
    body = body_of(EXAMPLE)

    assert judge(body, header=good, **both) == body
    for header in (None, bad, "", "Bearer word"):
        with pytest.raises(SignatureError):
            judge(body, header=header, **both)
    with pytest.raises(SignatureMismatchError):
        judge(body_of({**EXAMPLE, "success": "false"}), header=good, **both)


def test_half_of_a_user_and_password_is_a_mistake_of_the_settings() -> None:
    """It must not switch the check off."""
    with pytest.raises(MisconfiguredError, match="password: missing"):
        judge(body_of(EXAMPLE), user=("shop",))
    with pytest.raises(MisconfiguredError, match="user: missing"):
        judge(body_of(EXAMPLE), password=("word",))


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_whatever_an_item_is_there_is_one_error(item: object) -> None:
    """In the item's place and in a field's."""
    for body in (body_of(item), body_of({**EXAMPLE, "success": item, "pspReference": item})):
        with pytest.raises(SignatureError):
            judge(body)
