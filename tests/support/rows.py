"""A table that one test checks row by row: pytest takes longer over a case than most rows do."""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any, Final, ParamSpec

import pytest

P = ParamSpec("P")
# What pytest raises itself is no `Exception`, nor is a group of that.
_FAILURES: Final = (Exception, pytest.fail.Exception, BaseExceptionGroup)


def every(
    names: str | tuple[str, ...], rows: Iterable[Any], *, ids: Callable[[Any], str] = str
) -> Callable[[Callable[P, None]], Callable[..., None]]:
    """Check each row in one case, where `parametrize` makes a case of each; both are written alike.

    All rows are tried, and all that fail are reported. They share the test's fixtures, so that this
    is for rows that leave nothing behind.

    Args:
        names: The argument of the test that a row is, or the arguments that it holds.
        rows: The rows.
        ids: Returns the text that names a value in a report.
    """
    arguments = (names,) if isinstance(names, str) else names
    table = [(row,) if isinstance(names, str) else row for row in rows]
    assert table, "a test without rows cannot fail"

    def decorate(test: Callable[P, None]) -> Callable[..., None]:
        @functools.wraps(test)
        def check(*args: P.args, **kwargs: P.kwargs) -> None:
            failures: list[BaseException] = []
            for row in table:
                own = dict(zip(arguments, row, strict=True))
                try:
                    test(*args, **kwargs, **own)
                except _FAILURES as error:
                    error.add_note(f"in the row {', '.join(map(ids, row))}")
                    failures.append(error)
            if failures:
                raise BaseExceptionGroup(f"{len(failures)} of {len(table)} rows", failures)

        signature = inspect.signature(test)
        left = [each for name, each in signature.parameters.items() if name not in arguments]
        check.__signature__ = signature.replace(parameters=left)  # type: ignore[attr-defined]
        return check

    return decorate
