"""What Google answers beside a status: refusals, quota, nothing, and nonsense."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import pytest

from shared.data_manager.status import StatusApi
from shared.errors import UnavailableError
from shared.handlers.event_status import EventStatus
from shared.secrets.secret import Secret
from tests.data_manager.statuses import ga4, refusal
from tests.event_status.books import AFTER, Books, lines, opened
from tests.stores.conftest import Store
from tests.support.builders import NOW
from tests.support.loop import in_a_fast_loop, in_a_loop
from tests.support.status_server import LOST, Answer
from tools.changed import replace

MINUTE: Final = timedelta(minutes=1)


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("reason", ["REQUEST_TOO_OLD", "INVALID_REQUEST_ID"])
@in_a_loop
async def test_a_request_that_google_does_not_know_is_not_asked_for_again(
    store: Store, reason: str, status: int
) -> None:
    """Its events stay accepted, with a note."""
    async with opened(store) as books:
        await books.take("ORD-1", "ORD-2")
        books.google.otherwise = (status, refusal(status, "INVALID_ARGUMENT", reason))
        counts, again = await books.counts(), await books.counts()
        books.clock.now += timedelta(days=3)
        later = await books.counts()

        assert await books.states("ORD-1", "ORD-2") == ["accepted", "accepted"]
        assert await books.notes("ORD-1") == (f"Google does not know the request: {reason}",)
    assert (counts, again, later) == ({"look_ups": 1, "overdue": 2}, {}, {})


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "UNAUTHENTICATED"), (403, "PERMISSION_DENIED")],
)
@in_a_loop
async def test_refused_settings_change_nothing(store: Store, status: int, word: str) -> None:
    """503, with Google's reason and nothing else of its answer."""
    async with opened(store) as books:
        await books.take("ORD-1")
        before = await books.entry("ORD-1")
        books.google.otherwise = (status, refusal(status, word))
        with pytest.raises(UnavailableError) as caught:
            await books.run()

        assert await books.entry("ORD-1") == before
        books.google.otherwise = ga4("SUCCESS")
        assert await books.counts() == {"look_ups": 1, "delivered": 1}
    assert str(caught.value) == f"Google refuses the settings: {status} {word}"


@in_a_loop
async def test_a_quota_that_is_used_up_ends_the_run(store: Store) -> None:
    """What was settled stays settled; the rest stays due."""
    async with opened(store) as books:
        for number in range(4):
            stores = replace(books.stores, status_after=AFTER - (4 - number) * MINUTE)
            await Books(stores, books.google).take(f"ORD-{number}", request=f"req-{number}")
        books.google.otherwise = ga4("SUCCESS")
        busy = (429, refusal(429, "RESOURCE_EXHAUSTED"))
        books.google.answers = {"req-2": [busy, ga4("SUCCESS")]}
        first = await books.counts()
        second = await books.counts()

    assert first == {"look_ups": 3, "delivered": 2, "left": 2}
    assert second == {"look_ups": 2, "delivered": 2}
    assert books.google.asked == ["req-0", "req-1", "req-2", "req-2", "req-3"]


@pytest.mark.parametrize("fault", [LOST, (503, refusal(503, "UNAVAILABLE"))], ids=["lost", "503"])
@in_a_fast_loop
async def test_google_out_of_reach_is_asked_twice(store: Store, fault: Any) -> None:  # noqa: ANN401
    """Then the run ends, and everything stays due."""
    async with opened(store) as books:
        await books.take("ORD-1")
        before = await books.entry("ORD-1")
        books.google.otherwise = fault
        with pytest.raises(UnavailableError, match=r"^Google's Data Manager API is out of reach: "):
            await books.run()
        assert await books.entry("ORD-1") == before

        # The transport itself asks once more where a kept connection broke.
        lost: list[Answer] = [fault] * (2 if fault == LOST else 1)
        books.google.answers = {"req-1": [*lost, ga4("SUCCESS")]}
        assert await books.counts() == {"look_ups": 2, "delivered": 1}


BROKEN: Final[Sequence[Any]] = (
    b"{",
    b"[]",
    b'{"requestStatusPerDestination": [{"requestStatus": 3}]}',
    (404, refusal(404, "NOT_FOUND")),
    (500, refusal(500, "INTERNAL")),
    (500, b"<html>jane@example.com</html>"),
    (302, b""),
)


@pytest.mark.parametrize("broken", BROKEN)
@in_a_loop
async def test_an_answer_that_says_nothing_loses_nothing(
    store: Store,
    broken: Any,  # noqa: ANN401 - any answer
    log_lines: io.BytesIO,
) -> None:
    """It is named, the other requests are looked up, and this one is asked for again later."""
    async with opened(store) as books:
        await books.take("ORD-1")
        await books.take("ORD-2", request="req-2")
        books.google.answers = {"req-1": broken, "req-2": ga4("SUCCESS")}
        counts = await books.counts()
        assert await books.states("ORD-1", "ORD-2") == ["accepted", "delivered"]

        books.clock.now += timedelta(minutes=40)
        books.google.answers["req-1"] = ga4("SUCCESS")
        assert await books.counts() == {"look_ups": 1, "delivered": 1}
    assert counts == {"look_ups": 2, "delivered": 1, "processing": 1, "failed_look_ups": 1}
    (line,) = lines(log_lines, "status_unreadable")
    assert line["reason"]
    assert "jane" not in log_lines.getvalue().decode()


@in_a_loop
async def test_broken_answers_are_not_asked_for_for_ever(store: Store) -> None:
    """After a day and three looks the event stays as it is, with a note."""
    async with opened(store) as books:
        await books.take("ORD-1")
        books.google.otherwise = b"{"
        books.clock.now = NOW + timedelta(days=2)
        found = []
        for _ in range(5):
            found.append(await books.counts())
            books.clock.now += timedelta(hours=2)

        assert await books.notes("ORD-1") == ("no status after 24 hours",)
    assert [each.get("overdue", 0) for each in found] == [0, 0, 1, 0, 0]


@dataclass
class Tokens:
    """Gives out tokens by number."""

    refused: list[Secret] = field(default_factory=list)

    async def get(self) -> Secret:
        """Return the next token."""
        return Secret(f"token-{len(self.refused)}")

    def forget(self, token: Secret) -> None:
        """Remember what was refused."""
        self.refused.append(token)


@in_a_loop
async def test_google_is_asked_with_a_token_and_a_refused_one_is_forgotten(store: Store) -> None:
    """It stands in the header, and in no error."""
    tokens = Tokens()
    async with opened(store) as books:
        await books.take("ORD-1")
        books.google.answers = {"req-1": [(401, refusal(401, "UNAUTHENTICATED")), ga4("SUCCESS")]}
        function = EventStatus(
            books.stores.accepted, StatusApi(books.google.url, tokens), AFTER, books.clock
        )
        with pytest.raises(UnavailableError) as caught:
            await function.run()
        outcome = await function.run()
        await function.api.close()

    assert outcome.counts is not None
    assert outcome.counts["delivered"] == 1
    sent = [each["authorization"] for each in books.google.headers]
    assert sent == ["Bearer token-0", "Bearer token-1"]
    assert "token" not in str(caught.value)
