"""One line for each request; of many that are refused alike, one that says how many."""

import asyncio
import io
import json
from collections import Counter
from typing import Any

import pytest

from shared.observability.log import note, request_lines
from shared.web.request_log import FIRST, MINUTE_SECONDS, PAUSE_SECONDS, RequestLog
from shared.web.responses import HttpResponse
from tests.support.loop import in_a_fast_loop, in_a_loop
from tests.web.seconds import Seconds


def written(log_lines: io.BytesIO) -> list[dict[str, Any]]:
    """Return the lines so far."""
    return [json.loads(line) for line in log_lines.getvalue().splitlines()]


def counted(log_lines: io.BytesIO) -> Counter[str]:
    """Return how many requests the lines stand for, by outcome: as the metrics count."""
    counts: Counter[str] = Counter()
    for line in written(log_lines):
        counts[line["outcome"]] += 1 + line.get("suppressed", 0)
    return counts


def refuse(log: RequestLog, times: int, outcome: str = "bad_signature", status: int = 400) -> None:
    """Answer so many requests alike."""
    for number in range(times):
        log.write(HttpResponse(status, outcome, b""), f"number {number}", 1.0)


@in_a_loop
async def test_the_first_lines_of_a_minute_are_whole_and_the_rest_is_one(
    log_lines: io.BytesIO,
) -> None:
    """It is the last one's own line, and says how many have none."""
    clock = Seconds()
    log = RequestLog("payment_webhook", clock)
    refuse(log, 1000)
    assert len(written(log_lines)) == FIRST

    clock.now += MINUTE_SECONDS
    refuse(log, 1)

    lines = written(log_lines)
    assert len(lines) == FIRST + 2
    assert lines[FIRST] == {
        "severity": "INFO",
        "event": "request",
        "function": "payment_webhook",
        "outcome": "bad_signature",
        "status": 400,
        "reason": "number 999",
        "duration_ms": 1.0,
        "suppressed": 1000 - FIRST - 1,
    }
    assert counted(log_lines) == {"bad_signature": 1001}


@in_a_fast_loop
async def test_each_answer_is_counted_by_itself(log_lines: io.BytesIO) -> None:
    """A flood of one hides no other; nobody has to come for the last line."""
    log = RequestLog("payment_webhook", Seconds())
    refuse(log, 500)
    refuse(log, 2, "not_found", 404)
    refuse(log, 300, "misconfigured", 500)
    await asyncio.sleep(PAUSE_SECONDS + 1)

    assert counted(log_lines) == {"bad_signature": 500, "not_found": 2, "misconfigured": 300}
    assert len(written(log_lines)) == 2 * (FIRST + 1) + 2


@pytest.mark.parametrize(
    ("outcome", "status"), [("delivered", 200), ("uncertain", 200), ("in_progress", 409)]
)
@in_a_loop
async def test_what_is_authentic_has_its_own_line(
    log_lines: io.BytesIO, outcome: str, status: int
) -> None:
    """However many there are: each is somebody's order."""
    refuse(RequestLog("payment_webhook", Seconds()), 200, outcome, status)

    assert len(written(log_lines)) == 200


@in_a_fast_loop
async def test_a_flood_that_goes_on_leaves_a_line_every_few_seconds(
    log_lines: io.BytesIO,
) -> None:
    """Each request is in one of them, and in no other."""
    clock = Seconds()
    log = RequestLog("payment_webhook", clock)
    for _ in range(20):
        refuse(log, 100)
        await asyncio.sleep(1)
        clock.now += 1
    await asyncio.sleep(PAUSE_SECONDS + 1)

    assert counted(log_lines) == {"bad_signature": 2000}
    assert len(written(log_lines)) <= FIRST + 6


@in_a_loop
async def test_a_line_that_stands_for_others_has_its_own_delivery(log_lines: io.BytesIO) -> None:
    """It may be written while another request is answered, of which it says nothing."""
    clock = Seconds()
    log = RequestLog("payment_webhook", clock)
    for _ in range(FIRST + 2):
        with request_lines():
            refuse(log, 1)
    clock.now += MINUTE_SECONDS
    with request_lines():
        note(provider="stripe")
        refuse(log, 1)

    *_, last, stands_for_it, other = written(log_lines)
    assert stands_for_it["suppressed"] == 1
    assert len({line["delivery"] for line in (last, stands_for_it, other)}) == 3
    assert ("provider" in stands_for_it, other["provider"]) == (False, "stripe")
