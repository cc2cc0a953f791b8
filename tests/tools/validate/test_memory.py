"""Memory does not grow with the input."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.validate.running import ADVISED, BAD, GOOD, Validate, lines

# The peak of a child counts that of the process it was forked from: so a small one comes between.
MEASURE = """
import os, sys
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,
                       file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), usage.ru_maxrss)
"""


def peak(validate: Validate, file: Path, *arguments: str) -> int:
    """The most memory a run needed, in the system's unit."""
    done = subprocess.run(  # noqa: S603 - the command under test
        [sys.executable, "-S", "-c", MEASURE, *validate.command, "validate", *arguments, str(file)],
        env=validate.environ,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    status, memory = map(int, done.stdout.split())
    assert status == 1
    return memory


@pytest.mark.parametrize(
    ("arguments", "form", "times"),
    [([], "lines", 20), (["--json"], "lines", 6), ([], "array", 6)],
    ids=["report", "JSON", "array on one line"],
)
def test_memory_stays_flat(
    validate: Validate, tmp_path: Path, arguments: list[str], form: str, times: int
) -> None:
    """Many times 5,000 payloads take no more memory."""
    some = lines(GOOD, GOOD, ADVISED, BAD, "no payload") * 1_000
    few, many = tmp_path / "few", tmp_path / "many"
    for file, text in ((few, some), (many, some * times)):
        array = b"[" + text.rstrip().replace(b"\n", b",") + b"]"
        file.write_bytes(array if form == "array" else text)

    assert peak(validate, many, *arguments) < 1.1 * peak(validate, few, *arguments)
