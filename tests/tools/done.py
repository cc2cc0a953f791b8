"""What a run of the command leaves behind."""

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Done:
    """What a run left behind.

    Attributes:
        status: Its exit status.
        out: What it printed.
        error: What it wrote to standard error.
    """

    status: int
    out: str
    error: str

    @property
    def report(self) -> Any:  # noqa: ANN401 - JSON
        """The JSON it printed."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The lines of JSON it printed."""
        return [json.loads(line) for line in self.out.splitlines()]
