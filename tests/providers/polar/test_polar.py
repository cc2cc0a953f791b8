"""Polar: which key signs, and what any field of an order can do to its money."""

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent
from shared.domain.money import Money
from shared.errors import MalformedError, SignatureError, UnusableError
from shared.providers.polar.options import PolarOptions
from shared.providers.polar.provider import PROVIDER, SCHEME
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials, authenticate
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from tests.support.rows import every
from tools.traffic.facts import Facts
from tools.traffic.kinds import KINDS
from tools.traffic.sales import UNKNOWN

NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
SECONDS: Final = int(NOW.timestamp())
BODY: Final = b'{"type": "order.paid", "data": {}}'
KEY: Final = b"thirty-two bytes of a signing key"
ENCODED: Final = base64.b64encode(KEY).decode()
MONEY: Final = Money("EUR", Decimal("21.60"), Decimal("3.60"))
JUNK: Final[tuple[Any, ...]] = (
    None,
    "",
    "x",
    "1800",
    0,
    -1,
    18.5,
    10**30,
    True,
    [],
    {},
    [{}],
    {"id": 1},
    "\0",
    "é",
)
OF_MONEY: Final = frozenset(
    "applied_balance_amount currency due_amount id net_amount tax_amount".split()
)


def signed(key: bytes, *, version: str = "v1", **headers: str) -> Delivery:
    """Return a delivery that a key signed, as Polar's package checks it."""
    digest = hmac.digest(key, f"msg_1.{SECONDS}.".encode() + BODY, hashlib.sha256)
    own = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(SECONDS),
        "webhook-signature": f"{version},{base64.b64encode(digest).decode()}",
        **headers,
    }
    return Delivery(tuple(own.items()), BODY)


def judge(delivery: Delivery, secret: str) -> bytes:
    """Return the bytes that are trusted."""
    credentials = Credentials((Secret(secret),))
    return asyncio.run(authenticate(SCHEME, delivery, credentials, now=NOW)).body


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        ("local", b"local"),
        ("polar_whs_AbC123", b"polar_whs_AbC123"),
        (f"whsec_{ENCODED}", f"whsec_{ENCODED}".encode()),
        (f"whsec_{ENCODED}", KEY),
        (ENCODED, KEY),
        (ENCODED.rstrip("="), KEY),
    ],
)
def test_a_secret_is_its_text_or_what_its_base64_stands_for(secret: str, key: bytes) -> None:
    """Polar's own package tries both."""
    assert judge(signed(key), secret) == BODY


@pytest.mark.parametrize(
    ("delivery", "secret"),
    [
        (signed(ENCODED.encode()), f"whsec_{ENCODED}"),  # neither the text nor the key
        (signed(b"local", version="v1a"), "local"),
        (signed(b"local", version="v2"), "local"),
        (signed(b"local", **{"webhook-id": "msg_2"}), "local"),
        (signed(b"local", **{"webhook-timestamp": str(SECONDS + 1)}), "local"),
        (signed(b"local", **{"webhook-timestamp": f"{SECONDS}.0"}), "local"),
        (signed(b""), "whsec_"),
    ],
)
def test_anything_else_is_forged(delivery: Delivery, secret: str) -> None:
    """The id and the time are signed, and an empty key is none."""
    with pytest.raises(SignatureError):
        judge(delivery, secret)


def test_of_several_signatures_one_that_fits_is_enough() -> None:
    """While a secret is rotated there are two."""
    (right,) = signed(b"local").values("webhook-signature")
    both = signed(b"local", **{"webhook-signature": f"v1,bm90aGluZw== {right}"})

    assert judge(both, "local") == BODY


def envelope(name: str) -> dict[str, Any]:
    """Return the body of a test delivery."""
    found: dict[str, Any] = json.loads(KINDS[name].make(Facts("1", UNKNOWN, SECONDS)).body)
    return found


def mapped(body: object, *, lifecycle: bool = False) -> DomainEvent:
    """Return what a signed body means."""
    delivery = VerifiedDelivery("polar", json.dumps(body).encode(), (("webhook-id", "msg_1"),))
    (event,) = PROVIDER.parse(delivery)
    return PROVIDER.map_event(event, PolarOptions(lifecycle=lifecycle))


def outcome(body: object, *, lifecycle: bool = False) -> DomainEvent | UnusableError:
    """Return what a signed body means, or what is wrong with it."""
    try:
        return mapped(body, lifecycle=lifecycle)
    except UnusableError as error:
        return error


@every("junk", JUNK, ids=repr)
@every("field", sorted(envelope("polar.order")["data"]))
def test_a_field_beside_the_money_never_costs_it(field: str, junk: object) -> None:
    """Only what is the money can reject it, and is named; nothing is ever guessed."""
    body = envelope("polar.order")
    body["data"][field] = junk

    found = outcome(body)
    if isinstance(found, UnusableError):
        assert field in OF_MONEY
        assert f"data.{field}" in str(found) or f"data.{_other(field)}" in str(found)
        return
    if isinstance(found, Ignored):
        assert (field, junk) in {("paid", False), *((name, 0) for name in OF_MONEY)}
        return
    assert isinstance(found, Conversion)
    assert field in OF_MONEY or found.money == MONEY


def _other(field: str) -> str:
    """Return the amount that is named where another one does not fit to it."""
    return "net_amount" if field == "tax_amount" else field


@every("name", sorted(name for name in KINDS if name.startswith("polar.")))
@every("junk", JUNK, ids=repr)
def test_whatever_an_event_holds_its_outcome_is_clear(name: str, junk: object) -> None:
    """Each field in turn, and the object as a whole: a meaning, or an error that names a field."""
    data = envelope(name)["data"]
    for field in (*data, None):
        body = envelope(name)
        if field is None:
            body["data"] = junk
        else:
            body["data"][field] = junk
        found = outcome(body, lifecycle=True)
        assert not isinstance(found, UnusableError) or "data" in str(found)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("nothing", "body"),
        ({"data": {}}, "type"),
        ({"type": 1, "data": {}}, "type"),
        ({"type": "order.paid"}, "data"),
        ({"type": "order.paid", "data": {}, "timestamp": "yesterday"}, "timestamp"),
        ({"type": "order.paid", "data": {}, "timestamp": "2026-11-23T12:00:00"}, "timestamp"),
        ({"type": "order.paid", "data": {}, "timestamp": "0001-01-01T00:00:00+14:00"}, "timestamp"),
    ],
)
def test_what_is_no_event_is_malformed(body: object, named: str) -> None:
    """It is answered 400, with the field's name."""
    with pytest.raises(MalformedError, match=named):
        mapped(body)


def test_an_event_without_a_time_happened_when_it_was_sent() -> None:
    """The first versions of Polar's API send none."""
    headers = (("webhook-id", "msg_1"), ("webhook-timestamp", str(SECONDS)))
    (event,) = PROVIDER.parse(VerifiedDelivery("polar", BODY, headers))

    assert (event.created_at, event.source.event_id) == (NOW, "msg_1")


def test_polars_golden_cases_name_nobody() -> None:
    """Orders hold the buyer's name and address: nothing of it reaches GA4."""
    cases = Path(__file__).parents[2] / "golden/cases/polar"
    sent = "".join(path.read_text(encoding="utf-8") for path in cases.rglob("ga4.json"))

    assert "Jane" not in sent
    assert "example.com" not in sent
    assert "+49" not in sent
