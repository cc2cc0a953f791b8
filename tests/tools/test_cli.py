"""The command line: what it is called with, and how it ends."""

import subprocess
import sys

import pytest

from tests.support.forks import run_connectors
from tools import cli
from tools.errors import FailedError, UsageError


def run(command: list[str], environ: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run the command to its end."""
    done = subprocess.run(  # noqa: S603 - the command under test
        [*command, *arguments], env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["sevre"],
        ["serve", "--prot", "1"],
        ["serve", "--port", "http"],
        ["serve", "--port", "65536"],
        ["serve", "--port", "-1"],
        ["serve", "--port", "65535"],
        ["collector", "8787"],
        ["demo", "--deliveries", "3"],
        ["doctor", "local", "-"],
        ["publish", "-", "--type", "billing-event"],
    ],
)
def test_wrong_usage_is_status_2(environ: dict[str, str], arguments: list[str]) -> None:
    """What cannot be understood ends with status 2, a line on standard error, nothing else."""
    done = run_connectors(*arguments, environ=environ)

    assert (done.status, done.out) == (2, "")
    assert done.error
    assert "Traceback" not in done.error


def test_help_names_every_command(command: list[str], environ: dict[str, str]) -> None:
    """`--help` shows what there is, and so does no argument at all."""
    status, out, _ = run(command, environ, "--help")

    assert status == 0
    for name in ("collector", "demo", "serve"):
        assert f" {name} " in out
    assert run(command, environ) == (0, out, "")


def test_help_imports_no_command(environ: dict[str, str]) -> None:
    """A command's body is imported when it runs, not when another one does."""
    code = (
        "import sys; from tools import cli; print(sorted({'aiohttp', 'shared'} & {*sys.modules}))"
    )
    done = subprocess.run(  # noqa: S603 - an expression of this test
        [sys.executable, "-P", "-c", code], env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


@pytest.mark.parametrize(
    ("error", "status"), [(FailedError("no luck"), 1), (UsageError("no sense"), 2)]
)
def test_errors_are_a_line_and_a_status(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    status: int,
) -> None:
    """A command that gives up says why, without a traceback."""

    def give_up(_: object) -> None:
        raise error

    monkeypatch.setattr(cli, "app", give_up)
    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == status
    assert capsys.readouterr().err == f"connectors: {error}\n"


@pytest.mark.parametrize(
    "name",
    [
        "validate",
        "publish",
        "ledger list",
        "ledger show",
        "ledger stats",
        "ledger replay",
        "deadletters pull",
        "deadletters replay",
        "reconcile stripe",
        "reconcile export",
        "report",
        "doctor local",
        "doctor gcp",
        "doctor checklist",
    ],
)
def test_help_shows_a_whole_call(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Of every command that takes options."""
    with pytest.raises(SystemExit):
        cli.app([*name.split(), "--help"])

    shown = capsys.readouterr().out
    assert f" connectors {name} " in shown.split("For example:")[1]
