"""A classic webhook is a form with an id: what it means, Mollie's API says."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from shared.errors import MisconfiguredError, SignatureError, UnavailableError
from shared.outcome import Outcome, Result
from shared.webhooks.delivery import Delivery
from tests.support.api_server import LOST, TRUNCATED
from tests.support.mollie_server import KEY, MollieServer
from tests.support.shop import Shop

PATH: Final = "/v2/payments/tr_1"
PAYMENT: Final[dict[str, Any]] = {
    "resource": "payment",
    "id": "tr_1",
    "mode": "live",
    "status": "paid",
    "createdAt": "2026-11-23T11:58:00+00:00",
    "paidAt": "2026-11-23T11:59:55+00:00",
    "amount": {"value": "10.00", "currency": "EUR"},
    "metadata": {"ga_client_id": "1234567890.1763900000"},
    "_embedded": {"refunds": [], "chargebacks": []},
}
Post = Callable[..., Any]


def refund(name: str, value: str, status: str = "refunded") -> dict[str, Any]:
    """Return a refund of the payment."""
    return {
        "id": name,
        "paymentId": "tr_1",
        "status": status,
        "amount": {"value": value, "currency": "EUR"},
        "createdAt": "2026-11-23T11:59:58+00:00",
    }


def played(
    folder: Path,
    play: Callable[[MollieServer, Post], Any],
    objects: dict[str, Any] | None = None,
    **options: object,
) -> Shop:
    """Play something at a shop whose Mollie is a stand-in on the wire; return the shop."""
    shops: list[Shop] = []

    async def run() -> None:
        served = {PATH: PAYMENT} if objects is None else objects
        async with MollieServer(objects=dict(served)) as server:
            entry = {"api_key": f"file:{folder}/mollie_key", **options}
            shop = Shop(
                folder, PAYMENT_PROVIDERS=json.dumps({"mollie": entry}), MOLLIE_API=server.url
            )
            shops.append(shop)
            shop.write("mollie_key", KEY)
            shop.write("mollie", "local")

            async def post(body: bytes = b"id=tr_1") -> list[Outcome]:
                provider = shop.settings.providers["mollie"]
                return await shop.payments.take(provider, Delivery((), body))

            try:
                await play(server, post)
            finally:
                await shop.payments.apis.close()
                await shop.payments.sender.stores.ledger.close()

    asyncio.run(asyncio.wait_for(run(), 60))
    return shops[0]


def results(outcomes: list[Outcome]) -> list[str]:
    """Return what became of each event."""
    return [str(each.result) for each in outcomes]


def test_a_payment_and_what_came_of_it_are_each_sent_once(tmp_path: Path) -> None:
    """The same bytes come for the payment, for each refund, and for a chargeback."""

    async def play(server: MollieServer, post: Post) -> None:
        server.objects[PATH] = {**PAYMENT, "status": "open", "paidAt": None}
        assert results(await post()) == [Result.IGNORED]
        server.objects[PATH] = PAYMENT
        assert results(await post()) == [Result.DELIVERED]
        assert results(await post()) == [Result.DUPLICATE]
        returned = [refund("re_1", "4.00"), refund("re_2", "1.00", "queued")]
        server.objects[PATH] = {**PAYMENT, "_embedded": {"refunds": returned, "chargebacks": []}}
        assert results(await post()) == [Result.DUPLICATE, Result.DELIVERED, Result.IGNORED]
        chargeback = {**refund("chb_1", "5.00"), "reversedAt": None}
        server.objects[PATH]["_embedded"]["refunds"][1]["status"] = "refunded"
        server.objects[PATH]["_embedded"]["chargebacks"] = [chargeback]
        assert results(await post()) == [
            Result.DUPLICATE,
            Result.DUPLICATE,
            Result.DELIVERED,
            Result.DELIVERED,
        ]
        assert {question.query["embed"] for question in server.questions} == {"refunds,chargebacks"}

    shop = played(tmp_path, play, disputes=True)

    sent = [body["events"][0] for body in shop.ga4.bodies]
    assert [(e["name"], float(e["params"]["value"])) for e in sent] == [
        ("purchase", 10.0),
        ("refund", 4.0),
        ("refund", 1.0),
        ("refund", 5.0),
    ]
    assert {event["params"]["transaction_id"] for event in sent} == {"tr_1"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"id=tr_404", "knows no such payment"),
        (b"id=pl_1", "no payment"),
        (b"id=sub_rVKGtNd6s3", "no payment"),
    ],
)
def test_an_id_that_means_nothing_is_ignored(tmp_path: Path, body: bytes, reason: str) -> None:
    """Anybody can post one: no 404 tells whether it is somebody's."""

    async def play(_: MollieServer, post: Post) -> None:
        (outcome,) = await post(body)
        assert outcome.result is Result.IGNORED
        assert reason in (outcome.reason or "")

    played(tmp_path, play)


@pytest.mark.parametrize(
    "body",
    [
        b"id=tr_1&id=tr_2",
        b"id=tr_1/../../methods",
        b"id=tr_1?embed=captures",
        b"id=tr_%31",
        b"id=",
        b"id=TR_1",
        b"id=tr_" + b"1" * 65,
        b"tr_1",
        b'{"id": "tr_1"}',
        b'{"type": "payment.paid", "id": "e", "entityId": "tr_1"}',
        b"",
    ],
)
def test_nothing_else_is_taken_without_a_signature(tmp_path: Path, body: bytes) -> None:
    """Above all no event that says something itself."""

    async def play(server: MollieServer, post: Post) -> None:
        with pytest.raises(SignatureError):
            await post(body)
        assert server.questions == []

    played(tmp_path, play)


def test_without_a_key_it_is_a_mistake_of_the_settings(tmp_path: Path) -> None:
    """Answered 500, so that Mollie comes again when the key is there."""
    entry = {"mollie": {"secret": f"file:{tmp_path}/mollie"}}
    shop = Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps(entry))
    shop.write("mollie", "local")
    provider = shop.settings.providers["mollie"]

    with pytest.raises(MisconfiguredError, match="api_key: missing"):
        asyncio.run(shop.payments.take(provider, Delivery((), b"id=tr_1")))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (401, MisconfiguredError),
        (403, MisconfiguredError),
        (500, UnavailableError),
        (503, UnavailableError),
        (429, UnavailableError),
        (LOST, UnavailableError),
        (TRUNCATED, UnavailableError),
        (302, UnavailableError),
    ],
)
def test_an_api_that_does_not_answer_loses_nothing(
    tmp_path: Path, fault: int | str, error: type[Exception]
) -> None:
    """The webhook is answered with an error, comes again, and is sent then."""

    async def play(server: MollieServer, post: Post) -> None:
        server.faults = [fault] * 20
        with pytest.raises(error) as caught:
            await post()
        assert KEY not in str(caught.value)
        assert "jane@" not in str(caught.value)
        server.faults = []
        assert results(await post()) == [Result.DELIVERED]

    played(tmp_path, play)


@pytest.mark.parametrize(
    "found",
    [
        {"id": "tr_1"},
        {**PAYMENT, "_embedded": None},
        {**PAYMENT, "_embedded": {"refunds": "x", "chargebacks": [None, 5]}},
        {**PAYMENT, "_embedded": {"refunds": [{"id": 5, "status": 7}, {"status": "refunded"}]}},
        {**PAYMENT, "status": 5},
        {**PAYMENT, "amount": "10.00"},
        {**PAYMENT, "amount": {"value": 10.0, "currency": "EUR"}},
        {**PAYMENT, "paidAt": 5, "createdAt": None},
        {**PAYMENT, "mode": ["test"]},
    ],
)
def test_whatever_mollie_answers_its_outcome_is_clear(tmp_path: Path, found: Any) -> None:  # noqa: ANN401
    """Each event of it ends in an outcome with a reason, and none in a defect."""

    async def play(_: MollieServer, post: Post) -> None:
        outcomes = await post()
        assert outcomes
        assert all(each.result is Result.DELIVERED or each.reason for each in outcomes)

    played(tmp_path, play, {PATH: found}, disputes=True)


@pytest.mark.parametrize("found", [{}, {**PAYMENT, "id": "tr_2"}, {**PAYMENT, "id": None}])
def test_an_answer_about_something_else_loses_nothing(tmp_path: Path, found: Any) -> None:  # noqa: ANN401
    """It says nothing of the payment: the webhook comes again, and is sent then."""

    async def play(server: MollieServer, post: Post) -> None:
        with pytest.raises(UnavailableError, match="not asked for"):
            await post()
        server.objects[PATH] = PAYMENT
        assert results(await post()) == [Result.DELIVERED]

    played(tmp_path, play, {PATH: found})


def test_a_ping_is_ignored(tmp_path: Path) -> None:
    """Mollie tries the address so, and asks for nothing."""

    async def play(server: MollieServer, post: Post) -> None:
        assert results(await post(b"testByMollie=1")) == [Result.IGNORED]
        assert server.paths == []

    played(tmp_path, play)


def test_a_test_payment_is_ignored(tmp_path: Path) -> None:
    """Mollie says so of the payment, and of no refund in it."""

    async def play(_: MollieServer, post: Post) -> None:
        assert results(await post()) == [Result.IGNORED, Result.IGNORED]

    embedded = {"refunds": [refund("re_1", "1.00")], "chargebacks": []}
    played(tmp_path, play, {PATH: {**PAYMENT, "mode": "test", "_embedded": embedded}})
