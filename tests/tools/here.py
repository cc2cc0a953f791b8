"""Runs the command in the process of the test: for tables, which need no process each."""

from collections.abc import Callable

import pytest

from tests.tools.done import Done
from tools import cli
from tools.errors import CommandError


def run_here(captured: Callable[[], tuple[str, str]], *arguments: str) -> Done:
    """Run `connectors` to its end.

    Args:
        captured: Returns what was printed on either output, as pytest's fixtures do.
        arguments: Its arguments.
    """
    said = ""
    try:
        with pytest.raises(SystemExit) as ended:
            cli.app(arguments)
        status = ended.value.code
    except CommandError as error:
        status, said = error.exit_status, f"connectors: {error}\n"
    assert isinstance(status, int)
    out, written = captured()
    return Done(status, out, written + said)
