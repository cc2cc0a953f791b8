"""How a shop describes references of its own that nobody can guess: `ord_{base62:22}`."""

import math
import re
from itertools import pairwise
from typing import Final

import msgspec

from shared.errors import InvalidValueError

EXAMPLE: Final = "ord_{base62:22}"
LEAST_BITS: Final = 80
_MAX_LENGTH: Final = 128
_ALPHABETS: Final = {
    "hex": ("[0-9a-f]|[0-9A-F]", 16),
    "base32": ("[0-9a-z]|[0-9A-Z]", 32),
    "base62": ("[0-9A-Za-z]", 62),
    "base64url": ("[0-9A-Za-z_-]", 64),
}
_PATTERN: Final = re.compile(
    r"(?P<before>[A-Za-z0-9_.:#-]{0,40})\{(?P<alphabet>[a-z0-9]+):(?P<length>[0-9]{1,3})\}"
    r"(?P<after>[A-Za-z0-9_.:#-]{0,40})",
    re.ASCII,
)
_LEAST_DISTINCT: Final = 8
_LEAST_LETTERS: Final = 3
_COUNTED: Final = re.compile(r"[0-9]{12}", re.ASCII)
_DIGITS_OF_HEX: Final = re.compile(r"[0-9a-f]+|[0-9A-F]+", re.ASCII)
_PADDED: Final = re.compile(r"0{8}", re.ASCII)


class ReferencePattern(msgspec.Struct, frozen=True):
    """References with one random part.

    Attributes:
        form: The whole reference; its group is the random part.
    """

    form: re.Pattern[str]

    def fits(self, reference: str) -> bool:
        """Return whether a reference is of this form and looks random.

        Args:
            reference: Any text.
        """
        found = self.form.fullmatch(reference)
        return found is not None and looks_drawn(found[1])


def read_pattern(text: str) -> ReferencePattern:
    """Return a pattern.

    Args:
        text: Fixed text around one `{ALPHABET:LENGTH}`.

    Raises:
        InvalidValueError: It is none, or its random part is too short to be random.
    """
    found = _PATTERN.fullmatch(text)
    if found is None or found["alphabet"] not in _ALPHABETS:
        known = ", ".join(_ALPHABETS)
        raise InvalidValueError(
            f"takes fixed text around one random part, e.g. {EXAMPLE}; alphabets: {known}"
        )
    characters, size = _ALPHABETS[found["alphabet"]]
    length, least = int(found["length"]), math.ceil(LEAST_BITS / math.log2(size))
    if not least <= length <= _MAX_LENGTH:
        alphabet = found["alphabet"]
        raise InvalidValueError(
            f"a random part of {alphabet} has {least} to {_MAX_LENGTH} characters, "
            f"e.g. {{{alphabet}:{least}}}"
        )
    part = "|".join(f"{each}{{{length}}}" for each in characters.split("|"))
    before, after = re.escape(found["before"]), re.escape(found["after"])
    return ReferencePattern(re.compile(f"{before}({part}){after}", re.ASCII))


def looks_drawn(text: str) -> bool:
    """Return whether letters and digits look drawn at random, and not counted up.

    It is meant to stop an order number or a date that is used by mistake, not a shop that makes up
    numbers which look random.

    Args:
        text: The part of a reference that shall be random.
    """
    if len(set(text)) < _LEAST_DISTINCT or sum(map(str.isalpha, text)) < _LEAST_LETTERS:
        return False
    if _PADDED.search(text):
        return False
    if _COUNTED.search(text) and not _DIGITS_OF_HEX.fullmatch(text):
        return False
    # ABCDEF…, 012345…: every other step leads to the next character.
    steps = sum(ord(after) - ord(before) == 1 for before, after in pairwise(text))
    return steps * 2 < len(text)
