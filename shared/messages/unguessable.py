"""Whether a reference is one that nobody can guess.

A browser's capture is not signed: whoever names an order first says whose it is. So a browser may
name only what a stranger cannot: no order numbers (docs/decisions/0028-captures-from-browsers.md).
"""

import re
from typing import Final

EXPECTED: Final = "a provider's id, a random UUID, or 22 random letters and digits or more"
# `cs_test_a1…`, `pi_3…`, `txn_01h…`: fourteen of 62 characters are 83 bits.
_PROVIDER_ID: Final = re.compile(r"[a-z]{2,8}_(?:(?:test|live)_)?([A-Za-z0-9]{14,})", re.ASCII)
# Versions 4 and 7; the others show a clock and a network card.
_UUID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE
)
_TOKEN: Final = re.compile(r"([A-Za-z0-9]{22,})", re.ASCII)
_HEX_TOKEN: Final = re.compile(r"[0-9a-f]{32,}|[0-9A-F]{32,}", re.ASCII)
# A number that counts something, with zeros before it or a date.
_COUNTED: Final = re.compile(r".*[0-9]{8}", re.ASCII)
_LEAST_DISTINCT: Final = 8
_LEAST_LETTERS: Final = 3


def is_unguessable(reference: str) -> bool:
    """Tell whether a reference looks random, by its form.

    It is meant to stop an order number that is used by mistake, not a shop that makes up numbers
    which look random.

    Args:
        reference: Any text.
    """
    if _UUID.fullmatch(reference):
        return True
    match = _PROVIDER_ID.fullmatch(reference) or _TOKEN.fullmatch(reference)
    if match is None:
        return False
    random = match[1]
    mixed = len(set(random)) >= _LEAST_DISTINCT
    mixed = mixed and sum(character.isalpha() for character in random) >= _LEAST_LETTERS
    return mixed and (_HEX_TOKEN.fullmatch(random) is not None or not _COUNTED.fullmatch(random))
