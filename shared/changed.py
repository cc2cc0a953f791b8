"""Copies of values that never change."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # Its fields are checked by mypy, of structs too.
    from dataclasses import replace  # noqa: TID251
else:
    from msgspec.structs import replace

__all__ = ["replace"]
