"""`connectors demo`, whole: a day that balances, and days that do not."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.child_forks import functions_as_forks
from tests.support.forks import run_connectors
from tests.support.local_stack import FORKED
from tests.tools.conftest import ROOT
from tools.demo import command as demo
from tools.demo import sender
from tools.demo.plan import PROVIDERS
from tools.functions import Function

CARELESS = Function("payment_webhook", ROOT / "tests/tools/stand_in/careless.py")


@pytest.fixture(autouse=True)
def _private_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the stack's folder where the test can look at it."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def run(
    capsys: pytest.CaptureFixture[str],
    functions: list[Function],
    deliveries: int = 200,
    providers: Collection[str] = ("stripe",),
) -> tuple[int, Any]:
    """Run a demo of other functions; return its status and its report."""
    with functions_as_forks():
        status = demo.run(
            deliveries=deliveries, seed=1, as_json=True, functions=functions, providers=providers
        )
    return status, json.loads(capsys.readouterr().out)


def test_the_demo_balances(command: list[str], environ: dict[str, str]) -> None:
    """Our own webhook, a day of 240 deliveries, as a person starts it."""
    settings = {"VALUE_BASIS": "gross", "STORE": "sqlite:/nowhere/else"}  # not the demo's business
    done = subprocess.run(  # noqa: S603 - the command under test
        [*command, "demo"],
        env={**environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "books balance" in done.stdout
    assert "240/240 deliveries" in done.stdout
    for row in ("purchases", "renewals", "refunds"):
        assert row in done.stdout
    for currency in ("EUR", "JPY", "KWD"):
        assert done.stdout.count(currency) >= 2
    for provider in PROVIDERS:
        assert f"│ {provider} " in done.stdout
    if shutil.which("gcloud") or os.environ.get("CI") == "true":
        assert "by Pub/Sub's emulator: 24 renewals, 16 enriched orders" in done.stdout


def test_the_demo_balances_by_the_data_manager_api(environ: dict[str, str]) -> None:
    """The money is the same; payments that come together leave in one request.

    How messages arrive has nothing to do with the sink: without gcloud they are pushed directly.
    """
    environ = {**environ, "PATH": str(Path(sys.executable).parent)}
    done = run_connectors(
        *("demo", "--sink", "data_manager", "--json", "--deliveries", "150"),
        environ=environ,
        program=FORKED,
    )
    report = json.loads(done.out)

    assert (done.status, report["balanced"], report["problems"]) == (0, True, [])
    assert 0 < report["requests"] < sum(report["verdicts"].values())


def test_the_report_for_machines(environ: dict[str, str]) -> None:
    """`--json` prints one object on standard output, and nothing else there.

    Where there is no gcloud the messages are pushed directly.
    """
    environ = {**environ, "PATH": str(Path(sys.executable).parent)}
    done = run_connectors(
        *("demo", "--json", "--deliveries", "200", "--seed", "5"), environ=environ, program=FORKED
    )
    report = json.loads(done.out)

    assert (done.status, report["balanced"], report["problems"]) == (0, True, [])
    assert (report["deliveries"], report["seed"]) == (200, 5)
    assert report["attempts"] == sum(report["answers"].values()) > 200
    for name in ("money", "renewed", "refunded"):
        for money in report[name].values():
            assert Decimal(money["shop"]) == Decimal(money["ga4"])
            assert Decimal(money["sent"]) >= Decimal(money["ga4"])
    assert set(report["money"]) == set(report["refunded"]) == {"EUR", "JPY", "KWD"}
    purchases, refunds, outcomes = report["purchases"], report["refunds"], report["outcomes"]
    assert purchases["shop"] == purchases["ga4"] > 0
    assert refunds["shop"] == refunds["ga4"] > 10
    assert (refunds["copies"], report["renewals"]["copies"]) == (0, 0)
    assert report["renewals"]["shop"] == report["renewals"]["ga4"] >= 4
    assert outcomes["delivered"] >= purchases["ga4"] + refunds["ga4"] - outcomes.get("uncertain", 0)
    assert report["overtaking"]["sent"] == report["overtaking"]["waited"] > 0
    assert report["orphans"]["shop"] == report["orphans"]["ga4"] > 0
    assert report["impostors"]["sent"] == report["impostors"]["refused"] > 0
    assert report["answers"]["400"] == report["impostors"]["sent"]
    assert report["answers"]["503"] > 0
    assert report["outcomes"]["duplicate"] > 0
    for name, part in report["providers"].items():
        assert part["balanced"], name
        assert part["purchases"]["shop"] == part["purchases"]["ga4"] > 0, name
        assert part["refunds"]["shop"] == part["refunds"]["ga4"] > 0, name
    assert tuple(report["providers"]) == PROVIDERS
    messages = report["messages"]
    assert messages["way"] == "pushed directly, no emulator"
    assert messages["told"] == {
        "renewals": 24,
        "enriched orders": 16,
        "offline events": messages["told"]["offline events"],
    }
    assert messages["published"] > 24 + 16 + messages["told"]["offline events"] > 55
    assert messages["poison"] == {"published": 3, "laid_aside": 3}
    assert report["outcomes"]["ignored"] > 0
    assert "error" not in report["verdicts"]


def test_any_webhook_can_balance(
    stand_in: Function, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The demo knows nothing of how our webhook is built."""
    status, report = run(capsys, [stand_in])

    assert (status, report["balanced"]) == (0, True), report
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "problems",
    [
        # What one flaw leaves behind, none of those beside it does.
        {
            "gross": "^[^:]+: value is ",
            "greedy": ": not in the shop's books",
            "clingy": ", in the shop's books none",
            "forgetful of refunds": "arrived once too often",
        },
        {
            "echoing": ": a refund of ",
            "rounding": ": refund: value is ",
            "estranged": ": refund: client_id is 1.2, in the shop's books ",
        },
        {"credulous": "forged checkout.session.completed", "hasty": "GA4 has no refund of "},
    ],
    ids=", ".join,
)
def test_a_flawed_webhook_is_found_out(
    stand_in: Function,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    problems: dict[str, str],
) -> None:
    """Wrong money, money twice, a wrong buyer or session, accepted forgeries: the day fails."""
    monkeypatch.setenv("STAND_IN_FLAWS", ",".join(problems))
    status, report = run(capsys, [stand_in], deliveries=150)

    assert (status, report["balanced"]) == (1, False)
    for problem in problems.values():
        assert any(re.search(problem, line) for line in report["problems"]), report["problems"]


@pytest.mark.parametrize(
    ("flaw", "problem"),
    [("losing", ": GA4 has no such purchase"), ("doubling", " arrived once too often")],
)
def test_one_event_of_any_provider_makes_the_day_fail(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    flaw: str,
    problem: str,
) -> None:
    """Our own webhook, but for one payment lost, or one payment and one refund sent twice."""
    monkeypatch.setenv("STAND_IN_FLAWS", flaw)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setattr(sender, "_PATIENCE_SECONDS", 3.0)  # a refund waits for what was lost
    status, report = run(capsys, [CARELESS], 130, PROVIDERS)
    problems = report["problems"]

    assert (status, report["balanced"]) == (1, False)
    for provider in PROVIDERS:
        assert report["providers"][provider]["balanced"] is False
        found = [line for line in problems if line.startswith(f"{provider}: ") and problem in line]
        assert len(found) == 1, (provider, problems)
    again = re.compile(r"[\w.-]+-again: not in the shop's books")
    doubled = [line for line in problems if again.fullmatch(line)]
    assert len(doubled) == (len(PROVIDERS) if flaw == "doubling" else 0), problems


def test_copies_of_purchases_only_show(
    stand_in: Function, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """GA4 merges them, so the books still balance."""
    monkeypatch.setenv("STAND_IN_FLAWS", "forgetful")
    status, report = run(capsys, [stand_in])

    assert status == 0
    assert report["purchases"]["copies"] > report["purchases"]["shop"] // 10


def test_a_broken_webhook_says_why(stand_in: Function, environ: dict[str, str]) -> None:
    """A function that does not start is an error with the end of its own words."""
    code = (
        "from pathlib import Path; from tools import cli, functions;"
        "from tools.demo import command;"
        f"function = functions.Function({stand_in.name!r}, Path({str(stand_in.source)!r}));"
        "command.run.__kwdefaults__['functions'] = [function];"
        "cli.main()"
    )
    done = subprocess.run(  # noqa: S603 - the command under test
        [sys.executable, "-P", "-c", code, "demo", "--json"],
        env={**environ, "STAND_IN_FLAWS": "broken"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "this function cannot be imported" in done.stderr
    assert "connectors: payment_webhook ended with status 1 before it listened" in done.stderr
