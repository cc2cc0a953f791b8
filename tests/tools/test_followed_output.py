"""What a process writes arrives byte for byte, and its lines are heard on the way."""

import os
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.loop import in_a_loop
from tools.child_processes import child_processes
from tools.followed_output import Followed, FollowedOutput, Lines

SAID = b"one\n\xff\x00two\n" + b"x" * 300_000 + b"\nthree\nno line feed"


def follow(said: bytes, log: object) -> list[bytes]:
    """Say something through a pipe; return the lines that were heard."""
    heard: list[bytes] = []
    read, write = os.pipe()
    output = FollowedOutput(os.fdopen(read, "rb", buffering=0), Followed(log, heard.extend))  # type: ignore[arg-type]
    with os.fdopen(write, "wb") as pipe:
        pipe.write(said)
    output.wait()
    return heard


def test_every_byte_arrives_and_every_line_is_heard() -> None:
    """What is no text too; a line too long for anybody, and one without end, are not heard."""
    with tempfile.TemporaryFile() as log:
        heard = follow(SAID, log)
        log.seek(0)

        assert log.read() == SAID
    assert heard == [b"one", b"\xff\x00two", b"three"]


def test_lines_are_heard_though_they_go_nowhere() -> None:
    """And though whoever read them is gone."""
    read, write = os.pipe()
    os.close(read)

    assert follow(b"one\n", subprocess.DEVNULL) == [b"one"]
    assert follow(b"one\n", write) == [b"one"]
    os.close(write)


@given(st.lists(st.sampled_from([b"a", b"\n", b"bc\nd", b""]), max_size=30))
def test_lines_are_whole_however_they_come(chunks: list[bytes]) -> None:
    """A chunk ends anywhere."""
    lines = Lines()

    found = [line for chunk in chunks for line in lines.of(chunk)]

    assert found == b"".join(chunks).split(b"\n")[:-1]


def test_a_log_that_nobody_reads_slows_the_process_and_nobody_else() -> None:
    """Whoever waits for the end waits for a second at most."""
    read, write = os.pipe()
    done = threading.Thread(target=follow, args=(b"x\n" * 200_000, write), daemon=True)
    done.start()
    done.join(0.2)
    assert done.is_alive()
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        assert len(pipe.read()) == 400_000
    done.join(5)
    assert not done.is_alive()


@pytest.mark.parametrize("times", [1, 3])
@in_a_loop
async def test_what_processes_say_has_arrived_when_the_block_ends(
    times: int, tmp_path: Path
) -> None:
    """Though they are ended while they speak."""
    heard: list[bytes] = []
    log = tmp_path / "log"
    with log.open("wb") as output:
        async with child_processes() as children:
            for _ in range(times):
                process = await children.start(
                    *("/bin/sh", "-c", "echo out; echo err >&2"),
                    environ={},
                    log=Followed(output, heard.extend),
                )
                await process.wait()

    assert sorted(heard) == sorted([b"out", b"err"] * times)
    assert log.read_bytes().count(b"\n") == 2 * times
