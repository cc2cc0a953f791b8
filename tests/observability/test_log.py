"""Log lines: one JSON object each, fields from a list, nobody's payload."""

import asyncio
import io
import json
import logging
import logging.config
import os
import sys
import threading
from collections.abc import Iterator
from typing import get_type_hints

import pytest

from shared.domain.conversion import Source
from shared.observability.events import log_event, note_source
from shared.observability.log import (
    SILENCED,
    LogFields,
    Severity,
    StandardOutput,
    configure,
    log,
    note,
    request_lines,
)
from shared.outcome import Outcome, Result
from tests.support.builders import SOURCE


def test_a_line_is_one_json_object(log_lines: io.BytesIO) -> None:
    """Severity and event as Cloud Logging reads them, then the fields."""
    log("request", Severity.ERROR, function="payment_webhook", status=503, reason="a\nb")

    assert [json.loads(line) for line in log_lines.getvalue().splitlines()] == [
        {
            "severity": "ERROR",
            "event": "request",
            "function": "payment_webhook",
            "status": 503,
            "reason": "a\nb",
        }
    ]


def test_what_is_not_known_is_left_out(log_lines: io.BytesIO) -> None:
    """Empty texts and lists say nothing."""
    log("event", outcome="ignored", reason="", notes=[])

    assert json.loads(log_lines.getvalue()) == {
        "severity": "INFO",
        "event": "event",
        "outcome": "ignored",
    }


def test_nought_is_known(log_lines: io.BytesIO) -> None:
    """A request may take no time that can be measured."""
    log("request", duration_ms=0.0, attempts=0)

    assert b'"duration_ms":0.0,"attempts":0' in log_lines.getvalue()


def test_the_fields_a_line_may_have_are_a_list() -> None:
    """A new one has to be thought about: none may hold a person, a payload or a secret."""
    assert set(get_type_hints(LogFields)) == {
        "advice",
        "against",
        "attempts",
        "attribution",
        "caller",
        "consent",
        "context_source",
        "counts",
        "delivery",
        "duration_ms",
        "entry",
        "event_type",
        "events",
        "function",
        "late",
        "name",
        "notes",
        "outcome",
        "provider",
        "reason",
        "references",
        "source_event",
        "status",
        "stream",
        "suppressed",
        "transaction_id",
    }


@pytest.mark.parametrize(
    ("result", "severity"),
    [
        (Result.DELIVERED, "INFO"),
        (Result.DUPLICATE, "INFO"),
        (Result.IGNORED, "INFO"),
        (Result.WITHHELD, "WARNING"),
        (Result.UNCERTAIN, "WARNING"),
        (Result.REJECTED, "ERROR"),
    ],
)
def test_an_event_is_as_severe_as_its_outcome(
    log_lines: io.BytesIO, result: Result, severity: str
) -> None:
    """Rejected money is what somebody has to look at."""
    log_event(Outcome(result), SOURCE)

    assert json.loads(log_lines.getvalue())["severity"] == severity


def test_an_events_line_says_what_became_of_it(log_lines: io.BytesIO) -> None:
    """And where it came from, so that it can be found again."""
    outcome = Outcome(
        Result.DELIVERED,
        None,
        "purchase",
        "ORD-9",
        "session",
        "store",
        "granted",
        entry="0123abcd",
        notes=("metadata.ga_session_id: not a number",),
    )
    log_event(outcome, Source("stripe", "evt_1", "checkout.session.completed", "acct_1"))

    assert json.loads(log_lines.getvalue()) == {
        "severity": "INFO",
        "event": "event",
        "outcome": "delivered",
        "provider": "stripe",
        "event_type": "checkout.session.completed",
        "source_event": "evt_1",
        "name": "purchase",
        "transaction_id": "ORD-9",
        "entry": "0123abcd",
        "attribution": "session",
        "context_source": "store",
        "consent": "granted",
        "late": False,
        "notes": ["metadata.ga_session_id: not a number"],
    }


def test_all_lines_of_a_request_have_its_delivery(log_lines: io.BytesIO) -> None:
    """And no line of another request has it, nor one outside of requests."""

    def answer() -> None:
        with request_lines():
            log("event")
            log("request")

    answer()
    answer()
    log("secret")

    first, second, third, fourth, outside = map(json.loads, log_lines.getvalue().splitlines())
    assert first["delivery"] == second["delivery"] != third["delivery"] == fourth["delivery"]
    assert "delivery" not in outside


def test_what_is_noted_of_a_request_is_on_its_lines_from_then_on(log_lines: io.BytesIO) -> None:
    """A line's own fields win: an event that waited is not the one that released it."""
    with request_lines():
        log("early")
        note_source(Source("stripe", "evt_1", "invoice.paid"))
        log("request")
        log("event", provider="shopify", event_type="", source_event="evt_2")
    note(provider="nobody's")

    early, request, event = map(json.loads, log_lines.getvalue().splitlines())
    assert "provider" not in early
    assert (request["provider"], request["event_type"]) == ("stripe", "invoice.paid")
    assert request["source_event"] == "evt_1"
    assert (event["provider"], event["source_event"]) == ("shopify", "evt_2")
    assert "event_type" not in event


def test_requests_at_the_same_time_do_not_mix(log_lines: io.BytesIO) -> None:
    """Each has its own, also in what it starts beside itself."""

    async def answer(name: str) -> None:
        with request_lines():
            note(name=name)
            await asyncio.gather(*(asyncio.to_thread(log, "inner") for _ in range(2)))
            log("request")

    async def both() -> None:
        await asyncio.gather(answer("a"), answer("b"))

    asyncio.run(both())

    lines = [json.loads(line) for line in log_lines.getvalue().splitlines()]
    pairs = {(line["delivery"], line["name"]) for line in lines}
    assert (len(lines), len(pairs)) == (6, 2)


def test_what_json_cannot_say_is_shown_as_text(log_lines: io.BytesIO) -> None:
    """A log line never fails."""
    log("event", name=1j)  # type: ignore[arg-type]

    assert json.loads(log_lines.getvalue())["name"] == "1j"


def test_nothing_is_written_before_logging_is_configured(capfd: pytest.CaptureFixture[str]) -> None:
    """A command prints its own report; only a function's process writes lines."""
    log("request")

    assert capfd.readouterr() == ("", "")


def test_lines_go_to_the_standard_output_of_the_process(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to `sys.stdout`, which functions-framework replaces while a request runs."""
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    configure()
    log("request")

    assert json.loads(capfd.readouterr().out) == {"severity": "INFO", "event": "request"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_lines_survive_a_framework_that_disables_every_logger(
    when: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """As functions-framework does with LOG_EXECUTION_ID=true."""
    if when == "before":
        logging.config.dictConfig({"version": 1, "root": {"level": "WARNING"}})
    configure()
    if when == "after":
        logging.config.dictConfig({"version": 1, "root": {"level": "WARNING"}})
    log("request")

    assert json.loads(capfd.readouterr().out)["event"] == "request"


def test_lines_of_several_threads_are_whole() -> None:
    """A long line may need several writes to a pipe; no other comes between them."""
    reader, writer = os.pipe()
    output = StandardOutput(writer)
    lines = [bytes([letter]) * 200_000 + b"\n" for letter in b"abcd"]
    threads = [threading.Thread(target=output, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    with open(reader, "rb") as pipe:  # noqa: PTH123 - a descriptor
        found = [pipe.readline() for _ in lines]
    for thread in threads:
        thread.join()
    os.close(writer)

    assert sorted(found) == lines


@pytest.mark.parametrize("blocking", [True, False])
def test_a_log_that_nobody_reads_never_costs_the_request(blocking: bool) -> None:  # noqa: FBT001
    """The pipe is closed, or full and not blocking: the line is lost, nothing is raised."""
    reader, writer = os.pipe()
    os.set_blocking(writer, blocking)
    if blocking:
        os.close(reader)

    StandardOutput(writer)(b"x" * 1_000_000 + b"\n")

    os.close(writer)
    if not blocking:
        os.close(reader)


def test_configuring_twice_writes_each_line_once(log_lines: io.BytesIO) -> None:
    """A warm process is asked again."""
    configure(log_lines.write)
    log("request")

    assert len(log_lines.getvalue().splitlines()) == 1


@pytest.fixture
def root() -> Iterator[io.StringIO]:
    """What reaches the root logger, at any level."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    level = logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.NOTSET)
    yield output
    logging.root.removeHandler(handler)
    logging.root.setLevel(level)


def test_our_lines_do_not_also_go_to_the_root_logger(
    log_lines: io.BytesIO, root: io.StringIO
) -> None:
    """The framework configures that one."""
    log("request")

    assert log_lines.getvalue()
    assert not root.getvalue()


@pytest.mark.parametrize("name", SILENCED)
@pytest.mark.parametrize("child", ["", ".client", ".connection.deep"])
@pytest.mark.parametrize("framework", [False, True], ids=["", "dictConfig"])
@pytest.mark.usefixtures("log_lines")
def test_libraries_that_log_urls_are_silent(
    name: str,
    child: str,
    framework: bool,  # noqa: FBT001
    root: io.StringIO,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Their children too, whatever their levels, and whatever the framework does."""
    logger = logging.getLogger(f"{name}{child}")
    if framework:
        configuration = {"version": 1, "disable_existing_loggers": False}
        logging.config.dictConfig(configuration)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    for severity in (logging.DEBUG, logging.CRITICAL):
        logger.log(severity, "https://…?api_secret=…")
    logger.setLevel(level)

    assert "" == root.getvalue() == capsys.readouterr().err
