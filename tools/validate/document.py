"""One payload as it stands in the input."""

from typing import Final, NamedTuple

LONGEST: Final = 1024 * 1024
"""Longer payloads are not looked into: GA4 takes an eighth of this, and memory is to stay flat."""


class Document(NamedTuple):
    """What should be one payload.

    Attributes:
        line: Where it begins in the input, counted from 1.
        raw: Its bytes, without what separates it from its neighbours.
        size: How many bytes would be sent as they stand; None where the payload is spread out for
            reading, and its compact form would be sent.
        too_long: Whether it is longer than `LONGEST`, and `raw` is therefore empty.
    """

    line: int
    raw: bytes
    size: int | None = None
    too_long: bool = False
