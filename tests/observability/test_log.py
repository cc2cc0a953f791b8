"""Log lines: one JSON object each, fields from a list, nobody's payload."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import get_type_hints

import pytest

from shared.domain.conversion import Source
from shared.observability.events import log_event
from shared.observability.log import (
    LOGGER,
    SILENCED,
    JsonFormatter,
    LogFields,
    Severity,
    configure,
    log,
)
from shared.outcome import Outcome, Result
from tests.support.builders import SOURCE


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard output, to which our lines go once logging is configured."""
    output = io.StringIO()
    monkeypatch.setattr(sys, "stdout", output)
    LOGGER.handlers.clear()
    configure()
    return output


def test_a_line_is_one_json_object(lines: io.StringIO) -> None:
    """Severity and event as Cloud Logging reads them, then the fields."""
    log("request", Severity.ERROR, function="payment_webhook", status=503, reason="a\nb")

    assert [json.loads(line) for line in lines.getvalue().splitlines()] == [
        {
            "severity": "ERROR",
            "event": "request",
            "function": "payment_webhook",
            "status": 503,
            "reason": "a\nb",
        }
    ]


def test_what_is_not_known_is_left_out(lines: io.StringIO) -> None:
    """Empty texts and lists say nothing."""
    log("event", outcome="ignored", reason="", notes=[])

    assert json.loads(lines.getvalue()) == {
        "severity": "INFO",
        "event": "event",
        "outcome": "ignored",
    }


def test_nought_is_known(lines: io.StringIO) -> None:
    """A request may take no time that can be measured."""
    log("request", duration_ms=0.0, attempts=0)

    assert '"duration_ms":0.0,"attempts":0' in lines.getvalue()


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
        "duration_ms",
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
    lines: io.StringIO, result: Result, severity: str
) -> None:
    """Rejected money is what somebody has to look at."""
    log_event(Outcome(result), SOURCE)

    assert json.loads(lines.getvalue())["severity"] == severity


def test_an_events_line_says_what_became_of_it(lines: io.StringIO) -> None:
    """And where it came from, so that it can be found again."""
    outcome = Outcome(
        Result.DELIVERED,
        None,
        "purchase",
        "ORD-9",
        "session",
        "store",
        "granted",
        notes=("metadata.ga_session_id: not a number",),
    )
    log_event(outcome, Source("stripe", "evt_1", "checkout.session.completed", "acct_1"))

    assert json.loads(lines.getvalue()) == {
        "severity": "INFO",
        "event": "event",
        "outcome": "delivered",
        "provider": "stripe",
        "event_type": "checkout.session.completed",
        "source_event": "evt_1",
        "name": "purchase",
        "transaction_id": "ORD-9",
        "attribution": "session",
        "context_source": "store",
        "consent": "granted",
        "late": False,
        "notes": ["metadata.ga_session_id: not a number"],
    }


def test_a_traceback_becomes_the_errors_type() -> None:
    """Its text may quote a payload."""
    try:
        json.loads("jane@example.com")
    except ValueError:
        record = LOGGER.makeRecord("x", logging.ERROR, "", 0, "failed", (), sys.exc_info())

    assert json.loads(JsonFormatter().format(record)) == {
        "severity": "ERROR",
        "event": "failed",
        "error": "JSONDecodeError",
    }


def test_what_json_cannot_say_is_shown_as_text() -> None:
    """A log line never fails."""
    record = LOGGER.makeRecord("x", 20, "", 0, "e", (), None, extra={"fields": {"name": 1j}})

    assert json.loads(JsonFormatter().format(record))["name"] == "1j"


def test_configuring_twice_writes_each_line_once(lines: io.StringIO) -> None:
    """A warm process is asked again."""
    configure()
    log("request")

    assert len(lines.getvalue().splitlines()) == 1


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


def test_our_lines_do_not_also_go_to_the_root_logger(lines: io.StringIO, root: io.StringIO) -> None:
    """The framework configures that one."""
    log("request")

    assert lines.getvalue()
    assert not root.getvalue()


@pytest.mark.parametrize("name", SILENCED)
@pytest.mark.parametrize("child", ["", ".client", ".connection.deep"])
@pytest.mark.usefixtures("lines")
def test_libraries_that_log_urls_are_silent(
    name: str, child: str, root: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """Their children too, whatever level they and the root have."""
    logger = logging.getLogger(f"{name}{child}")
    level = logger.level
    logger.setLevel(logging.DEBUG)
    for severity in (logging.DEBUG, logging.CRITICAL):
        logger.log(severity, "https://…?api_secret=…")
    logger.setLevel(level)

    assert "" == root.getvalue() == capsys.readouterr().err
