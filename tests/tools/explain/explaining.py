"""`connectors explain` in a process of its own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.forks import connectors, run_connectors
from tests.tools.done import Done


@dataclass(frozen=True)
class Told:
    """What was said of an id.

    Attributes:
        status: The exit status.
        text: What was printed, or the summary.
        document: The JSON, where that was asked for.
        error: What it wrote to standard error.
    """

    status: int
    text: str
    document: Any
    error: str

    @property
    def lines(self) -> list[str]:
        """What the time line says, the newest first."""
        return [line["what"] for line in self.document["timeline"]]


def as_told(done: Done) -> Told:
    """Return what a run printed, as JSON where it is."""
    document = json.loads(done.out) if done.out.startswith("{") else None
    text = done.out if document is None else document["summary"]
    return Told(done.status, text, document, done.error)


def explain(each: str, *options: str, environ: Mapping[str, str]) -> Told:
    """Run the command."""
    return as_told(run_connectors("explain", *options, "--", each, environ=environ))


async def explain_meanwhile(each: str, *options: str, environ: Mapping[str, str]) -> Told:
    """Run the command while the test's servers go on."""
    return as_told(await connectors("explain", *options, "--", each, environ=environ))
