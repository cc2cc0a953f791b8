"""What a command may end with besides success.

```
CommandError
├── UsageError   asked for something that cannot be: exit status 2
├── FailedError  asked rightly, did not work: exit status 1
└── StoppedError somebody said stop: exit status 128 and the signal's number, 130 for Ctrl-C
```
"""

import signal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from shared.errors import ConnectorError

NO_CREDENTIALS: Final = (
    "no Google credentials that work: run `gcloud auth application-default login`, or set "
    "GOOGLE_APPLICATION_CREDENTIALS to the file of a service account's key. For Google's emulators "
    "set FIRESTORE_EMULATOR_HOST or PUBSUB_EMULATOR_HOST instead"
)
"""What every command says, with exit status 1, where it cannot ask Google."""


_SQLITE: Final = {
    "STORE: SQLITE_FULL": "the disk is full; make room, then try again",
    "STORE: SQLITE_BUSY": "another process holds the file; wait for it or end it, then try again",
    "STORE: SQLITE_READONLY": "the file or its folder may not be written; reading needs that too",
    "STORE: SQLITE_CANTOPEN": "the file, or one beside it, cannot be opened; look at the folder",
    "STORE: SQLITE_CORRUPT": "the file is damaged; take the last copy of it",
    "STORE: SQLITE_NOTADB": "the file is no SQLite database; name another",
}
"""What SQLite's codes mean to an operator, and what to do: https://www.sqlite.org/rescode.html."""


class CommandError(Exception):
    """Ends a command with one line on standard error, never a traceback."""

    exit_status = 1


class UsageError(CommandError):
    """What was asked for cannot be."""

    exit_status = 2


class FailedError(CommandError):
    """What was asked for did not work."""


class StoppedError(CommandError):
    """A signal ended the command before it was done.

    Args:
        number: The signal.
        done: What was done until then, e.g. `after 3 payloads`.
    """

    def __init__(self, number: signal.Signals, done: str = "") -> None:
        super().__init__(f"stopped by {number.name} {done}".rstrip())
        self.exit_status = 128 + number


def in_words(error: OSError) -> str:
    """Return what the system says, and of which file: `page.html: Permission denied`.

    Args:
        error: What was raised.
    """
    says = error.strerror or type(error).__name__
    return f"{error.filename}: {says}" if error.filename else says


def as_command_error(error: "ConnectorError", origin: str | None = None) -> CommandError:
    """Return what a command ends with after an error of the connectors.

    Args:
        error: What was raised.
        origin: Where the settings come from, which is said where they are wrong.
    """
    from shared.errors import (  # noqa: PLC0415 - `connectors --help` needs none of it
        CredentialsError,
        CredentialsRefusedError,
        MisconfiguredError,
    )

    if isinstance(error, CredentialsError | CredentialsRefusedError):
        return FailedError(NO_CREDENTIALS)
    if isinstance(error, MisconfiguredError):
        return UsageError(f"{error}{f' (settings: {origin})' if origin else ''}")
    says = str(error)
    return FailedError(f"{says}: {_SQLITE[says]}" if says in _SQLITE else says)
