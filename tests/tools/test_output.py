"""Outputs that take nothing: a full disk, one that was closed, a terminal without a size."""

import subprocess
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SETTINGS = f"doctor local {EXAMPLES}/settings.env"
SECONDS = 60


def run(
    command: list[str], arguments: str, environ: dict[str, str], redirected: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command from a shell, which redirects its outputs."""
    return subprocess.run(  # noqa: S603 - the command under test
        ["/bin/sh", "-c", f'"$@" {redirected}', "sh", *command, *arguments.split()],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a disk that is always full")
@pytest.mark.parametrize(
    "arguments",
    ["--help", "trigger --list", SETTINGS, f"{SETTINGS} --json", "doctor checklist --json"],
)
def test_a_full_disk_is_one_line(
    command: list[str], environ: dict[str, str], arguments: str
) -> None:
    """What is cut off shall not look whole: the status says so."""
    done = run(command, arguments, environ, ">/dev/full")

    assert (done.returncode, done.stderr) == (1, "connectors: No space left on device\n")


@pytest.mark.parametrize("redirected", [">&-", "2>&-", ">&- 2>&-"])
@pytest.mark.parametrize(
    ("arguments", "status"),
    [("--help", 0), (SETTINGS, 0), (f"validate {EXAMPLES}/sample.json", 0), ("doctor lokal", 2)],
)
def test_a_closed_output_takes_what_is_written(
    command: list[str], environ: dict[str, str], redirected: str, arguments: str, status: int
) -> None:
    """As `>/dev/null` does; the status is what it would be."""
    done = run(command, arguments, environ, redirected)

    assert done.returncode == status, done
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("columns", ["0", "1", "20", "nonsense"])
def test_help_fits_any_width(command: list[str], environ: dict[str, str], columns: str) -> None:
    """A terminal without a size has a width of 0, with which drawing would never end."""
    done = run(command, "ledger stats --help", {**environ, "COLUMNS": columns})

    assert done.returncode == 0
    assert "Usage" in done.stdout
