"""The table of symptoms: each is brought about at a real stack, and its command shows it."""

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.docs.desk import Desk, bash
from tests.docs.pages import text_of
from tests.support.forks import run_connectors
from tests.support.local_stack import ServedStack, served
from tests.support.places import ROOT
from tools.ports import choose_ports

ELSEWHERE: Final = {
    "401 or 403, and no log line": "Google Cloud: tests/tools/doctor/test_gcp.py",
    "503 `unavailable`": "Google Cloud: tests/tools/doctor/test_gcp.py",
    "the alert `silence`": "Google Cloud: tests/tools/doctor/test_gcp.py",
    "`delivered`, and GA4 never shows it": "GA4's export: tests/tools/reconcile",
    "in no log and no ledger": "Stripe's API: tests/tools/reconcile",
    "a refund has tax in it, `value_basis=gross`": "Stripe's API: tests/tools/reconcile",
    "`mp_attribution` is `generated` everywhere": "a shop's page: tests/tools/doctor/site",
    "no conversions in Google Ads": "a shop's page: tests/tools/doctor/site",
    "a purchase counts twice": "a recording of a shop's page: tests/tools/doctor/site",
    "the alert `dead_letters`": "Pub/Sub: tests/tools/deadletters",
}
"""Symptom → what its command needs, and the tests that run it at a stand-in or an emulator."""


class Symptom(NamedTuple):
    """How a symptom is brought about, and what its command then says.

    Attributes:
        shown: Patterns of what is said.
        cause: Brings it about; returns what takes the place of an id of the page.
        stack: Which stack it is brought about at.
    """

    shown: tuple[str, ...]
    cause: Callable[[Desk], str | None] = lambda _: None
    stack: str = "usual"


def without_settings(desk: Desk) -> None:
    """Take the settings away."""
    (desk.folder / "settings.env").unlink()


def early_refund(desk: Desk) -> str:
    """Post a refund, and not the purchase that comes before it."""
    whole = desk.stack.trigger("stripe.refund", "--print").out
    refund = "curl " + whole.split("\ncurl ")[1]
    assert '"outcome":"pending"' in bash(refund)
    refunded: str
    (refunded,) = set(re.findall(r'"id": "(re_\w+)"', refund))
    return refunded


def lost_answer(desk: Desk) -> None:
    """Let GA4's answer to a purchase be lost."""
    desk.fault(drop_after_read=True, every=1)
    desk.stack.trigger("stripe.checkout")
    desk.fault()


def two_streams(desk: Desk) -> None:
    """Give test mode a stream of its own, by rules in the wrong order."""
    settings = (desk.folder / "settings.env").read_text().splitlines()
    kept = [line for line in settings if not line.startswith("GA4_")]
    stream = '{"measurement_id": "G-%s", "api_secret": "file:api_secret"}'
    streams = f'{{"live": {stream % "LIVE000001"}, "test": {stream % "TEST000001"}}}'
    routes = '[{"to": "live"}, {"when": {"live": false}, "to": "test"}]'
    desk.write("settings.env", "\n".join([*kept, f"STREAMS={streams}", f"ROUTES={routes}"]))


def foreign_capture(desk: Desk) -> str:
    """Post a capture under a reference that no payment has."""
    printed = desk.stack.trigger("capture", "--print").out
    assert '"outcome":"stored"' in bash(printed)
    reference: str
    (reference,) = set(re.findall(r"cs_test_\w+", printed))
    return reference


def bad_row(desk: Desk) -> None:
    """Add a row that names nothing to the file."""
    with (desk.folder / "examples/renewals.jsonl").open("a") as rows:
        rows.write('{"event_id": "billing-2026-11-0009"}\n')


_TWICE: Final = '}, "revenuecat": {"secret": "file:revenuecat_secret"}}'
_A_DAY_AGO: Final = str(int(time.time()) - 26 * 3600)

SYMPTOMS: Final[Mapping[str, Symptom]] = {
    "`make`: *No Python 3.11 or newer on the PATH*": Symptom(("Python 3",)),
    "`make`: *Python has no venv module here*": Symptom((r"\A\Z",)),
    "`make serve` ends: a port is taken": Symptom((r"port \d+ .*held by process",)),
    "`connectors trigger` says that nobody answers": Symptom(('"collector": ',)),
    "`connectors serve` says that settings are wrong": Symptom(
        ("^error .*GA4_MEASUREMENT_ID",), lambda desk: desk.change("=G-", "=g-")
    ),
    "a command says that a setting is missing": Symptom(("cannot be read",), without_settings),
    "400 `bad_signature`": Symptom(
        (r"bad_signature \(400\)",), lambda desk: desk.write("stripe_secret", "whsec_other")
    ),
    "404 `not_found`": Symptom(('"outcome":"not_found"',)),
    "405 `method_not_allowed`": Symptom(('"outcome":"method_not_allowed"',)),
    "413 `too_large`": Symptom(('"outcome":"too_large"',)),
    "500 `misconfigured`": Symptom(
        ("^error .*PAYMENT_PROVIDERS",), lambda desk: desk.change('{"stripe"', '{stripe"')
    ),
    "409 `pending` for a refund": Symptom(("waits for its purchase",), early_refund),
    "409 `in_progress`": Symptom((r"duplicate \(200\)",)),
    "`ignored`: test mode": Symptom(
        ("ignored: test mode", "ACCEPT_TEST_EVENTS=true"),
        lambda desk: desk.trigger("stripe.checkout"),
        "strict",
    ),
    "`ignored`: payment intents are not taken as money": Symptom((r"ignored \(200\).*not taken",)),
    "`withheld`": Symptom(
        ("withheld .*SALE-.*consent denied",), lambda desk: desk.trigger("sale", "--denied")
    ),
    "`rejected`": Symptom(
        ("rejected .*occurred_at: more than 72 hours ago",),
        lambda desk: desk.trigger("woocommerce.order", "--late", "5d"),
        "strict",
    ),
    "`uncertain`": Symptom(("uncertain .*no clear answer",), lost_answer),
    "stays `accepted`": Symptom(
        ("accepted .*purchase",), lambda desk: desk.trigger("woocommerce.order"), "strict"
    ),
    "`delivered` today, not in reports": Symptom(
        (r"state +delivered",), lambda desk: desk.trigger("stripe.checkout")
    ),
    "not in DebugView": Symptom((r"delivered \(200\)",)),
    "in another property": Symptom(("live.*purchase",), two_streams),
    'source is "(not set)" for most purchases': Symptom(
        (r"│ generated │ [1-9]",),
        lambda desk: desk.trigger("stripe.checkout", "--no-client"),
    ),
    "`client`, although ids are sent": Symptom(
        ("for the buyer's client, in no session",),
        lambda desk: desk.trigger("stripe.checkout", "--session", _A_DAY_AGO),
    ),
    "a capture is `stored`, and the purchase is still `generated`": Symptom(
        (r"\A\S+\nKnown of the buyer's browser: client and session\.[^\n]*\n\Z",), foreign_capture
    ),
    "captures are answered 403 `foreign_origin`": Symptom(('"outcome":"foreign_origin"',)),
    "`value` is lower than what was paid": Symptom(
        (r"18\.00 EUR", r"paid 27\.60 EUR .*with 4\.60 tax and 5\.00 shipping"),
        lambda desk: desk.trigger("stripe.checkout"),
    ),
    "a purchase counts twice, in another way": Symptom(
        ("RevenueCat and Stripe can both send one payment",), lambda desk: desk.change("}}", _TWICE)
    ),
    "`items` are missing": Symptom(
        ("items is required in purchase",), lambda desk: desk.trigger("stripe.checkout")
    ),
    "`late_hours` on many events": Symptom(
        ("Sent more than 72 hours after",),
        lambda desk: desk.trigger("stripe.checkout", "--late", "5d"),
    ),
    "rows of a file are rejected": Symptom((r"1 rejected", "schema +missing"), bad_row),
    "your own payload vanishes in GA4": Symptom((r"error +VALUE_INVALID",)),
}


@pytest.fixture(scope="module")
def stacks() -> Iterator[Mapping[str, ServedStack]]:
    """A usual stack; and one that takes no tests, rejects what is late, and asks Google later."""
    with (
        served() as usual,
        served(
            "--sink", "data_manager", ACCEPT_TEST_EVENTS="false", LATE_EVENTS="reject"
        ) as strict,
    ):
        yield {"usual": usual, "strict": strict}


def rows() -> list[list[str]]:
    """Return the rows of the table of symptoms."""
    lines = re.findall(
        r"^\| (?!symptom|---)(.*) \|$", text_of("docs/troubleshooting.md"), re.MULTILINE
    )
    return [re.split(r"(?<!\\) \| ", line) for line in lines]


def test_every_symptom_has_a_cause_a_fix_and_a_command() -> None:
    """At least 25, and the last cell is one command."""
    found = rows()

    assert len(found) >= 25
    assert [row for row in found if len(row) != 4 or not all(row)] == []
    assert [row[3] for row in found if not re.fullmatch(r"`[^`]+`", row[3])] == []


def test_every_symptom_is_shown_here_or_by_tests_that_are_named() -> None:
    """What needs an account says so."""
    assert [row[0] for row in rows() if (row[0] in SYMPTOMS) == (row[0] in ELSEWHERE)] == []
    assert set(SYMPTOMS) | set(ELSEWHERE) == {row[0] for row in rows()}
    tests = [reason.rpartition(": ")[2] for reason in ELSEWHERE.values()]
    assert [path for path in tests if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_its_command_shows_it(
    symptom: str, stacks: Mapping[str, ServedStack], tmp_path: Path
) -> None:
    """Once its cause is there."""
    (cell,) = (row[3].strip("`").replace("\\|", "|") for row in rows() if row[0] == symptom)
    how = SYMPTOMS[symptom]
    desk = Desk(stacks[how.stack], tmp_path)
    found = how.cause(desk)
    if found is not None:
        cell = re.sub(r"\bORD-9\b|\b(?:re|evt|cs_test)_\w+", found, cell)

    said = desk.show(cell)

    assert [pattern for pattern in how.shown if not re.search(pattern, said, re.MULTILINE)] == [], (
        said
    )


def test_where_no_stack_runs_the_command_says_nothing() -> None:
    """And `trigger` says what to do."""
    (port,) = choose_ports(0, ["nobody"])
    address = f"http://127.0.0.1:{port}"
    ran = run_connectors(
        "trigger", "stripe.checkout", "--collector", address, environ={"PATH": os.environ["PATH"]}
    )

    assert bash(f"curl -s {address}/stack") == ""
    assert ran.status == 1
    assert "connectors serve" in ran.error
