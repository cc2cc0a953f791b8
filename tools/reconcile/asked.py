"""The options of every `connectors reconcile` command: the span, and how the result is shown."""

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

Flag = Annotated[bool, Parameter(negative="")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is compared."""

    start: Annotated[str, Parameter(name="--from")]
    """A day or a time with its zone, such as 2026-11-23."""

    end: Annotated[str | None, Parameter(name="--to")] = None
    """The same, not included. Default: now."""

    json: Flag = False
    """Print one JSON object instead of the report."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class AskedOfProvider(Asked):
    """What is compared with a provider's record."""

    repair: Flag = False
    """Feed what is missing to the pipeline, as if the provider had delivered it now."""
