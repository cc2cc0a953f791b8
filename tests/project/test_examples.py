"""The files of `examples/`, as the commands of the documentation use them."""

import os
import re
import shlex
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import pages
from tests.support.forks import run_connectors
from tests.support.places import ROOT
from tests.tools.done import Done

EXAMPLES: Final = ROOT / "examples"
# What needs no account and no server, from the pages: command → exit status. The payloads have one
# error, on purpose.
COMMANDS: Final = {
    "connectors validate examples/payloads.jsonl": 1,
    "connectors validate --json - < examples/payloads.jsonl": 1,
    "connectors validate --strict --now 2026-11-23T12:00:00Z examples/sample.json": 0,
    "connectors publish examples/renewals.jsonl --type billing-event --dry-run"
    " --rejects rejects.jsonl": 0,
    "connectors doctor local examples/settings.env --function payment_webhook": 0,
}
MORE: Final = {
    "connectors publish examples/leads.jsonl --type server-event --dry-run": 0,
    "connectors publish examples/till.csv --type billing-event --map examples/till.toml"
    " --event-id-from transaction_id --dry-run": 0,
}


PAGES: Final = "\n".join(page.read_text(encoding="utf-8") for page in pages())


def run(command: str, folder: Path) -> Done:
    """Run a command of a page in a folder with the examples and nothing else."""
    (folder / "examples").symlink_to(EXAMPLES)
    words, _, file = command.partition(" < ")
    (_, *arguments) = shlex.split(words)
    return run_connectors(
        *arguments,
        environ={"PATH": os.environ["PATH"]},
        working_folder=folder,
        given=(folder / file).read_bytes() if file else b"",
    )


@pytest.mark.parametrize(("command", "status"), {**COMMANDS, **MORE}.items())
def test_a_command_of_a_page_works_as_it_stands(command: str, status: int, tmp_path: Path) -> None:
    """With the files it names."""
    done = run(command, tmp_path)

    assert done.status == status, done.out + done.error


@pytest.mark.parametrize("command", COMMANDS)
def test_a_page_has_the_command(command: str) -> None:
    """What is tested is what is read."""
    assert command in PAGES


def test_every_example_is_in_a_page_and_there() -> None:
    """None is named that is missing, and none lies there unused."""
    named = set(re.findall(r"(?<!terraform/)(?<![\w./])examples/([\w-]+\.\w+)", PAGES))

    assert {path.name for path in EXAMPLES.iterdir()} == named
