"""Kinds of options that several commands have."""

from typing import Annotated, Final, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

COLLECTOR_PORT: Final = 8787
"""Where the local stack begins to listen, unless it is asked otherwise."""

Port = Annotated[int, Parameter(validator=Number(gte=0, lte=65535))]
Json = Annotated[bool, Parameter(negative="")]
Sink = Literal["measurement_protocol", "data_manager"]
Texts = Annotated[tuple[str, ...], Parameter(negative="", show_default=False)]
