"""Every `connectors` command that a page shows: its options are there, and if it can, it runs."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.docs.commands import Command, commands
from tests.docs.pages import text_of
from tests.support.forks import run_connectors
from tests.support.local_stack import ServedStack, served
from tests.support.places import ROOT
from tests.support.rows import every
from tools.cli import app
from tools.errors import CommandError
from tools.validate.cli import tokens_of

ALL: Final = list(commands())
# What needs an account, another machine's files, a browser, or runs until it is ended.
_ELSEWHERE: Final = re.compile(
    r"--from-gcp|--debug-endpoint --|--debug-endpoint$|--ask|--topic|--stripe-key|https://|"
    r"^connectors (serve|collector|demo|dev|doctor (gcp|site)|deadletters|reconcile)\b|"
    r"doctor checklist|--install-completion|\.har\b|--reconciliation|settings\.json|"
    r"publish (?!.*--dry-run)|--resume"
)
_PLACEHOLDER: Final = re.compile(r"…|^[A-Z]{2,}$|=[A-Z]+$|^[A-Z]{2,}:")
_AT_STACK: Final = ("trigger", "explain")


def is_whole(command: Command) -> bool:
    """Whether nothing in it stands for something else."""
    return not any(_PLACEHOLDER.search(word) for word in command.words)


HERE: Final = [
    command
    for command in ALL
    if command.shown and is_whole(command) and not _ELSEWHERE.search(command.text)
]


@every("page", sorted({command.page for command in ALL}))
def test_every_command_of_a_page_is_one(page: str) -> None:
    """With its options and their values, as the command line itself reads them."""
    wrong = []
    for command in ALL:
        words = [word for word in command.words if "…" not in word]
        if command.page != page or len(words) < len(command.words) or not words:
            continue
        if not command.shown:
            wrong += unknown(words)
            continue
        try:
            app.parse_args(tokens_of(words), print_error=False, exit_on_error=False)
        except (Exception, CommandError) as error:  # noqa: BLE001 - whatever it says of them
            wrong.append(f"{command.text}: {error}")

    assert wrong == []


def unknown(words: list[str]) -> list[str]:
    """Return what of a command in a sentence is not there; a sentence may leave out arguments."""
    helps = dict(
        re.findall(
            r"^## connectors (.*?)$(.*?)(?=^## |\Z)",
            text_of("docs/reference/commands.md"),
            re.MULTILINE | re.DOTALL,
        )
    )
    names = [" ".join(words[:count]) for count in (2, 1)]
    name = next((each for each in names if each in helps), None)
    if name is None:
        return [" ".join(words)] if not words[0].startswith("-") else []
    options = [word for word in words if word.startswith("--")]
    return [f"{name} {each}" for each in options if not re.search(rf"{each}\b", helps[name])]


def test_an_option_that_is_not_there_is_found() -> None:
    """In a sentence too."""
    assert unknown(["ledger", "replay", "--withheld"]) == []
    assert unknown(["ledger", "replay", "--everything"]) == ["ledger replay --everything"]
    assert unknown(["repair", "--now"]) == ["repair --now"]


@pytest.fixture(scope="module")
def stack() -> Iterator[ServedStack]:
    """A stack with an order or two."""
    with served() as running:
        for kind in ("stripe.checkout", "stripe.refund", "sale"):
            running.trigger(kind)
        yield running


@pytest.fixture
def folder(tmp_path: Path, stack: ServedStack) -> Path:
    """A folder with the examples, and settings whose store is the stack's."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    secret = tmp_path / "stripe_secret"
    secret.write_text("whsec_local")
    (tmp_path / "api_secret").write_text("a-secret-of-ga4")
    (tmp_path / "settings.env").write_text(
        "GA4_MEASUREMENT_ID=G-LOCAL00001\n"
        f"GA4_API_SECRET=file:{tmp_path}/api_secret\n"
        f"STORE={stack.line['store']}\n"
        f'PAYMENT_PROVIDERS={{"stripe": {{"secret": "file:{secret}"}}}}\n'
    )
    return tmp_path


def at(stack: ServedStack, word: str) -> str:
    """Return a word with the addresses that the stack has here."""
    places = [stack.line["collector"], *stack.line["functions"].values()]
    for number, place in enumerate(places):
        word = word.replace(f"http://127.0.0.1:{8787 + number}", place)
    return word


@pytest.mark.parametrize("text", sorted({command.text for command in HERE}))
def test_a_command_that_needs_nobody_runs(text: str, stack: ServedStack, folder: Path) -> None:
    """It ends as it says: done, or something was found; never by a wrong option or a defect."""
    command = next(each for each in HERE if each.text == text)
    words = [at(stack, word) for word in command.words]
    if words[0] in _AT_STACK and not {"--url", "--list", "--collector"} & set(words):
        words += ["--collector", stack.line["collector"]]
    if words[0] == "init":
        (folder / "settings.env").unlink()

    done = run_connectors(
        *words,
        environ={"PATH": os.environ["PATH"]},
        working_folder=folder,
        given=(folder / command.given).read_bytes() if command.given else b"",
    )

    assert done.status in (0, 1), done.error
    assert "Traceback" not in done.error
    assert done.out or done.error


def test_enough_of_them_run() -> None:
    """The rule that leaves out what needs an account does not leave out everything."""
    assert len({command.text for command in HERE}) > 40
