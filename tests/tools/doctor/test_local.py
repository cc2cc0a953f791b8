"""`connectors doctor local` and `checklist`: settings before anything is deployed with them."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.stores.entry import LedgerEvent
from shared.stores.entry import State as LedgerState
from shared.stores.lease import Lease
from shared.stores.sqlite.database import sqlite_stores
from tests.support.forks import run_connectors
from tests.tools.done import Done
from tools.doctor.checklist import POINTS, Confirmation, checklist
from tools.doctor.finding import Finding, Level, error, ok
from tools.doctor.local import examine
from tools.errors import UsageError
from tools.settings_file import SettingsOf, read_settings_file


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    """Return settings of payments that are in order, but for being local."""
    for name in ("api", "stripe"):
        path = tmp_path / name
        path.touch(mode=0o600)
        path.write_text("s3cret")
    return {
        "GA4_MEASUREMENT_ID": "G-TEST123",
        "GA4_API_SECRET": f"file:{tmp_path}/api",
        "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": f"file:{tmp_path}/stripe"}}),
        "STORE": f"sqlite:{tmp_path}/ledger.sqlite",
    }


def found(settings: dict[str, str], level: Level = Level.ERROR) -> list[Finding]:
    """Return what the doctor finds of this level."""
    return [f for f in examine(settings, "payment_webhook") if f.level is level]


def test_good_settings_have_no_errors(good: dict[str, str]) -> None:
    """Only that SQLite is not for the cloud is said."""
    assert found(good) == []
    assert [f.about for f in found(good, Level.WARNING)] == ["setting STORE"]


@pytest.mark.parametrize("name", ["GA4_MEASUREMENT_ID", "STORE", "PAYMENT_PROVIDERS"])
def test_a_missing_setting_is_an_error(good: dict[str, str], name: str) -> None:
    """Named as the function itself would name it."""
    del good[name]

    assert any(f"{name}: missing" in finding.says for finding in found(good))


def test_a_misspelt_setting_is_recognised(good: dict[str, str]) -> None:
    """Nobody would read it, and nobody would say so."""
    findings = found({**good, "LATE_EVENT": "reject"}, Level.WARNING)

    (stranger,) = (f for f in findings if f.about == "setting LATE_EVENT")
    assert stranger.fix == "did you mean LATE_EVENTS?"


def test_what_the_platform_sets_is_passed_over(good: dict[str, str]) -> None:
    """It is in every environment."""
    assert len(found({**good, "PORT": "8080", "K_SERVICE": "x"}, Level.WARNING)) == 1


def test_a_secret_in_place_of_its_reference_is_an_error(good: dict[str, str]) -> None:
    """And is not repeated."""
    entry = '{"stripe": {"secret": "whsec_s3cret"}}'
    findings = found({**good, "PAYMENT_PROVIDERS": entry})

    assert any("it was exposed" in finding.says for finding in findings)
    assert "s3cret" not in str(findings)


def test_a_secret_file_that_is_absent_empty_or_open_is_told(
    good: dict[str, str], tmp_path: Path
) -> None:
    """Each with its fix."""
    (tmp_path / "api").unlink()
    (tmp_path / "stripe").write_text(" \n")

    assert [f.says for f in found(good)] == [
        "names a file that is not there",
        "names an empty file",
    ]
    (tmp_path / "api").touch()
    (tmp_path / "api").write_text("x")
    (tmp_path / "api").chmod(0o644)
    assert any("others may read" in f.says for f in found(good, Level.WARNING))


def test_the_store_needs_its_folder(good: dict[str, str]) -> None:
    """SQLite makes the file, not the folder."""
    (finding,) = found({**good, "STORE": "sqlite:/nowhere/at/all/ledger.sqlite"})

    assert finding.about == "setting STORE"


def test_what_is_marked_for_debugging_is_warned_of(good: dict[str, str]) -> None:
    """DebugView is for tests: every event counts all the same."""
    about = [finding.about for finding in found({**good, "GA4_DEBUG": "True"}, Level.WARNING)]

    assert about == ["setting STORE", "setting GA4_DEBUG"]


@pytest.mark.parametrize(
    "text",
    [
        "# ours\nA=1\n\nexport B = 'two words'\n",
        'A: 1\nB: "two words"\n',
        '{"A": 1, "B": "two words"}',
        "\ufeffA=1\r\nB='two words'\r\n",
        "A=1 # ours\n\tB\t=\t'two words'   # \"theirs\"\n",
        "A=1\nB=two words\t#theirs\nA=1\n",
    ],
)
def test_a_settings_file_is_read_in_three_forms(tmp_path: Path, text: str) -> None:
    """As shells, gcloud and Terraform write them."""
    (tmp_path / "settings").write_text(text)

    assert read_settings_file(str(tmp_path / "settings")) == SettingsOf(
        {"A": "1", "B": "two words"}
    )


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('A={"a": "x #y"}', '{"a": "x #y"}'),
        ('A={"a": "x #y"} # ours', '{"a": "x #y"}'),
        ('A=[1] # ours "]"', "[1]"),
        ('A={"a": # broken', '{"a": # broken'),
        ("A=x#y", "x#y"),
        ("A='x #y'", "x #y"),
        ("A=  # nothing yet", ""),
        ("A=", ""),
    ],
)
def test_a_comment_behind_a_value_is_no_part_of_it(tmp_path: Path, line: str, value: str) -> None:
    """As in a shell; JSON and quotes may hold the sign."""
    (tmp_path / "settings").write_text(line)

    assert read_settings_file(str(tmp_path / "settings")).every == {"A": value}


@pytest.mark.parametrize("text", ["A=s3cret\n# x\nA=s4cret\n", '{"A": "s3cret", "A": "s4cret"}'])
def test_a_setting_with_two_values_is_refused(tmp_path: Path, text: str) -> None:
    """Nobody knows which one counts."""
    (tmp_path / "settings").write_text(text)

    with pytest.raises(
        UsageError, match=r"A stands in line 1 and in line 3|same key twice"
    ) as says:
        read_settings_file(str(tmp_path / "settings"))
    assert "cret" not in str(says.value)


@pytest.mark.parametrize("text", ["A=1\nnonsense\n", "{broken", '{"A":' * 9999])
def test_a_file_that_is_none_of_these_is_refused(tmp_path: Path, text: str) -> None:
    """Its content is not repeated."""
    (tmp_path / "settings").write_text(text)

    with pytest.raises(UsageError) as caught:
        read_settings_file(str(tmp_path / "settings"))
    assert "nonsense" not in str(caught.value)


def test_the_checklist_has_every_point_once() -> None:
    """What nobody looked at is unknown, with what a person does."""
    findings = list(checklist([]))

    assert [f.about for f in findings] == [point.about for point in POINTS]
    assert {f.level for f in findings} == {Level.UNKNOWN}
    assert all(f.fix for f in findings)


def test_a_point_is_as_bad_as_the_worst_that_shows_it() -> None:
    """One secret in order does not make up for another."""
    shown = [ok("secret api", "1 enabled version(s)"), error("readers of api", "2 beside", "fix")]

    (point,) = (f for f in checklist(shown) if "api_secret" in f.about)
    assert point.level is Level.ERROR
    assert point.fix == "fix"


def run(*arguments: str, **environment: str) -> Done:
    """Run the command in a process of its own."""
    return run_connectors("doctor", *arguments, environ=environment)


def test_the_command_prints_a_line_for_each_finding(good: dict[str, str], tmp_path: Path) -> None:
    """Exit status 0 where nothing is an error; JSON for machines."""
    lines = "".join(f"{name}='{value}'\n" for name, value in good.items())
    (tmp_path / ".env").write_text(lines)
    command = ("local", str(tmp_path / ".env"), "--function", "payment_webhook")

    shown, printed = run(*command), run(*command, "--json")

    assert shown.status == printed.status == 0, shown.out + shown.error
    parsed: list[dict[str, Any]] = [json.loads(line) for line in printed.out.splitlines()]
    assert {"level", "about", "says", "fix"} == set(parsed[0])
    assert "setting STORE: SQLite forgets" in shown.out
    assert "0 error" in shown.out


def test_the_environment_is_looked_at_where_no_file_is_named(good: dict[str, str]) -> None:
    """Only the settings of it."""
    ran = run("local", "--function", "payment_webhook", HOME="/x", **good)

    assert ran.status == 0, ran.out
    assert "HOME" not in ran.out


def test_an_error_is_exit_status_one_and_wrong_usage_two() -> None:
    """For scripts."""
    assert run("local").status == 1
    assert run("local", "/nowhere").status == 2
    assert run("local", "--function", "nobody").status == 2
    assert run("gcp", "--project", "p", "--stand-in", "http://example.com").status == 2


def test_the_checklist_is_walked_from_the_command_line(
    good: dict[str, str], tmp_path: Path
) -> None:
    """What a file cannot show stays unknown, so the launch is not waved through."""
    (tmp_path / ".env").write_text("".join(f"{n}={v}\n" for n, v in good.items()))

    ran = run("checklist", str(tmp_path / ".env"))

    assert ran.status == 1
    assert "the api_secret is only on the server" in ran.out


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GA4_API_SECRET", "aB3-sEcReT_x9"),
        ("PUSH_TOKEN", "sEcReT"),
        ("CAPTURE_SECRET", "file:a,sEcReT"),
        ("PAYMENT_PROVIDERS", '{"paddle": {"secret": "sEcReT"}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": ["file:a", "sEcReT"]}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": {"secret": "file:a", "api_key": "sEcReT"}}'),
        ("PAYMENT_PROVIDERS", '{"stripe": "sEcReT"}'),
        ("GA4_API_SECERT", "sEcReT"),
        ("STORE", "sqlite:whsec_sEcReT"),
    ],
)
def test_a_secret_is_told_of_once_and_never_repeated(
    good: dict[str, str], name: str, value: str
) -> None:
    """Whatever it looks like: it was exposed, and must be rolled."""
    findings = list(examine({**good, name: value}, None))

    (named,) = (f for f in findings if f.about.startswith("secret in "))
    assert named.about == f"secret in setting {name}"
    assert named.level is Level.ERROR
    assert "exposed" in named.says
    assert named.fix.startswith("Roll it")
    assert "sEcReT" not in str([f for f in findings if f.about != "setting STORE"])


def test_what_is_not_set_up_is_no_error(good: dict[str, str]) -> None:
    """A shop without captures and without reconciliation has settings that are in order."""
    findings = list(examine(good, None))

    assert [f for f in findings if f.level is Level.ERROR] == []
    assert sum("not set up" in f.says for f in findings) == 2


def test_one_problem_of_all_functions_is_one_line(good: dict[str, str]) -> None:
    """Not one for each function."""
    del good["STORE"]

    (named,) = (f for f in examine(good, None) if f.level is Level.ERROR)
    assert named.about == "settings of every function"


def test_each_function_of_terraforms_output_is_checked_by_itself(
    good: dict[str, str], tmp_path: Path
) -> None:
    """What one function lacks, another's settings do not make up for."""
    lacking = {name: value for name, value in good.items() if name != "PAYMENT_PROVIDERS"}
    document = {"payment_webhook": lacking, "offline_event": good}
    (tmp_path / "settings.json").write_text(json.dumps(document))

    ran = run("local", str(tmp_path / "settings.json"), "--json")

    printed = [json.loads(line) for line in ran.out.splitlines()]
    (wrong,) = (finding for finding in printed if finding["level"] == "error")
    assert wrong["about"] == "settings of payment_webhook"
    assert wrong["says"].startswith("PAYMENT_PROVIDERS: missing")


def test_the_checklist_shows_what_the_settings_show(good: dict[str, str], tmp_path: Path) -> None:
    """An exposed secret is an error of its point, and a line of its own."""
    good["GA4_API_SECRET"] = "sEcReT"
    (tmp_path / ".env").write_text("".join(f"{n}={v}\n" for n, v in good.items()))

    ran = run("checklist", str(tmp_path / ".env"))

    assert "error   the api_secret is only on the server: secret in setting" in ran.out
    assert "error   secret in setting GA4_API_SECRET: holds the secret itself" in ran.out
    assert "sEcReT" not in ran.out


def test_the_checklist_ends_well_once_every_point_is_looked_at(
    good: dict[str, str], tmp_path: Path
) -> None:
    """Who confirmed which point, and when, is kept beside the settings."""
    path = tmp_path / "settings.env"
    path.write_text("".join(f"{n}={v}\n" for n, v in good.items()))
    confirmed = [argument for point in POINTS for argument in ("--confirm", point.name)]

    first = run("checklist", str(path))
    second = run("checklist", str(path), *confirmed, LOGNAME="mira")
    third = run("checklist", str(path))

    assert (first.status, second.status, third.status) == (1, 0, 0), second.out
    kept = json.loads((tmp_path / "settings.env.confirmed.json").read_text())
    assert set(kept) == {point.name for point in POINTS}
    assert kept["unsigned"]["by"] == "mira"
    assert "unsigned webhooks are refused: confirmed by mira on 20" in third.out


def test_what_is_wrong_is_not_confirmed_away() -> None:
    """A person's word does not make up for a finding."""
    found = [error("secret in setting X", "holds the secret itself", "Roll it")]
    said = {"api-secret": Confirmation("mira", datetime.now(UTC))}

    point = next(checklist(found, said))
    assert point.level is Level.ERROR


def test_a_point_that_does_not_exist_is_not_confirmed(good: dict[str, str], tmp_path: Path) -> None:
    """The names are listed."""
    (tmp_path / ".env").write_text("".join(f"{n}={v}\n" for n, v in good.items()))

    ran = run("checklist", str(tmp_path / ".env"), "--confirm", "everything")

    assert ran.status == 2
    assert "api-secret, client-id" in ran.error


def test_the_checklist_reads_the_ledger(good: dict[str, str], tmp_path: Path) -> None:
    """How many events have their browser's client and session."""
    store = sqlite_stores(str(tmp_path / "ledger.sqlite"))

    async def fill() -> None:
        for number, whose in enumerate(("session", "session", "generated")):
            event = LedgerEvent("G-TEST123", "purchase", f"ORD-{number}", attribution=whose)
            lease = await store.ledger.claim(event, now=datetime.now(UTC), resend=True)
            assert isinstance(lease, Lease)
            await store.ledger.settle(lease, LedgerState.DELIVERED, now=datetime.now(UTC))
        await store.close()

    asyncio.run(fill())
    (tmp_path / ".env").write_text("".join(f"{n}={v}\n" for n, v in good.items()))

    ran = run("checklist", str(tmp_path / ".env"))

    assert "warning client_id with every event: ledger: client: 2 of 3 events" in ran.out
    assert "ok      session_id with purchases of a browser: ledger: session: 2 of 3" in ran.out


def test_two_providers_of_the_same_money_are_warned_of(good: dict[str, str]) -> None:
    """RevenueCat also sends what was bought through Stripe."""
    stripe = json.loads(good["PAYMENT_PROVIDERS"])["stripe"]

    def warned(**entries: object) -> list[str]:
        settings = {**good, "PAYMENT_PROVIDERS": json.dumps(entries)}
        warnings = found(settings, Level.WARNING)
        return [each.says for each in warnings if "both" in each.says and "stores" in each.fix]

    assert warned(stripe=stripe) == warned(revenuecat=stripe, shopify=stripe) == []
    assert warned(stripe=stripe, revenuecat=stripe) == [
        "RevenueCat and Stripe can both send one payment"
    ]
    assert found({**good, "PAYMENT_PROVIDERS": '["revenuecat", "stripe"]'})
