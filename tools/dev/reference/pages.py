"""The pages of docs/reference that are made from the code: `make reference`."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from tools.dev.blocks import fill, insist_on_clone, write_or_check
from tools.dev.reference.commands import commands
from tools.dev.reference.events import answers, event_names, purchase_types, triggers
from tools.dev.reference.log_lines import log_fields, log_lines
from tools.dev.reference.messages import MESSAGES, message
from tools.dev.reference.settings import settings
from tools.dev.reference.signals import alerts, metrics

ROOT: Final = Path(__file__).resolve().parent.parent.parent.parent
FOLDER: Final = Path("docs/reference")

BLOCKS: Final[Mapping[str, Mapping[str, Callable[[Path], str]]]] = {
    "settings.md": {"settings": lambda _: settings()},
    "events.md": {
        "names": lambda _: event_names(),
        "purchase_types": lambda _: purchase_types(),
        "triggers": lambda _: triggers(),
    },
    "answers.md": {"answers": lambda _: answers()},
    "log.md": {"lines": log_lines, "fields": lambda _: log_fields()},
    "metrics.md": {"metrics": metrics, "alerts": alerts},
    "messages.md": {name: partial(message, name) for name in MESSAGES},
    "commands.md": {"commands": lambda _: commands()},
}
"""Page → its generated blocks, each made from the repository's folder."""


def run(*, check: bool) -> int:
    """Write each page, or say which is not as it would be written; return the exit status.

    Args:
        check: Whether nothing is written.

    Raises:
        FailedError: This is no clone of the repository, or a page has no place for a block.
    """
    return write_or_check(
        ROOT, generated(ROOT), check=check, otherwise="is not what the code says: make reference"
    )


def generated(root: Path) -> Mapping[Path, str]:
    """Return each page as it should be, by its path in the repository.

    Args:
        root: The repository.

    Raises:
        FailedError: This is no clone of the repository, or a page has no place for a block.
    """
    insist_on_clone(root, FOLDER)
    pages = {}
    for name, blocks in BLOCKS.items():
        text = (root / FOLDER / name).read_text(encoding="utf-8")
        for block, made in blocks.items():
            text = fill(text, "reference", block, made(root))
        pages[FOLDER / name] = text
    return pages
