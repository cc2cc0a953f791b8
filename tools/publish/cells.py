"""A cell's text as the JSON value that its field takes."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import msgspec
from msgspec import inspect

from tools.errors import UsageError

_WHOLE: Final = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_TRUTHS: Final = {"true": True, "false": False}
_SUFFIX: Final = ":number"


class Kind(Enum):
    """What a field takes."""

    TEXT = "text"
    WHOLE = "a whole number"
    NUMBER = "a number"
    TRUTH = "true or false"


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a cell goes.

    Attributes:
        path: The field.
        parts: The path's parts, numbers where they are places in a list.
        kind: What the field takes.
    """

    path: str
    parts: tuple[str | int, ...]
    kind: Kind

    @classmethod
    def at(cls, path: str, shape: type) -> "Cell":
        """Return the cell that goes to a dotted path.

        Args:
            path: E.g. `items.0.price`; of a field that takes anything, `:number` asks for one.
            shape: The message's type.

        Raises:
            UsageError: The message has no such field, or it is not a single value.
        """
        bare = path.removesuffix(_SUFFIX)
        kind = kind_at(bare, shape)
        if bare != path:
            kind = Kind.NUMBER
        parts = tuple(int(part) if part.isdecimal() else part for part in bare.split("."))
        return cls(bare, parts, kind)

    def put(self, document: dict[Any, Any], text: str) -> str | None:
        """Put a cell's value into its place; nothing, if the cell is empty.

        Args:
            document: The row's, so far.
            text: What the cell holds.

        Returns:
            What is wrong with it, without the value.
        """
        if not text:
            return None
        value: object = text
        if self.kind is Kind.TEXT:
            if not _is_text(text):
                return "not UTF-8"
        elif self.kind is Kind.WHOLE:
            value = int(text) if _WHOLE.fullmatch(text) else None
        elif self.kind is Kind.NUMBER:
            value = _number(text)
        else:
            value = _TRUTHS.get(text.lower())
        if value is None:
            return f"not {self.kind.value}"
        for part in self.parts[:-1]:
            document = document.setdefault(part, {})
        document[self.parts[-1]] = value
        return None


def _is_text(text: str) -> bool:
    """Distinguish text from bytes that were none: those stand in it as halves of characters."""
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _number(text: str) -> object:
    # As it stands: no digit of it may change on the way.
    return msgspec.Raw(text.encode()) if _DECIMAL.fullmatch(text) else None


def kind_at(path: str, shape: type) -> Kind:
    """Return what the field at a dotted path takes.

    Args:
        path: The path.
        shape: The message's type.

    Raises:
        UsageError: The message has no such field, or it is not a single value.
    """
    found: tuple[inspect.Type, ...] = (inspect.type_info(shape),)
    for part in path.split("."):
        found = tuple(inner for kind in found for inner in _inside(kind, part))
    if not found:
        raise UsageError(f"--map: the message has no field {path}")
    return _kind(found, path)


def _choices(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    if isinstance(kind, inspect.Metadata):
        return _choices(kind.type)
    if isinstance(kind, inspect.UnionType):
        return tuple(inner for choice in kind.types for inner in _choices(choice))
    return (kind,)


def _inside(kind: inspect.Type, part: str) -> tuple[inspect.Type, ...]:
    found: list[inspect.Type] = []
    for choice in _choices(kind):
        if isinstance(choice, inspect.StructType):
            found += [field.type for field in choice.fields if field.encode_name == part]
        elif isinstance(choice, inspect.DictType):
            found.append(choice.value_type)
        elif part.isdecimal() and isinstance(choice, inspect.VarTupleType | inspect.ListType):
            found.append(choice.item_type)
    return tuple(found)


def _kind(found: tuple[inspect.Type, ...], path: str) -> Kind:
    choices = [choice for kind in found for choice in _choices(kind)]

    def holds(*kinds: type[inspect.Type]) -> bool:
        return any(isinstance(choice, kinds) for choice in choices)

    if holds(
        inspect.StrType,
        inspect.DateTimeType,
        inspect.DecimalType,
        inspect.LiteralType,
        inspect.EnumType,
        inspect.RawType,
        inspect.AnyType,
    ):
        return Kind.TEXT
    if holds(inspect.IntType):
        return Kind.WHOLE
    if holds(inspect.FloatType):
        return Kind.NUMBER
    if holds(inspect.BoolType):
        return Kind.TRUTH
    raise UsageError(f"--map: {path} is not a single value")
