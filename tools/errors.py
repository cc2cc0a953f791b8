"""What a command may end with besides success.

```
CommandError
├── UsageError   asked for something that cannot be: exit status 2
├── FailedError  asked rightly, did not work: exit status 1
└── StoppedError somebody said stop: exit status 128 and the signal's number, 130 for Ctrl-C
```
"""

import signal


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
