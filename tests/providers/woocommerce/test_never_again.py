"""WooCommerce sends nothing twice, and gives up after five failures in a row.

So whatever is on record is answered 200, and an error is for what would be lost without one.
"""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from functions.payment_webhook.main import connector
from shared.errors import SignatureError, UnavailableError
from shared.handlers.payment_webhook import PaymentWebhook
from shared.handlers.provider_path import require_signature
from shared.observability.log import configure
from shared.outcome import Result
from shared.web.responses import to_outcomes
from shared.webhooks.delivery import Delivery, Head
from tests.providers.woocommerce.orders import TOPIC, order
from tests.support.places import ROOT
from tests.support.posting import post
from tests.support.shop import LOST, Shop
from tests.test_bootstrap import posted

REFUNDED: Final = {"refunds": [{"id": 2001, "total": "-27.60"}]}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop on WooCommerce."""
    entry = {"woocommerce": {"secret": f"file:{tmp_path}/woocommerce"}}
    found = Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps(entry))
    yield found
    asyncio.run(found.payments.sender.stores.ledger.close())


def sent(shop: Shop, **fields: Any) -> tuple[int, list[str]]:  # noqa: ANN401 - JSON
    """Post an order; return the status, and what became of each event."""
    outcomes = asyncio.run(post(shop, "woocommerce", order(**fields), TOPIC))
    return to_outcomes(outcomes).status, [str(each.result) for each in outcomes]


def test_an_unclear_answer_of_ga4_is_no_failure(shop: Shop) -> None:
    """The ledger has it as uncertain, and a later change of the order sends it again."""
    shop.ga4.replies = [LOST]
    assert sent(shop) == (200, [Result.UNCERTAIN])

    shop.ga4.replies = [204]
    assert sent(shop, status="completed") == (200, [Result.DELIVERED])
    assert all(body == shop.ga4.bodies[0] for body in shop.ga4.bodies)


def test_two_deliveries_at_once_are_no_failure(shop: Shop) -> None:
    """Of one order at two of its changes: one sends, the other finds it claimed."""

    async def both() -> list[list[str]]:
        shop.ga4.gate.clear()
        first = asyncio.create_task(post(shop, "woocommerce", order(), TOPIC))
        for _ in range(2000):
            if shop.ga4.bodies:
                break
            await asyncio.sleep(0.005)
        second = await post(shop, "woocommerce", order(status="completed"), TOPIC)
        shop.ga4.gate.set()
        return [[str(each.result) for each in outcomes] for outcomes in (await first, second)]

    assert asyncio.run(asyncio.wait_for(both(), 20)) == [[Result.DELIVERED], [Result.DUPLICATE]]
    assert len(shop.ga4.bodies) == 1


def test_a_refund_whose_purchase_is_not_there_waits_on_record(shop: Shop) -> None:
    """The purchase in the same delivery could not be read: the refund is not lost with it."""
    status, outcomes = sent(shop, total="?", **REFUNDED)
    assert (status, outcomes) == (200, [Result.REJECTED, Result.WITHHELD])

    assert sent(shop, **REFUNDED) == (200, [Result.DELIVERED, Result.DELIVERED])
    assert [body["events"][0]["name"] for body in shop.ga4.bodies] == ["purchase", "refund"]


def test_what_is_nowhere_on_record_is_an_error(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else says that it was lost."""

    async def away(*_: object) -> None:
        raise UnavailableError("STORE: no answer")

    monkeypatch.setattr(PaymentWebhook, "_settled", away)
    with pytest.raises(UnavailableError):
        sent(shop)


def test_a_ping_is_answered_200_and_is_no_sign_of_life(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The silence alert counts events: a webhook that is only saved again is still silent."""
    (tmp_path / "secret").write_text("local")
    (tmp_path / "api").write_text("api")
    entry = {"woocommerce": {"secret": f"file:{tmp_path}/secret"}}
    function = connector(
        {
            "GA4_MEASUREMENT_ID": "G-TEST123",
            "GA4_API_SECRET": f"file:{tmp_path}/api",
            "PAYMENT_PROVIDERS": json.dumps(entry),
            "STORE": f"sqlite:{tmp_path}/ledger.sqlite",
        }
    )
    form = [(b"content-type", b"application/x-www-form-urlencoded"), (b"content-length", b"12")]

    status, answer = posted(function, "/woocommerce", form, b"webhook_id=1")

    assert (status, answer["outcome"]) == (200, "ignored")
    assert "ping" in answer["reason"]
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["request"]
    assert posted(function, "/woocommerce", form, b"webhook_id=x")[0] == 400


def test_an_order_is_a_sign_of_life_whatever_becomes_of_it(
    shop: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    """The alert asks by provider for the metric that counts these lines."""
    configure()
    sent(shop)
    sent(shop, status="completed")
    sent(shop, status="cancelled")
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    events = [line for line in lines if line["event"] == "event"]

    assert [line["provider"] for line in events] == ["woocommerce"] * 3
    alerts = (ROOT / "terraform/alerts.tf").read_text(encoding="utf-8")
    metrics = (ROOT / "terraform/metrics.tf").read_text(encoding="utf-8")
    silence = re.search(r"silence = \{(.*?)\n      \}", alerts, re.DOTALL)
    counted = re.search(r"\n    events = \{(.*?)\n    \}", metrics, re.DOTALL)
    assert silence is not None
    assert counted is not None
    assert silence[1].count("sum by (provider) (increase(${local._metric}_events{") == 2
    assert "outcome" not in silence[1]
    assert r"jsonPayload.event=\"event\"" in counted[1]
    assert '"provider"' in counted[1]


@pytest.mark.parametrize("length", ["100", "1000000", "", "x", "٣"])
def test_of_strangers_no_more_is_read_than_a_ping(shop: Shop, length: str) -> None:
    """What is not signed and longer is refused by its headers."""
    provider = shop.settings.providers["woocommerce"]
    headers = (("content-length", length),) if length else ()

    with pytest.raises(SignatureError, match="x-wc-webhook-signature: header missing"):
        require_signature(provider, Head(headers))
    require_signature(provider, Head((("content-length", "12"),)))


def test_a_captured_ping_opens_nothing(shop: Shop) -> None:
    """An order without a signature is refused, however it comes."""
    shop.write("woocommerce", "woocommerce_test")
    with pytest.raises(SignatureError, match="header missing"):
        asyncio.run(
            shop.payments.take(
                shop.settings.providers["woocommerce"], Delivery((), json.dumps(order()).encode())
            )
        )
