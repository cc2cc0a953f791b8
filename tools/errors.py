"""What a command may end with besides success.

```
CommandError
├── UsageError   asked for something that cannot be: exit status 2
└── FailedError  asked rightly, did not work: exit status 1
```
"""


class CommandError(Exception):
    """Ends a command with one line on standard error, never a traceback."""

    exit_status = 1


class UsageError(CommandError):
    """What was asked for cannot be."""

    exit_status = 2


class FailedError(CommandError):
    """What was asked for did not work."""
