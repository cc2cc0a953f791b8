"""Every field of some JSON that is not what its type wants, with what that is, in words.

Reading by type ends at the first bad field, and shows a regular expression where text has a form.
Whoever corrects a file wants all fields at once. Each is judged by msgspec, as the whole is, and by
the check that its type may name: msgspec knows no currencies.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import Enum
from functools import cache, partial
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

import msgspec

from shared.errors import Fault, UnusableError

WHOLE: Final = "body"
"""What stands for the field where the whole is wrong."""

_WORDS: Final[dict[Any, str]] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    datetime: "a time with its zone, e.g. 2026-11-23T11:59:55Z",
    list: "a list",
    tuple: "a list",
    dict: "an object",
}
_MANY: Final = 4
# More are of no use to anybody, and a long list of them would cost seconds.
_MOST: Final = 100
_NOTHING: Final = (type(None), msgspec.UnsetType)
_CHECK: Final = "check"


def checked_by(check: Callable[[Any, str], object]) -> dict[str, object]:
    """Return what a `msgspec.Meta` has as `extra` where a value is more than its type.

    Args:
        check: Takes a value of the type and its path; raises `UnusableError`.
    """
    return {_CHECK: check}


def faults_in(checks: Iterable[Callable[[], object]]) -> Iterator[Fault]:
    """Yield what each of several checks finds, where one alone would end at the first.

    Args:
        checks: Each raises `UnusableError` for what it finds.
    """
    for check in checks:
        try:
            check()
        except UnusableError as error:
            yield from error.faults


def faults_of(raw: bytes, shape: Any, *, at: str = "") -> list[Fault]:  # noqa: ANN401
    """Return what is wrong with each field of some JSON, or that it is no JSON at all.

    Of more than 100 faults the first 100 are returned.

    Args:
        raw: The JSON.
        shape: Its msgspec type, with `msgspec.Meta` where a field has bounds. The description of a
            `Meta` is what is expected.
        at: Where `raw` stands in the whole, for the paths.
    """
    try:
        msgspec.json.decode(raw)
    except RecursionError:
        return [(at or WHOLE, "nested too deeply")]
    except UnicodeError:
        return [(at or WHOLE, "not UTF-8")]
    except msgspec.MsgspecError as error:
        # Without a type the error is about JSON alone: it names a place and repeats no value.
        return [(at or WHOLE, str(error))]
    return list(islice(_faults(raw, shape, at), _MOST))


def _faults(raw: bytes, shape: Any, path: str) -> Iterator[Fault]:  # noqa: ANN401
    try:
        value = msgspec.json.decode(raw, type=shape)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        named = False
        for fault in _inside(raw, shape, path):
            named = True
            yield fault
        if not named:
            yield path or WHOLE, f"expected {words_of(shape)}"
        return
    if _asks_more(shape):
        yield from _inside(raw, shape, path)
        if value is not None:
            yield from faults_in(partial(check, value, path) for check in _checks(shape))


def _asks_more(shape: Any) -> bool:  # noqa: ANN401
    """Return whether anything in a type asks more of a value than the type does."""
    if any(_checks(shape)):
        return True
    return any(
        _struct_asks_more(choice)
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct)
        else any(map(_asks_more, get_args(choice)))
        for choice in _choices(shape)
        if get_origin(choice) is not Literal
    )


@cache
def _struct_asks_more(shape: type[msgspec.Struct]) -> bool:
    return any(_asks_more(field.type) for field in _fields(shape))


@cache
def _fields(shape: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(shape)


def _checks(shape: Any) -> Iterator[Callable[[Any, str], object]]:  # noqa: ANN401
    """Yield what asks more of a value than its type does."""
    if get_origin(shape) is Annotated:
        yield from (
            meta.extra[_CHECK] for meta in shape.__metadata__ if _CHECK in (meta.extra or ())
        )
    elif get_origin(shape) in (Union, UnionType):
        for part in get_args(shape):
            yield from _checks(part)


def _inside(raw: bytes, shape: Any, path: str) -> Iterator[Fault]:  # noqa: ANN401
    """Yield the faults of what an object or a list holds."""
    for choice in _choices(shape):
        parts = get_args(choice)
        if isinstance(choice, type) and issubclass(choice, msgspec.Struct) and _is(raw, b"{"):
            values = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
            for field in _fields(choice):
                name = f"{path}.{field.encode_name}" if path else field.encode_name
                if field.encode_name in values:
                    yield from _faults(bytes(values[field.encode_name]), field.type, name)
                elif field.required:
                    yield name, f"missing, expected {words_of(field.type)}"
        elif get_origin(choice) is dict and parts and _is(raw, b"{"):
            # A name may be a person's: it is not repeated.
            for value in msgspec.json.decode(raw, type=dict[str, msgspec.Raw]).values():
                yield from _faults(bytes(value), parts[1], f"{path}[...]")
        elif get_origin(choice) in (list, tuple) and parts and _is(raw, b"["):
            for number, value in enumerate(msgspec.json.decode(raw, type=list[msgspec.Raw])):
                yield from _faults(bytes(value), parts[0], f"{path}[{number}]")


def _is(raw: bytes, opening: bytes) -> bool:
    return raw.lstrip().startswith(opening)


def _choices(shape: Any) -> list[Any]:  # noqa: ANN401
    """Return what a type allows, each without its `Meta`; null aside."""
    if get_origin(shape) is Annotated:
        return _choices(get_args(shape)[0])
    if get_origin(shape) in (Union, UnionType):
        return [choice for part in get_args(shape) for choice in _choices(part)]
    return [] if shape in _NOTHING else [shape]


def words_of(shape: Any) -> str:  # noqa: ANN401 - any type of msgspec's
    """Return what a type wants, in words; null aside.

    Args:
        shape: The type. The description of its `msgspec.Meta` is taken where there is one.
    """
    if get_origin(shape) is Annotated:
        bare, *metas = get_args(shape)
        described = [meta.description for meta in metas if meta.description]
        bounds = [_bounds(bare, meta) for meta in metas]
        return described[-1] if described else " ".join(filter(None, [words_of(bare), *bounds]))
    if get_origin(shape) in (Union, UnionType):
        choices = [choice for choice in get_args(shape) if choice not in _NOTHING]
        return " or ".join(dict.fromkeys(map(words_of, choices)))
    if get_origin(shape) is Literal:
        return _one_of(get_args(shape))
    if isinstance(shape, type) and issubclass(shape, Enum):
        return _one_of([member.value for member in shape])
    return _WORDS.get(get_origin(shape) or shape, "an object")


def _one_of(values: Sequence[object]) -> str:
    texts = list(map(str, values))
    return " or ".join(texts) if len(texts) < _MANY else f"one of {', '.join(texts)}"


def _bounds(bare: Any, meta: msgspec.Meta) -> str:  # noqa: ANN401
    """Return the bounds of a number, or of a length with its unit."""
    unit = "characters" if bare is str else "entries"
    if meta.min_length is not None and meta.max_length is not None:
        return f"of {meta.min_length} to {meta.max_length} {unit}"
    if meta.min_length is not None:
        return f"of at least {meta.min_length} {unit}"
    if meta.max_length is not None:
        return f"of at most {meta.max_length} {unit}"
    if meta.ge is not None and meta.le is not None:
        return f"from {meta.ge} to {meta.le}"
    bounds = (("at least", meta.ge), ("above", meta.gt), ("at most", meta.le), ("below", meta.lt))
    return " and ".join(f"{words} {bound}" for words, bound in bounds if bound is not None)
