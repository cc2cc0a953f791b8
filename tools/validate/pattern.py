"""Paths without what distinguishes one place from another, so that what is alike can be counted."""

import re
from functools import lru_cache
from typing import Final

_INDEX: Final = re.compile(r"\[[0-9]+\]")
_UNSHOWN_NAME: Final = re.compile(r"<name of [0-9]+ characters>")
_KEPT: Final = 4096


@lru_cache(_KEPT)
def pattern(path: str) -> str:
    """Return `events[].params.items[].price` for any event and item."""
    return _UNSHOWN_NAME.sub("<name>", _INDEX.sub("[]", path))
