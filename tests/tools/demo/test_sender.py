"""The sender behaves as Stripe does, in less time."""

import asyncio
import time
from collections.abc import Callable
from typing import Final

import aiohttp
import pytest
import stripe
from aiohttp import web

from tools.demo import sender as sender_module
from tools.demo.plan import PROVIDERS, Plan
from tools.demo.sender import Sender, Tally
from tools.demo.sender import Webhook as Address
from tools.demo.story import Delivery, Manner
from tools.traffic.customers import Customers
from tools.traffic.stripe_events import checkout_completed

SECRET: Final = "whsec_local"

Answer = Callable[[int], web.Response | None]


class Webhook:
    """A webhook that answers as told and remembers what it was sent."""

    def __init__(self, answer: Answer) -> None:
        """Answer the n-th request, from 0, with `answer(n)`; None breaks the connection."""
        self.requests: list[tuple[str, bytes]] = []
        self._answer = answer

    async def handle(self, request: web.Request) -> web.Response:
        """Take a request."""
        self.requests.append((request.headers["Stripe-Signature"], await request.read()))
        answer = self._answer(len(self.requests) - 1)
        if answer is None and request.transport is not None:
            request.transport.abort()
        return answer or web.Response()


def ok(_: int) -> web.Response:
    """Everything is delivered."""
    return web.json_response({"outcome": "delivered"})


def deliver(
    webhook: Webhook, *, manner: Manner = Manner.GENUINE, copies: int = 1, overtaken: int = 0
) -> Tally:
    """Deliver an event to a webhook, ahead of as many others."""
    customers = Customers(1, now=int(time.time()))
    event, *others = (checkout_completed(customers.order()) for _ in range(1 + overtaken))
    delivery = Delivery(event, manner, copies, tuple(map(Delivery, others)))

    async def run() -> Tally:
        """Serve and deliver in one loop."""
        server = web.ServerRunner(web.Server(webhook.handle))  # type: ignore[arg-type]
        await server.setup()
        await web.TCPSite(server, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{server.addresses[0][1]}"
        try:
            async with aiohttp.ClientSession() as client:
                sender = Sender(client, {"stripe": Address(url, SECRET)}, on_answer=lambda _: None)
                await sender.deliver(delivery)
                return sender.tally
        finally:
            await server.cleanup()

    return asyncio.run(run())


def verified(webhook: Webhook, *, tolerance: int | None = 300) -> bool:
    """Whether Stripe's own library would take everything the webhook was sent."""
    for header, body in webhook.requests:
        try:
            stripe.WebhookSignature.verify_header(body.decode(), header, SECRET, tolerance)
        except stripe.SignatureVerificationError:
            return False
    return True


def test_a_delivery_is_signed_and_counted() -> None:
    """One delivery that is taken is one request and one answer."""
    webhook = Webhook(ok)
    tally = deliver(webhook)

    assert verified(webhook)
    assert (tally.finished, tally.attempts) == (1, 1)
    assert (tally.answers, tally.outcomes) == ({"200": 1}, {"delivered": 1})
    assert tally.problems == []


@pytest.mark.parametrize("status", [409, 500, 503])
def test_what_may_heal_is_sent_again(status: int) -> None:
    """Anything but a success is tried again, signed again, until it is one."""
    webhook = Webhook(lambda n: web.Response(status=status) if n < 2 else ok(n))
    tally = deliver(webhook)

    assert tally.answers == {str(status): 2, "200": 1}
    assert (tally.finished, tally.problems) == (1, [])
    assert verified(webhook)


def test_a_broken_connection_is_sent_again() -> None:
    """No answer is no success."""
    tally = deliver(Webhook(lambda n: None if n == 0 else ok(n)))

    assert tally.answers == {"no answer": 1, "200": 1}


def test_retry_after_is_honoured_within_bounds() -> None:
    """The wished-for pause is made, but a demo does not wait half a minute."""
    webhook = Webhook(
        lambda n: web.Response(status=503, headers={"Retry-After": "30"}) if n == 0 else ok(n)
    )
    started = time.monotonic()
    deliver(webhook)

    assert 0.5 <= time.monotonic() - started < 10


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery that is never taken is a problem, by name."""
    monkeypatch.setattr(sender_module, "_PATIENCE_SECONDS", 0.2)
    tally = deliver(Webhook(lambda _: web.Response(status=503)))

    (problem,) = tally.problems
    assert problem.startswith("genuine checkout.session.completed evt_")
    assert problem.endswith("answered 503")


def test_copies_are_sent_at_once() -> None:
    """Copies do not wait for one another."""
    webhook = Webhook(ok)
    tally = deliver(webhook, copies=3)

    assert (tally.finished, len(webhook.requests)) == (3, 3)
    assert len({body for _, body in webhook.requests}) == 1


@pytest.mark.parametrize("manner", [Manner.FORGED, Manner.STALE])
def test_impostors_do_not_insist(manner: Manner) -> None:
    """A forged or stale delivery is sent once, and has to be refused."""
    webhook = Webhook(lambda _: web.Response(status=400))
    tally = deliver(webhook, manner=manner)

    assert not verified(webhook)
    assert (tally.attempts, tally.impostors, tally.refused) == (1, 1, 1)
    assert tally.problems == []


def test_a_stale_delivery_is_wrong_by_its_age_alone() -> None:
    """Its signature is genuine: only the time it was made gives it away."""
    webhook = Webhook(lambda _: web.Response(status=400))
    deliver(webhook, manner=Manner.STALE)

    assert verified(webhook, tolerance=None)


@pytest.mark.parametrize("manner", [Manner.FORGED, Manner.STALE])
@pytest.mark.parametrize("status", [200, 500, 503])
def test_an_impostor_that_is_not_refused_is_a_problem(manner: Manner, status: int) -> None:
    """Neither acceptance nor a breakdown is the right answer to an impostor."""
    tally = deliver(Webhook(lambda _: web.Response(status=status)), manner=manner)

    assert (tally.impostors, tally.refused) == (1, 0)
    assert tally.problems[0].startswith(manner)


def test_hope_is_given_up_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where many deliveries failed for good, the rest is tried once: the day has to end."""
    monkeypatch.setattr(sender_module, "_HOPELESS", 0)
    tally = deliver(Webhook(lambda _: web.Response(status=500)), copies=3)

    assert tally.answers == {"500": 3}
    assert len(tally.problems) == 3


def test_each_provider_delivers_to_its_own_webhook() -> None:
    """Each signs as it does, with its own secret."""
    day = Plan(1, now=int(time.time())).fill(50)
    outage = next(phase for phase in day.phases if phase.is_outage)
    first = {c[0].event.request.sender: c[0] for c in outage.chains}
    seen: dict[str, str] = {}

    async def take(request: web.Request) -> web.Response:
        """Remember which signature came where."""
        seen[request.path] = next(n for n in request.headers if "sig" in n.lower())
        return ok(0)

    async def run() -> Tally:
        """Serve and deliver in one loop."""
        app = web.Application()
        app.router.add_post("/{provider}", take)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        webhooks = {name: Address(f"{base}/{name}", f"secret of {name}") for name in first}
        try:
            async with aiohttp.ClientSession() as client:
                sender = Sender(client, webhooks, on_answer=lambda _: None)
                for delivery in first.values():
                    await sender.deliver(delivery)
                return sender.tally
        finally:
            await runner.cleanup()

    tally = asyncio.run(run())

    assert set(first) == set(PROVIDERS)
    assert {path: name.lower() for path, name in seen.items()} == {
        "/stripe": "stripe-signature",
        "/paypal": "paypal-transmission-sig",
        "/mollie": "x-mollie-signature",
        "/revenuecat": "x-revenuecat-webhook-signature",
    }
    assert tally.problems == []


def test_what_is_overtaken_follows_the_first_answer() -> None:
    """It does not wait until the other is taken, which may wait for it."""
    webhook = Webhook(lambda n: ok(n) if n > 0 else web.Response(status=409))
    tally = deliver(webhook, overtaken=2)
    bodies = [body for _, body in webhook.requests]

    assert len(bodies) == 4
    assert len(set(bodies)) == 3
    assert bodies[1] != bodies[0]
    assert (tally.finished, tally.early, tally.waited) == (3, 1, 1)


def test_a_webhook_may_take_at_once_what_came_too_early() -> None:
    """Whether it was right to is the audit's business; that it did is counted."""
    tally = deliver(Webhook(ok), overtaken=1)

    assert (tally.attempts, tally.early, tally.waited) == (2, 1, 0)
