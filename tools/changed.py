"""Copies of values that never change, structs of `shared` and dataclasses of the tools."""

from dataclasses import replace as replace_dataclass  # noqa: TID251
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from dataclasses import replace  # noqa: TID251
else:
    T = TypeVar("T")

    def replace(value: T, /, **changes: object) -> T:
        """Return a copy of a struct or a dataclass with some of its fields changed.

        Args:
            value: What is copied.
            changes: The new fields, by name.

        Raises:
            TypeError: It has no such field.
        """
        if isinstance(value, msgspec.Struct):
            return msgspec.structs.replace(value, **changes)
        return replace_dataclass(value, **changes)


__all__ = ["replace"]
