"""`connectors explain` in a process of its own, or in this one where hundreds are asked."""

import io
import json
import os
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import pytest

from tests.support.forks import connectors, run_connectors
from tests.tools.done import Done
from tools import cli


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


def explain_here(each: str, *options: str, environ: Mapping[str, str]) -> Told:
    """Run the command line in this process."""
    out, error = io.StringIO(), io.StringIO()
    with (
        patch.dict(os.environ, environ, clear=True),
        patch.object(sys, "argv", ["connectors", "explain", *options, "--", each]),
        redirect_stdout(out),
        redirect_stderr(error),
        pytest.raises(SystemExit) as ended,
    ):
        cli.main()
    status = ended.value.code
    assert isinstance(status, int)
    return as_told(Done(status, out.getvalue(), error.getvalue()))


async def explain_meanwhile(each: str, *options: str, environ: Mapping[str, str]) -> Told:
    """Run the command while the test's servers go on."""
    return as_told(await connectors("explain", *options, "--", each, environ=environ))
