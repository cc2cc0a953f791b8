"""Files that cannot be read: every command says so in one line, and ends with status 2."""

import codecs
import gzip
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.done import Done
from tools import cli

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
PUBLISH = f"publish {EXAMPLES}/till.csv --type server-event --dry-run"
SETTINGS = [
    "deadletters pull projects/shop/subscriptions/dead --settings {}",
    "deadletters replay projects/shop/subscriptions/dead --settings {} --topic projects/shop/t",
    "doctor checklist {}",
    "doctor local {}",
    "doctor local --settings {}",
    "ledger list --settings {}",
    "ledger replay ORD-1 --settings {}",
    "ledger show ORD-1 --settings {}",
    "ledger stats --settings {}",
    f"publish {EXAMPLES}/renewals.jsonl --type billing-event --dry-run --settings {{}}",
    "reconcile export --from 2026-11-01 --settings {}",
    "reconcile paddle --from 2026-11-01 --settings {}",
    "reconcile shopify --from 2026-11-01 --settings {}",
    "reconcile stripe --from 2026-11-01 --settings {}",
    f"validate {EXAMPLES}/sample.json --debug-endpoint --settings {{}}",
]
"""Each with a settings file."""
DATA = ["validate {}", "publish {} --type billing-event --dry-run"]
"""Whose lines are judged one by one: one that is no UTF-8 is a finding, and not the file's."""
OTHERS = [
    f"{PUBLISH} --map {{}}",
    "ledger list --store sqlite:{}",
    "ledger replay ORD-1 --store sqlite:{}",
    "ledger show ORD-1 --store sqlite:{}",
    "ledger stats --store sqlite:{}",
]
COMMANDS = [*SETTINGS, *DATA, *OTHERS]
ROUTED = {"GA4_MEASUREMENT_ID": "G-TEST123", "GA4_API_SECRET": "file:api"}
UNPRIVILEGED = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
)


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[[str], Done]:
    """Return what runs a command in the process of the test."""
    monkeypatch.chdir(tmp_path)

    def run_here(arguments: str) -> Done:
        monkeypatch.setattr("sys.argv", ["connectors", *arguments.split()])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, *capsys.readouterr())

    return run_here


def assert_one_line(done: Done, *, says: str) -> None:
    """Check that a command ended with wrong usage and one line about it."""
    assert (done.status, done.out) == (2, ""), done
    assert done.error.startswith("connectors: ")
    assert done.error.count("\n") == 1
    assert says in done.error


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_that_cannot_be_read_is_named(run: Callable[[str], Done], command: str) -> None:
    """A directory, a missing one, a compressed one, an empty one: each with what is wrong.

    Exports often come compressed, and a job before this one may have failed: nothing shall look as
    if all were well.
    """
    Path("folder").mkdir()
    Path("export").write_bytes(gzip.compress(b'{"client_id": "1.2"}\n'))
    Path("nothing").touch()
    # The option or setting that names a missing file is named itself.
    missing = {"--map": "neither COLUMN=PATH nor a file: nowhere", "--store": "there is no such"}
    option = next((option for option in missing if f"{option} " in command), "")
    expected = {
        "folder": "folder cannot be read (Is a directory)",
        "nowhere": missing.get(option, "nowhere cannot be read (No such file or directory)"),
        "export": "export cannot be read (it is compressed",
        "nothing": "nothing cannot be read (it is empty)",
    }

    for name, says in expected.items():
        assert_one_line(run(command.format(name)), says=says)


@pytest.mark.parametrize("command", [*SETTINGS, *OTHERS])
def test_a_file_of_other_bytes_is_refused(run: Callable[[str], Done], command: str) -> None:
    """Where its text is needed whole, or a database is."""
    Path("latin").write_bytes("# Käufe\nSTORE=sqlite:x\n".encode("latin-1"))

    database = "--store" in command
    says = "it is no SQLite database" if database else "it is not UTF-8 text: byte 4"
    assert_one_line(run(command.format("latin")), says=says)


@pytest.mark.parametrize("depth", ["[" * 9999, '{"a":' * 9999, "[" * 9999 + "]" * 9999])
@pytest.mark.parametrize(
    "command",
    [
        "doctor local {}",
        "route {}",
        "report --reconciliation {}",
        f"{PUBLISH} --map {{}}",
        "doctor site --har {}",
    ],
)
def test_a_file_of_nothing_but_brackets_is_refused(
    run: Callable[[str], Done], monkeypatch: pytest.MonkeyPatch, command: str, depth: str
) -> None:
    """However deep they go."""
    for name, value in ROUTED.items():
        monkeypatch.setenv(name, value)
    Path("deep").write_text(depth)

    assert_one_line(run(command.format("deep")), says="deep")


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("route {}", (EXAMPLES / "delivery.json").read_text()),
        ("route {}", '{"provider": "stripe", "body": {}}\n\n{"provider": "stripe", "body": {}}\n'),
        (f"{PUBLISH} --map {{}}", '{"columns": {}}'),
    ],
)
def test_a_file_of_windows_is_read(
    run: Callable[[str], Done], monkeypatch: pytest.MonkeyPatch, command: str, text: str
) -> None:
    """It begins with a byte order mark, its lines end in two characters, and some are empty."""
    for name, value in ROUTED.items():
        monkeypatch.setenv(name, value)
    Path("windows.json").write_bytes(codecs.BOM_UTF8 + text.replace("\n", "\r\n").encode())

    assert "cannot be read" not in (done := run(command.format("windows.json"))).error, done
    assert "is no table" not in done.error


@pytest.mark.parametrize("command", DATA)
def test_a_line_of_other_bytes_is_a_finding(run: Callable[[str], Done], command: str) -> None:
    """The other lines count."""
    Path("latin").write_bytes("Käufe\n".encode("latin-1"))

    done = run(command.format("latin"))

    assert (done.status, done.error) == (1, "")
    assert "JSON" in done.out


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read all, without setpriv"
)
@pytest.mark.parametrize("arguments", [SETTINGS[3], *DATA, *OTHERS[:2]])
def test_a_file_that_may_not_be_read_is_named(
    command: list[str], environ: dict[str, str], tmp_path: Path, arguments: str
) -> None:
    """One command for each way of reading. Root may read all: it gives that up for the test."""
    file = tmp_path / "locked"
    file.write_text("STORE=sqlite:x\n")
    file.chmod(0)
    done = subprocess.run(  # noqa: S603 - the command under test
        [*UNPRIVILEGED, *command, *arguments.format(file).split()],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    ran = Done(done.returncode, done.stdout, done.stderr)
    assert_one_line(ran, says=f"{file} cannot be read (Permission denied)")


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may read all, without setpriv"
)
@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        *((arguments, 2) for arguments in [SETTINGS[3], *DATA, *OTHERS[:2]]),
        ("doctor local --settings settings.env", 1),
        ("init {}", 1),
        ("report --store sqlite:ledger.sqlite --html {}", 2),
    ],
)
def test_a_file_in_a_closed_folder_is_named(
    command: list[str], environ: dict[str, str], tmp_path: Path, arguments: str, status: int
) -> None:
    """Nobody can say whether it is there, also not by a traceback."""
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "file").write_text("STORE=sqlite:x\n")
    (tmp_path / "settings.env").write_text(f"GA4_API_SECRET=file:{folder}/file\n")
    folder.chmod(0)
    done = subprocess.run(  # noqa: S603 - the command under test
        [*UNPRIVILEGED, *command, *arguments.format(folder / "file").split()],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    folder.chmod(0o700)

    said = done.stdout + done.stderr
    assert (done.returncode, "Permission denied" in said) == (status, True), said
    assert "Traceback" not in said
