"""Signed events: with their entity or without, and whatever stands in them."""

import asyncio
import hashlib
import hmac
import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.consent import Choice
from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored
from shared.domain.event import DomainEvent
from shared.errors import (
    MalformedError,
    MisconfiguredError,
    SignatureError,
    SignatureMismatchError,
    UnusableError,
)
from shared.outcome import Result
from shared.providers.mollie.events import LOOKUPS, metadata_of, parse
from shared.providers.mollie.mapping import map_event
from shared.providers.mollie.options import MollieOptions
from shared.providers.mollie.proof import SCHEME, MollieProof
from shared.secrets.secret import Secret
from shared.webhooks.authenticator import Credentials
from shared.webhooks.delivery import Delivery, VerifiedDelivery
from shared.webhooks.verify import verify
from tests.providers.mollie.test_classic import PATH, PAYMENT, Post, played, refund
from tests.support.builders import NOW
from tests.support.mollie_server import MollieServer
from tests.support.posting import post as post_signed
from tests.support.shop import Shop


def event(kind: str = "payment.paid", entity: object = PAYMENT, **fields: object) -> dict[str, Any]:
    """Return an event of Mollie's."""
    own = {"resource": "event", "id": "event_1", "type": kind, "entityId": "tr_1"}
    embedded = {"_embedded": {"entity": entity}}
    return {**own, "createdAt": "2026-11-23T11:59:57Z", **embedded, **fields}


def meaning(body: dict[str, Any], **options: Any) -> DomainEvent:  # noqa: ANN401 - options
    """Return what an event means."""
    (found,) = parse(VerifiedDelivery("mollie", json.dumps(body).encode()))
    return map_event(found, MollieOptions(**options))


@pytest.mark.parametrize("prefix", ["", "sha256="])
def test_a_signature_is_taken_with_and_without_its_prefix(prefix: str) -> None:
    """Mollie's own package takes both."""
    body = b'{"id": "event_1"}'
    made = hmac.new(b"local", body, hashlib.sha256).hexdigest()
    delivery = Delivery((("x-mollie-signature", prefix + made),), body)

    assert verify(SCHEME, delivery, [Secret("other"), Secret("local")], now=NOW).body == body


def signatures_taken(*made: str) -> bool:
    """Return whether a delivery with several headers of signatures is taken."""
    delivery = Delivery(tuple(("x-mollie-signature", each) for each in made), b"{}")
    credentials = Credentials((Secret("local"),))
    try:
        asyncio.run(MollieProof().authenticate(delivery, credentials, now=NOW))
    except SignatureMismatchError:
        return False
    return True


def test_one_of_several_signatures_proves_a_delivery() -> None:
    """While a secret is rotated each may come in a header of its own: Mollie's package reads so."""
    good = "sha256=" + hmac.new(b"local", b"{}", hashlib.sha256).hexdigest()
    bad = f"sha256={'0' * 64}"

    assert signatures_taken(bad, good)
    assert signatures_taken(good, bad)
    assert not signatures_taken(bad, bad)
    with pytest.raises(SignatureError, match="more than 16 times"):
        signatures_taken(*[good] * 17)


@pytest.mark.parametrize("number", [77, 7.5])
def test_metadata_that_is_a_number_denies_nothing(number: float) -> None:
    """Like a text it is the shop's own id of something, and no answer of a buyer's."""
    found = meaning(event(entity={**PAYMENT, "metadata": number}))

    assert isinstance(found, Conversion)
    assert found.context == Context()


@pytest.mark.parametrize("answer", [True, ["denied"], "{broken"])
def test_metadata_that_cannot_be_read_denies(answer: object) -> None:
    """A denial may stand in it."""
    found = meaning(event(entity={**PAYMENT, "metadata": answer}))

    assert isinstance(found, Conversion)
    assert found.context.consent.analytics is Choice.DENIED


def test_a_simple_payload_is_asked_for(tmp_path: Path) -> None:
    """With its link, or with the payment's id; what a stranger's link names is never asked."""
    refund_path = "/v2/payments/tr_1/refunds/re_1"
    links = {"entity": {"href": f"https://api.mollie.com{refund_path}"}}
    simple = event("refund.refunded", None, id="e2", entityId="re_1", _links=links)
    objects = {PATH: PAYMENT, refund_path: refund("re_1", "10.00")}

    async def play(server: MollieServer, _: Post) -> None:
        # The signed post of a shop that has this API.
        entry = {"secret": f"file:{tmp_path}/mollie", "api_key": f"file:{tmp_path}/mollie_key"}
        shop = Shop(
            tmp_path, PAYMENT_PROVIDERS=json.dumps({"mollie": entry}), MOLLIE_API=server.url
        )
        bare = {**event(), "_embedded": None}
        for body in (bare, simple):
            (outcome,) = await post_signed(shop, "mollie", body)
            assert outcome.result is Result.DELIVERED
        assert server.paths == [PATH, refund_path]
        await shop.payments.apis.close()
        await shop.payments.sender.stores.ledger.close()

    played(tmp_path, play, objects)


@pytest.mark.parametrize(
    "links",
    [
        None,
        [],
        {"entity": None},
        {"entity": {"href": 5}},
        {"entity": {"href": "https://evil.example/v2/other/tr_1"}},
        {"entity": {"href": "https://api.mollie.com/v2/payments/../keys"}},
    ],
)
def test_a_link_that_names_no_payment_is_not_followed(links: object) -> None:
    """Only a path of a payment is taken from it, and the host of none."""
    (found,) = parse(
        VerifiedDelivery("mollie", json.dumps(event(entity=None, _links=links)).encode())
    )
    assert LOOKUPS.paths(found) == (PATH,)
    of_refund = event("refund.refunded", None, entityId="re_1", _links=links)
    (found,) = parse(VerifiedDelivery("mollie", json.dumps(of_refund).encode()))
    assert LOOKUPS.paths(found) == ()


def test_a_simple_payload_without_a_key_is_a_mistake_of_the_settings(tmp_path: Path) -> None:
    """Nothing is lost: Mollie comes again."""
    entry = {"secret": f"file:{tmp_path}/mollie"}
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps({"mollie": entry}))

    with pytest.raises(MisconfiguredError, match="api_key"):
        asyncio.run(post_signed(shop, "mollie", {**event(), "_embedded": None}))


_AMOUNT: Final = st.decimals(0, 1000, places=2).map(str)


@given(
    lines=st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 100)), min_size=1, max_size=5)
)
def test_value_tax_and_shipping_add_up_to_the_amount(lines: list[tuple[int, int]]) -> None:
    """Whatever the lines are, as long as they add up."""

    def amount(cents: int) -> dict[str, str]:
        return {"value": f"{Decimal(cents) / 100:.2f}", "currency": "EUR"}

    written = [
        {
            "type": "shipping_fee" if at == 1 else "physical",
            "description": "x",
            "quantity": 1,
            "totalAmount": amount(cents),
            "vatAmount": amount(cents * percent // 200),
        }
        for at, (cents, percent) in enumerate(lines)
    ]
    total = sum(cents for cents, _ in lines)
    found = meaning(event(entity={**PAYMENT, "amount": amount(total), "lines": written}))

    assert isinstance(found, Conversion)
    assert found.money is not None
    assert found.money.total == Decimal(total) / 100
    assert found.money.tax == Decimal(sum(c * p // 200 for c, p in lines)) / 100
    assert (
        found.money.net + (found.money.tax or 0) + (found.money.shipping or 0)
        == Decimal(total) / 100
    )


_ANYTHING: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "NaN", "sNaN", "-Infinity", "9.99", "EUR", "paid", "first", "test"])
    | st.fixed_dictionaries(
        {"value": st.sampled_from(["1.00", "NaN", "-1", 5]), "currency": st.just("EUR")}
    )
    | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
_FIELDS: Final = sorted(
    {*PAYMENT, "amountCaptured", "customerId", "failedAt", "lines", "paymentId", "reversedAt"}
)


@given(
    kind=st.sampled_from(
        "chargeback.received chargeback.reversed payment.failed payment.paid refund.failed "
        "refund.refunded x".split()
    ),
    fields=st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING, max_size=4),
    outer=st.dictionaries(st.sampled_from(["createdAt", "entityId", "_links", "mode"]), _ANYTHING),
)
def test_whatever_an_event_holds_its_outcome_is_clear(
    kind: str, fields: dict[str, Any], outer: dict[str, Any]
) -> None:
    """It is money, ignored with a reason, or names the field that is wrong."""
    body = event(kind, {**PAYMENT, "paymentId": "tr_1", **fields}, **outer)
    (found,) = parse(VerifiedDelivery("mollie", json.dumps(body).encode()))
    metadata_of(found)
    try:
        meant = map_event(found, MollieOptions(disputes=True, lifecycle=True))
    except UnusableError as error:
        assert str(error).startswith("_embedded.entity")  # noqa: PT017 - either end is one
        return
    if isinstance(meant, Ignored):
        assert meant.reason
    if isinstance(meant, Conversion) and meant.money is not None:
        assert meant.money.total > 0
        assert meant.money.net >= 0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"id": "e"}', b'{"id": 5, "type": "payment.paid"}', b"\xff"]
)
def test_what_is_no_event_is_malformed(body: bytes) -> None:
    """And nothing of it is stored."""
    with pytest.raises(MalformedError):
        parse(VerifiedDelivery("mollie", body))
