"""What a command says of an error of the connectors, or of the system."""

import errno
import os

import pytest

from shared.errors import UnavailableError
from tools.errors import as_command_error, in_words


@pytest.mark.parametrize(
    ("reason", "says"),
    [
        ("STORE: SQLITE_FULL", "the disk is full"),
        ("STORE: SQLITE_BUSY", "another process holds the file"),
        ("STORE: SQLITE_READONLY", "may not be written"),
        ("STORE: SQLITE_NOTADB", "is no SQLite database"),
    ],
)
def test_a_code_of_sqlite_is_explained(reason: str, says: str) -> None:
    """The log keeps the code alone, to be searched for; a person needs the words."""
    error = as_command_error(UnavailableError(reason))

    assert (str(error).startswith(f"{reason}: "), says in str(error)) == (True, True)
    assert error.exit_status == 1


def test_any_other_reason_stands_as_it_is() -> None:
    """Nothing is guessed."""
    assert str(as_command_error(UnavailableError("GA4 is out of reach: 429"))) == (
        "GA4 is out of reach: 429"
    )


@pytest.mark.parametrize("name", [None, "page.html"])
def test_what_the_system_says_names_the_file(name: str | None) -> None:
    """Where it knows one."""
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), name)

    assert in_words(full) == ("" if name is None else "page.html: ") + "No space left on device"
