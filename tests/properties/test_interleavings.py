"""Whatever Stripe says, in whichever order and how often: GA4's money is the shop's.

The pipeline and its stores are the real ones. GA4 counts a purchase once for each transaction id
and everything else as often as it comes, as the real one does.
"""

import asyncio
import json
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx
from hypothesis import given
from hypothesis import strategies as st

from shared.delivery.sinks import open_sinks
from shared.errors import InProgressError, PendingError, UnavailableError
from tests.properties.stories import Payment, Story, stories
from tests.support.fast_loop import run_fast
from tests.support.posting import post
from tests.support.shop import LOST, REJECTED, Ga4, Shop
from tests.support.stripe_json import Json
from tools.changed import replace

PARTS: Final = ("value", "tax", "shipping")
# A purchase that never comes: no story needs as many rounds.
MOST_DELIVERIES: Final = 400
# Deliveries wait two seconds for an event that is about to come; here nothing needs real time.
_FACTOR: Final = 100


@dataclass
class Books(Ga4):
    """GA4's books, with its faults.

    Attributes:
        faults: What happens to the next requests; then all is well.
        purchases: What was taken, by transaction id; what comes again is not counted again.
        refunds: Every refund that was taken, by transaction id.
        others: The names of all other events.
    """

    faults: deque[int | Exception] = field(default_factory=deque)
    purchases: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    refunds: dict[str, list[Mapping[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    others: list[str] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, or leave it without an answer."""
        await asyncio.sleep(0)
        fault = self.faults.popleft() if self.faults else 204
        if fault is REJECTED or fault == httpx.codes.SERVICE_UNAVAILABLE:
            pass  # nothing was taken
        else:
            self._take(json.loads(request.content, parse_float=Decimal))
        if isinstance(fault, Exception):
            raise fault
        return httpx.Response(fault)

    def _take(self, body: Json) -> None:
        (event,) = body["events"]
        params = event["params"]
        if event["name"] == "purchase":
            first = self.purchases.setdefault(params["transaction_id"], params)
            assert {p: first.get(p) for p in PARTS} == {p: params.get(p) for p in PARTS}
        elif event["name"] == "refund":
            self.refunds[params["transaction_id"]].append(params)
        else:
            self.others.append(event["name"])


@dataclass(frozen=True)
class Course:
    """How a story reaches us.

    Attributes:
        story: What happened.
        deliveries: Its events in any order, some of them several times.
        width: How many arrive at once.
        faults: What GA4 does to the first requests.
    """

    story: Story
    deliveries: Sequence[Json]
    width: int
    faults: Sequence[int | Exception]


@st.composite
def courses(draw: st.DrawFn, *, refunds: bool) -> Course:
    """Return a story in any order, with repetitions: Stripe's own, and second events of a change.

    Args:
        draw: Hypothesis's.
        refunds: Whether anything is paid back.
    """
    story = draw(stories(refunds=refunds))
    again = draw(st.lists(st.sampled_from(story.events), max_size=8))
    copies = [
        {**one, "id": f"{one['id']}_{at}"} if draw(st.booleans()) else one
        for at, one in enumerate(again)
    ]
    faults: st.SearchStrategy[int | Exception] = st.sampled_from([204, 500, 503, LOST, REJECTED])
    return Course(
        story,
        draw(st.permutations([*story.events, *copies])),
        draw(st.integers(1, 4)),
        # Three in a row are more than are tried in one delivery.
        draw(st.just([]) | st.lists(faults, max_size=3) | st.just([REJECTED, 503, 503])),
    )


@given(course=courses(refunds=False))
def test_each_payment_is_one_purchase_of_its_exact_net_value(course: Course) -> None:
    """Over any interleaving and repetition of the events that describe it."""
    books = run_fast(_books(course), _FACTOR)

    assert books.purchases.keys() == {p.transaction_id for p in course.story.payments}
    for payment in course.story.payments:
        _holds(books, payment)
    assert not books.refunds
    assert not books.others


@given(course=courses(refunds=True))
def test_refunds_are_told_once_each_and_sum_to_the_purchase(course: Course) -> None:
    """In any order and split, before their purchase too."""
    books = run_fast(_books(course), _FACTOR)

    assert books.refunds.keys() <= {p.transaction_id for p in course.story.payments}
    for payment in course.story.payments:
        _holds(books, payment)
        sent = books.refunds[payment.transaction_id]
        assert Counter(map(_whole, sent)) == Counter(payment.refunds.values())
        assert all(Decimal(params.get(part, 0)) >= 0 for params in sent for part in PARTS)
        assert {params["currency"] for params in sent} <= {payment.currency}
        assert not any("value_basis" in params for params in sent)
        if sum(payment.refunds.values()) == payment.total:
            assert [_sum(sent, part) for part in PARTS] == [
                payment.value,
                payment.tax or 0,
                payment.shipping or 0,
            ]


def _holds(books: Books, payment: Payment) -> None:
    params = books.purchases[payment.transaction_id]
    sent = {part: params.get(part) for part in ("currency", *PARTS)}
    assert sent == {
        "currency": payment.currency,
        "value": payment.value,
        "tax": payment.tax,
        "shipping": payment.shipping,
    }


def _whole(params: Mapping[str, Any]) -> Decimal:
    return sum((Decimal(params.get(part, 0)) for part in PARTS), Decimal(0))


def _sum(sent: Sequence[Mapping[str, Any]], part: str) -> Decimal:
    return sum((Decimal(params.get(part, 0)) for params in sent), Decimal(0))


async def _books(course: Course) -> Books:
    """Deliver a course to a shop, again what it could not take, and return GA4's books."""
    with TemporaryDirectory() as folder:
        own = {"secret": f"file:{folder}/stripe", "payment_intents": True}
        shop = Shop(Path(folder), PAYMENT_PROVIDERS=json.dumps({"stripe": own}))
        books = Books(faults=deque(course.faults))
        _connect(shop, books)
        waiting, delivered = deque(course.deliveries), 0
        try:
            while waiting:
                batch = [waiting.popleft() for _ in range(min(course.width, len(waiting)))]
                delivered += len(batch)
                assert delivered <= MOST_DELIVERIES, "never settled"
                taken = await asyncio.gather(*(_taken(shop, one) for one in batch))
                # Later, as Stripe does, behind all that is on its way already.
                waiting.extend(one for one, ok in zip(batch, taken, strict=True) if not ok)
                shop.clock.advance(0 if all(taken) else 5)
        finally:
            await shop.payments.sender.stores.ledger.close()
            await shop.payments.sender.close()
    return books


def _connect(shop: Shop, books: Books) -> None:
    """Put these books in GA4's place."""
    payments = shop.payments
    sinks = open_sinks(
        shop.settings.common.streams, shop.secrets, shop.clock, lambda: httpx.MockTransport(books)
    )
    shop.payments = replace(payments, sender=replace(payments.sender, sinks=sinks))


async def _taken(shop: Shop, event: Json) -> bool:
    """Deliver an event; tell whether it was answered 200, or is to be delivered again."""
    try:
        outcomes = await post(shop, "stripe", event)
    except (InProgressError, PendingError, UnavailableError):
        return False
    return not any(outcome.retry for outcome in outcomes)
