"""Every field of a row that is not what its type wants, with what that is, in words.

Reading by type ends at the first bad field. Whoever corrects a file wants all of them at once.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Any, Final

import msgspec
from msgspec import inspect

Fault = tuple[str, str]
"""The field, and what is wrong with it; never its value."""

_TIME: Final = "a time with its zone, e.g. 2026-11-23T11:59:55Z"
_WHOLE: Final = "body"


def faults_of(body: bytes, shape: type) -> list[Fault]:
    """Return what is wrong with a row's fields, by its type alone.

    Args:
        body: The row's JSON.
        shape: The type of its message.
    """
    try:
        value = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return []
    return list(_faults(value, inspect.type_info(shape), ""))


def _faults(value: Any, kind: inspect.Type, path: str) -> Iterator[Fault]:  # noqa: ANN401 - JSON
    kinds = [each for each in _alternatives(kind) if not isinstance(each, inspect.NoneType)]
    if value is None and len(kinds) < len(_alternatives(kind)):
        return
    structs = [each for each in map(_bare, kinds) if isinstance(each, inspect.StructType)]
    lists = [
        each
        for each in map(_bare, kinds)
        if isinstance(each, inspect.ListType | inspect.VarTupleType)
    ]
    if structs and isinstance(value, dict):
        for field in structs[0].fields:
            at = f"{path}.{field.encode_name}" if path else field.encode_name
            if field.encode_name in value:
                yield from _faults(value[field.encode_name], field.type, at)
            elif field.required:
                yield at, f"missing; it is {_expected(field.type)}"
    elif lists and isinstance(value, list):
        for number, part in enumerate(value):
            yield from _faults(part, lists[0].item_type, f"{path}[{number}]")
    elif not any(_fits(value, each) for each in kinds):
        yield path or _WHOLE, f"expected {_expected(kind)}"


def _alternatives(kind: inspect.Type) -> tuple[inspect.Type, ...]:
    bare = _bare(kind)
    return bare.types if isinstance(bare, inspect.UnionType) else (kind,)


def _bare(kind: inspect.Type) -> inspect.Type:
    return kind.type if isinstance(kind, inspect.Metadata) else kind


def _fits(value: Any, kind: inspect.Type) -> bool:  # noqa: ANN401 - JSON
    bare = _bare(kind)
    for of, fits, _ in _KINDS:
        if isinstance(bare, of):
            return fits(value, bare)
    return True


def _expected(kind: inspect.Type) -> str:
    """Return what a type wants, in words."""
    if isinstance(kind, inspect.Metadata) and kind.extra_json_schema:
        described = kind.extra_json_schema.get("description")
        if isinstance(described, str):
            return described
    alternatives = [k for k in _alternatives(kind) if not isinstance(k, inspect.NoneType)]
    if len(alternatives) > 1:
        return " or ".join(dict.fromkeys(map(_expected, alternatives)))
    bare = _bare(alternatives[0])
    return next((words(bare) for of, _, words in _KINDS if isinstance(bare, of)), "an object")


def _is_text(value: Any, kind: Any) -> bool:  # noqa: ANN401 - JSON, and a type of msgspec's
    return (
        isinstance(value, str)
        and len(value) >= (kind.min_length or 0)
        and (kind.max_length is None or len(value) <= kind.max_length)
        and (kind.pattern is None or re.search(kind.pattern, value) is not None)
    )


def _text(kind: Any) -> str:  # noqa: ANN401 - a type of msgspec's
    if kind.max_length is None:
        return "text"
    return f"text of {kind.min_length or 0} to {kind.max_length} characters"


def _is_whole(value: Any, kind: Any) -> bool:  # noqa: ANN401 - JSON, and a type of msgspec's
    whole = isinstance(value, int) and not isinstance(value, bool)
    least, most = kind.ge, kind.le
    return whole and (least is None or value >= least) and (most is None or value <= most)


def _whole(kind: Any) -> str:  # noqa: ANN401 - a type of msgspec's
    return "a whole number" if kind.le is None else f"a whole number from {kind.ge} to {kind.le}"


def _is_number(value: Any, _: Any) -> bool:  # noqa: ANN401 - JSON, and a type of msgspec's
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_time(value: Any, _: Any) -> bool:  # noqa: ANN401 - JSON, and a type of msgspec's
    try:
        msgspec.convert(value, Annotated[datetime, msgspec.Meta(tz=True)])
    except msgspec.ValidationError:
        return False
    return True


_KINDS: Final[tuple[tuple[Any, Callable[[Any, Any], bool], Callable[[Any], str]], ...]] = (
    (inspect.StrType, _is_text, _text),
    (inspect.IntType, _is_whole, _whole),
    (
        inspect.LiteralType,
        lambda value, kind: value in kind.values,
        lambda kind: f"one of {', '.join(map(str, kind.values))}",
    ),
    (inspect.BoolType, lambda value, _: isinstance(value, bool), lambda _: "true or false"),
    (inspect.FloatType, _is_number, lambda _: "a number"),
    (inspect.DateTimeType, _is_time, lambda _: _TIME),
    (
        (inspect.ListType, inspect.VarTupleType),
        lambda value, _: isinstance(value, list),
        lambda _: "a list",
    ),
    (
        (inspect.StructType, inspect.DictType),
        lambda value, _: isinstance(value, dict),
        lambda _: "an object",
    ),
)
