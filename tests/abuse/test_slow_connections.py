"""Strangers who hold connections open: the deliveries of those we know are taken all the same."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import pytest

from tests.abuse.slow import SlowConnections
from tests.functions import stripe_events as stripe
from tests.functions.capturing import ORIGIN, Capturing
from tests.functions.running import GA4, Webhook

# As Terraform deploys it: no more than Cloud Run lets in at once.
_PLACES: Final = "40"
_GENUINE: Final = 217
_SENDERS: Final = 8

Record = Any

FORGED: Final = {"stripe-signature": "t=1,v1=00"}
STRANGERS: Final[dict[str, tuple[int, dict[str, Any]]]] = {
    "unsigned": (200, {}),
    "at no provider's path": (200, {"path": "/nobody", "headers": FORGED}),
    "with a forged signature": (200, {"headers": FORGED}),
    "with 900 kB of a body each": (60, {"headers": FORGED, "at_once": 900_000}),
}


@pytest.fixture(scope="module")
def webhook(ga4: GA4, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Webhook]:
    """The payment webhook with as many places as deployed."""
    settings = {"MAX_DELIVERIES_IN_FLIGHT": _PLACES}
    with Webhook(tmp_path_factory.mktemp("webhook"), ga4.url, settings=settings) as process:
        process.post(stripe.paid("FIRST"))
        yield process


@pytest.mark.parametrize("strangers", STRANGERS)
def test_slow_connections_turn_no_delivery_away(
    strangers: str, ga4: GA4, webhook: Webhook, record_property: Record
) -> None:
    """Of hundreds of genuine deliveries meanwhile every one is answered 200 and sent once."""
    number, how = STRANGERS[strangers]
    bodies = [stripe.paid(f"{strangers[:20]}-{at}") for at in range(_GENUINE)]
    seconds: list[float] = []

    def deliver(body: bytes) -> int:
        began = time.perf_counter()
        status = webhook.post(body).status_code
        seconds.append(time.perf_counter() - began)
        return status

    ga4.forget()
    with SlowConnections(webhook.url, number, **how), ThreadPoolExecutor(_SENDERS) as senders:
        time.sleep(0.5)
        statuses = Counter(senders.map(deliver, bodies))

    slowest = sorted(seconds)[int(_GENUINE * 0.99)]
    record_property(
        "figure",
        f"{number} slow connections {strangers}: {statuses[200]} of {_GENUINE} genuine deliveries "
        f"answered 200, 99 of 100 within {slowest * 1000:.0f} ms",
    )
    assert statuses == {200: _GENUINE}
    assert len(ga4.events) == _GENUINE


def test_slow_pages_turn_no_capture_away(
    tmp_path_factory: pytest.TempPathFactory, record_property: Record
) -> None:
    """A page's origin is easily forged: whoever sends slowly holds no place there either."""
    with Capturing(
        tmp_path_factory.mktemp("capture"),
        CAPTURE_ORIGINS=ORIGIN,
        MAX_DELIVERIES_IN_FLIGHT=_PLACES,
    ) as function:
        capture = {"references": ["ORD-1"], "client_id": "1.2"}
        function.sign(capture)
        with SlowConnections(function.url, 200, headers={"origin": ORIGIN}):
            time.sleep(0.5)
            statuses = Counter(function.sign(capture).status_code for _ in range(100))
    record_property("figure", f"200 slow pages: {statuses[200]} of 100 captures answered 200")
    assert statuses == {200: 100}


def test_a_slow_body_is_ended(webhook: Webhook, record_property: Record) -> None:
    """Within seconds, whatever its length says."""
    began = time.monotonic()
    with SlowConnections(webhook.url, 1, headers=FORGED) as slow:
        answer = slow.answer()
    took = time.monotonic() - began
    record_property("figure", f"a body that trickles in is answered after {took:.1f} s")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert took < 7
