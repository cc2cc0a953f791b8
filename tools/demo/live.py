"""Showing the day while it goes by."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from tools.demo.play import Watcher
from tools.demo.sender import Tally
from tools.terminal import Terminal

_PLAIN_LINES: Final = 10


class _Bar:
    """A live bar, on a terminal."""

    def __init__(self, progress: Progress, deliveries: int) -> None:
        self._progress = progress
        self._task = progress.add_task("starting the local stack", total=deliveries, answers="")

    def phase(self, name: str) -> None:
        self._progress.update(self._task, description=name)

    def progress(self, tally: Tally) -> None:
        self._progress.update(self._task, completed=tally.finished, answers=_answers(tally))


class _Lines:
    """A line now and then, in a log."""

    def __init__(self, console: Terminal, deliveries: int) -> None:
        self._console = console
        self._deliveries = deliveries
        self._next = deliveries // _PLAIN_LINES
        self._console.print("starting the local stack")

    def phase(self, name: str) -> None:
        self._console.print(name)

    def progress(self, tally: Tally) -> None:
        if tally.finished >= self._next:
            self._next += max(1, self._deliveries // _PLAIN_LINES)
            done = f"{tally.finished}/{self._deliveries}"
            self._console.print(f"  {done} deliveries, answers {_answers(tally)}")


@contextmanager
def live(console: Terminal, deliveries: int) -> Iterator[Watcher]:
    """A watcher that fits the console.

    Args:
        console: Where to show the day.
        deliveries: How many there will be.
    """
    if not console.is_terminal:
        yield _Lines(console, deliveries)
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<26}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[answers]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield _Bar(progress, deliveries)


def _answers(tally: Tally) -> str:
    return ", ".join(f"{status}: {count}" for status, count in sorted(tally.answers.items()))
