"""The deliveries of each provider that `connectors trigger` and the tests send: a file for each.

A file is named like its provider and holds a `SENDER`. It is found by its name, so that a new
provider changes no list.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from tools.traffic.sender import Sender

SENDERS: Final[Mapping[str, Sender]] = {
    module.name: import_module(f"{__name__}.{module.name}").SENDER
    for module in iter_modules(__path__)
}
"""By the provider's name."""
