"""A proof that is no HMAC over the body is code: it gets the secrets, and may wait."""

import asyncio
import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest

from shared.errors import (
    ConnectorError,
    MisconfiguredError,
    SignatureError,
    SignatureMismatchError,
    UnavailableError,
)
from shared.secrets.cache import Secrets
from shared.secrets.reference import ManagedSecret, SecretReference
from shared.webhooks.authenticator import Credentials, may_be_proved, proof_headers, require_proof
from shared.webhooks.delivery import Delivery, Head, VerifiedDelivery
from shared.webhooks.rotation import verify_with_rotation
from shared.webhooks.schemes import STANDARD
from tests.support.builders import NOW


@dataclass(frozen=True)
class Basic:
    """Basic authentication, whose password may stand under a name of its own."""

    provider: str = "acme"
    headers: tuple[str, ...] = ("authorization",)
    is_down: bool = False

    async def authenticate(
        self, delivery: Delivery, credentials: Credentials, *, now: datetime
    ) -> VerifiedDelivery:
        """Return the bytes where the header has one of the pairs."""
        await asyncio.sleep(0)
        assert now == NOW
        if self.is_down:
            raise UnavailableError("the certificate's host is down")
        given = "".join(delivery.values("authorization")).encode("latin-1", "replace")
        pairs = [
            f"{user.reveal()}:{word.reveal()}"
            for user in credentials.secrets
            for word in credentials.others.get("password", ())
        ]
        expected = [b"Basic " + base64.b64encode(pair.encode()) for pair in pairs]
        if not any([hmac.compare_digest(each, given) for each in expected]):  # noqa: C419
            raise SignatureMismatchError("authorization: made with no secret we hold")
        return VerifiedDelivery(self.provider, delivery.body, delivery.headers)


class Places:
    """Where secrets are; what is read again may be another one."""

    def __init__(self, **values: str | ConnectorError) -> None:
        self.values: dict[str, str | ConnectorError] = dict(values)

    async def read(self, reference: ManagedSecret) -> str:
        """Return a secret, or raise what its place holds."""
        value = self.values[reference.version]
        if isinstance(value, ConnectorError):
            raise value
        return value


def verify(
    places: Places,
    proof: Basic | None = None,
    pair: str = "user:word",
    others: Mapping[str, list[SecretReference]] | None = None,
    secrets: Secrets | None = None,
) -> VerifiedDelivery:
    """Judge a delivery with a pair by the secrets of two places."""
    header = "Basic " + base64.b64encode(pair.encode()).decode()
    named = {"password": [ManagedSecret("password")]} if others is None else others
    return asyncio.run(
        verify_with_rotation(
            Delivery((("authorization", header),), b"{}"),
            proof or Basic(),
            [ManagedSecret("user")],
            setting="PAYMENT_PROVIDERS acme",
            secrets=secrets or Secrets(places.read, lambda: 0.0),
            clock=lambda: NOW,
            others=named,
        )
    )


def test_it_gets_the_secrets_of_every_name() -> None:
    """Each under its name in the entry."""
    found = verify(Places(user="user", password="word"))

    assert (found.provider, found.body) == ("acme", b"{}")


def test_a_mismatch_reads_every_secret_again() -> None:
    """The password may be the one that was rotated."""
    places = Places(user="user", password="yesterday")
    secrets, clock = Secrets(places.read, lambda: clock[0]), [0.0]
    with pytest.raises(SignatureMismatchError):
        verify(places, secrets=secrets)
    places.values["password"] = "word"
    clock[0] = 60.0

    assert verify(places, secrets=secrets).body == b"{}"


@pytest.mark.parametrize("others", [{}, {"password": []}])
def test_a_name_that_the_entry_does_not_have_is_empty(
    others: Mapping[str, list[SecretReference]],
) -> None:
    """The authenticator decides whether it needs it."""
    with pytest.raises(SignatureMismatchError):
        verify(Places(user="user"), others=others)


def test_what_cannot_be_read_now_is_no_forgery() -> None:
    """The sender is asked to come again, as where the proof itself is out of reach."""
    with pytest.raises(UnavailableError):
        verify(Places(user="user", password=UnavailableError("down")))
    with pytest.raises(UnavailableError, match="certificate"):
        verify(Places(user="user", password="word"), Basic(is_down=True))
    with pytest.raises(MisconfiguredError):
        verify(Places(user=MisconfiguredError("a"), password=MisconfiguredError("b")))


def test_only_a_proof_in_a_header_is_asked_for_before_the_body() -> None:
    """One that is in the body is judged when the body is there."""
    nothing, basic = Head(()), Head((("authorization", ""),))
    in_the_body = Basic(headers=())

    assert proof_headers(STANDARD) == ("webhook-signature", "svix-signature")
    assert not may_be_proved(Basic(), nothing)
    assert may_be_proved(Basic(), basic)
    require_proof(in_the_body, nothing)
    with pytest.raises(SignatureError, match=r"^authorization: header missing$"):
        require_proof(Basic(), nothing)
