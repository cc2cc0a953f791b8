"""Who waits sees how far it is; who does not is not disturbed."""

import os
import pty
import subprocess
from pathlib import Path

from tests.tools.validate.running import GOOD, Validate, lines


def on_terminal(validate: Validate, file: Path, *, piped: bool) -> tuple[str, str]:
    """Run the command with a terminal as standard error; return what it printed, and what there."""
    ours, theirs = pty.openpty()
    with file.open("rb") as given:
        process = subprocess.Popen(  # noqa: S603 - the command under test
            [*validate.command, "validate", "-" if piped else str(file)],
            env={**validate.environ, "TERM": "xterm", "COLUMNS": "100"},
            stdin=subprocess.PIPE if piped else given,
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
    os.close(theirs)
    out, _ = process.communicate(file.read_bytes() if piped else None, timeout=30)
    shown = b""
    try:
        while piece := os.read(ours, 65_536):
            shown += piece
    except OSError:  # how Linux says that the other end is closed
        pass
    os.close(ours)
    return out.decode(), shown.decode()


def test_a_terminal_shows_a_bar(validate: Validate, tmp_path: Path) -> None:
    """The bar names the file and counts payloads, and the report is untouched by it."""
    file = tmp_path / "many.jsonl"
    file.write_bytes(lines(GOOD) * 5_000)

    for piped, name in ((False, "many.jsonl"), (True, "standard input")):
        out, shown = on_terminal(validate, file, piped=piped)

        assert name in shown.replace("\r\n", "")
        assert "5,000 payloads" in shown
        assert out == "5,000 payloads: 5,000 ok, 0 advice, 0 error\n"


def test_no_terminal_no_bar(validate: Validate) -> None:
    """In a log or a pipeline there is nothing on standard error."""
    done = validate(given=lines(GOOD) * 2_000)

    assert (done.status, done.error) == (0, "")
