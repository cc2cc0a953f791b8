"""Basic authentication: what is a user and password, and what only looks like it."""

import asyncio
import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import SignatureError, SignatureMismatchError
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials
from shared.webhooks.basic_auth import BasicAuth
from shared.webhooks.delivery import Delivery

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PAIR = "local:pass:with:colons"


def encoded(text: str) -> str:
    """Return the value of a header for a user and password."""
    return "Basic " + base64.b64encode(text.encode()).decode()


def judge(*values: str, secrets: tuple[str, ...] = (PAIR,)) -> bytes:
    """Return the body of a delivery with some headers, if it is trusted."""
    delivery = Delivery(tuple(("authorization", value) for value in values), b"{}")
    credentials = Credentials(tuple(map(Secret, secrets)))
    found = asyncio.run(BasicAuth("chargebee").authenticate(delivery, credentials, now=NOW))
    return found.body


@pytest.mark.parametrize("scheme", ["Basic", "basic", "BASIC"])
def test_the_scheme_is_written_in_any_case(scheme: str) -> None:
    """RFC 7617: the scheme is not case-sensitive. A password may hold colons."""
    assert judge(encoded(PAIR).replace("Basic", scheme)) == b"{}"


@pytest.mark.parametrize("pair", ["a:b", "ü:é", "a: b"])
def test_either_secret_of_a_rotation_is_taken(pair: str) -> None:
    """In UTF-8."""
    assert judge(encoded(pair), secrets=("of:tomorrow", pair)) == b"{}"


@pytest.mark.parametrize(
    "given",
    ["local:wrong", "wrong:pass:with:colons", "local", "local:", ":", "", "LOCAL:pass:with:colons"],
)
def test_another_user_or_password_is_a_mismatch(given: str) -> None:
    """The secrets are read again then."""
    with pytest.raises(SignatureMismatchError):
        judge(encoded(given))


@pytest.mark.parametrize("secret", ["", ":", "user:", ":word", "user", " : "])
def test_a_secret_that_is_not_whole_admits_nobody(secret: str) -> None:
    """Not even one who sends just that."""
    with pytest.raises(SignatureError):
        judge(encoded(secret), secrets=(secret,))


@pytest.mark.parametrize(
    "value",
    [
        "Bearer " + base64.b64encode(PAIR.encode()).decode(),
        base64.b64encode(PAIR.encode()).decode(),
        PAIR,
        f"Basic {PAIR}",
        encoded(PAIR) + "=",
        encoded(PAIR).replace("Basic ", "Basic"),
        encoded(PAIR) + "\u00e9",
        "Basic " + "A" * 5000,
    ],
)
def test_what_is_written_otherwise_is_refused(value: str) -> None:
    """Before anything is compared."""
    with pytest.raises(SignatureError):
        judge(value)


def test_two_headers_are_refused() -> None:
    """A proxy and we might read different ones."""
    with pytest.raises(SignatureError, match="given 2 times"):
        judge(encoded(PAIR), encoded(PAIR))


@given(st.text(st.characters(exclude_categories=[])))
def test_nothing_else_is_ever_raised(value: str) -> None:
    """Whatever stands in the header."""
    with pytest.raises(SignatureError):
        judge(f"Basic {value}")
