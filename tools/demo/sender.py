"""The providers' side of a webhook: signs, posts, waits, tries again."""

import asyncio
import itertools
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

import aiohttp

from tools.demo.story import Delivery, Manner
from tools.traffic.request import Request

_NO_ANSWER: Final = "no answer"
_REFUSED: Final = "400"
# A real sender goes on for three days; a demo has less time.
_PATIENCE_SECONDS: Final = 15.0
# After so many deliveries that were given up, the rest is tried once: it is not going to heal.
_HOPELESS: Final = 10
_LONGEST_WAIT_SECONDS: Final = 0.5
_FIRST_WAIT_SECONDS: Final = 0.05
_REPLAY_AGE_SECONDS: Final = 600
_FORGERS_SECRET: Final = "whsec_guessed"  # noqa: S105 - a forger's, which is the point


@dataclass
class Tally:
    """What the sender saw.

    Attributes:
        finished: Deliveries that need no further attempt.
        attempts: Requests made.
        answers: Requests by HTTP status.
        outcomes: Requests by what the function said became of them.
        impostors: Forged and stale deliveries.
        refused: How many of these were refused.
        early: Deliveries that overtook what they are about.
        waited: How many of these were asked to come again.
        problems: Deliveries that did not end as they should.
    """

    finished: int = 0
    attempts: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    impostors: int = 0
    refused: int = 0
    early: int = 0
    waited: int = 0
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Answer:
    status: str
    outcome: str | None = None
    retry_after: float | None = None

    @property
    def is_success(self) -> bool:
        return self.status.startswith("2")


@dataclass(frozen=True)
class Webhook:
    """Where a provider's deliveries go.

    Attributes:
        url: The address.
        secret: The signing secret.
    """

    url: str
    secret: str


class Sender:
    """Delivers the events of several providers.

    Attributes:
        tally: What it saw so far.
    """

    def __init__(
        self,
        client: aiohttp.ClientSession,
        webhooks: Mapping[str, Webhook],
        *,
        on_answer: Callable[[Tally], None],
    ) -> None:
        """Prepare to deliver.

        Args:
            client: Makes the requests.
            webhooks: Each provider's.
            on_answer: Called after each answer.
        """
        self.tally = Tally()
        self._client = client
        self._webhooks = webhooks
        self._on_answer = on_answer

    async def deliver(self, delivery: Delivery) -> None:
        """Deliver an event, all of its duplicates at once, until it is answered for good.

        What it overtakes is on its way as soon as there is a first answer.
        """
        answered = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for _ in range(delivery.copies):
                group.create_task(self._deliver_one(delivery, answered))
            await answered.wait()
            for overtaken in delivery.overtaken:
                await self.deliver(overtaken)

    async def _deliver_one(self, delivery: Delivery, answered: asyncio.Event) -> None:
        started = time.monotonic()
        for attempt in itertools.count():
            answer = await self._post(delivery)
            if attempt == 0 and delivery.overtaken:
                self.tally.early += 1
                self.tally.waited += not answer.is_success
            answered.set()
            is_final = answer.is_success or delivery.manner is not Manner.GENUINE
            is_hopeless = len(self.tally.problems) >= _HOPELESS
            if is_final or is_hopeless or time.monotonic() - started > _PATIENCE_SECONDS:
                break
            await asyncio.sleep(_wait(answer, attempt))
        self._judge(delivery, answer)
        self.tally.finished += 1
        self._on_answer(self.tally)

    async def _post(self, delivery: Delivery) -> _Answer:
        answer = await self._answer(delivery)
        self.tally.attempts += 1
        self.tally.answers[answer.status] += 1
        if answer.outcome is not None:
            self.tally.outcomes[answer.outcome] += 1
        self._on_answer(self.tally)
        return answer

    async def _answer(self, delivery: Delivery) -> _Answer:
        webhook = self._webhooks[delivery.event.request.sender]
        request = _signed(delivery, webhook.secret)
        try:
            async with self._client.post(
                webhook.url, data=request.body, headers=request.headers
            ) as response:
                return _Answer(
                    str(response.status),
                    _outcome(await response.read()),
                    _seconds(response.headers.get("Retry-After")),
                )
        except (aiohttp.ClientError, TimeoutError):
            return _Answer(_NO_ANSWER)

    def _judge(self, delivery: Delivery, answer: _Answer) -> None:
        if delivery.manner is Manner.GENUINE:
            is_right = answer.is_success
        else:
            is_right = answer.status == _REFUSED
            self.tally.impostors += 1
            self.tally.refused += is_right
        if not is_right:
            event = delivery.event
            self.tally.problems.append(
                f"{delivery.manner} {event.type} {event.id}: answered {answer.status}"
            )


def _signed(delivery: Delivery, secret: str) -> Request:
    # Signed again for every attempt, as providers do: a retry is never stale.
    now, request = int(time.time()), delivery.event.request
    match delivery.manner:
        case Manner.FORGED:
            return request.signed(_FORGERS_SECRET, now=now)
        case Manner.STALE:
            return request.signed(secret, now=now - _REPLAY_AGE_SECONDS)
        case Manner.GENUINE:
            return request.signed(secret, now=now)


def _wait(answer: _Answer, attempt: int) -> float:
    backoff: float = _FIRST_WAIT_SECONDS * 2 ** min(attempt, 10)
    return min(answer.retry_after or backoff, _LONGEST_WAIT_SECONDS)


def _outcome(body: bytes) -> str | None:
    try:
        document = json.loads(body)
    except ValueError:
        return None
    match document:
        case {"outcome": str(outcome)}:
            return outcome
    return None


def _seconds(retry_after: str | None) -> float | None:
    try:
        return float(retry_after or "")
    except ValueError:
        return None
