"""Which column of a table is which field of a message."""

import itertools
import json
import tomllib
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Names
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from tools.errors import UsageError
from tools.input_file import is_missing, read_text
from tools.publish.cells import Cell

Document = Callable[[Sequence[str]], bytes | tuple[str, str]]
_TABLES: Final = ("columns", "constants")


@dataclass(frozen=True, slots=True)
class Mapping:
    """How cells become fields.

    Attributes:
        columns: Column → dotted path; a number in a path is a place in a list.
        constants: Dotted path → text, the same in every row.
        shape: The message's type, which says what a field may be.
        schema: The message's `schema`, in every row.
    """

    columns: Names[str, str]
    constants: Names[str, str]
    shape: type
    schema: str

    def reader_of(self, header: Sequence[str]) -> Document:
        """Return what makes a document of the cells of a row, or says what is wrong with one.

        Args:
            header: The names of the columns; what is not mapped is left out.

        Raises:
            UsageError: A column is not there, a path is no field, or two stand for one.
        """
        places = {name: place for place, name in enumerate(header)}
        if missing := sorted(self.columns.keys() - places.keys()):
            raise UsageError(f"--map: there is no column {', '.join(missing)}")
        cells = [
            (places[column], Cell.at(path, self.shape)) for column, path in self.columns.items()
        ]
        constants = [(Cell.at(path, self.shape), text) for path, text in self.constants.items()]
        _insist_on_one_each([cell for _, cell in cells] + [cell for cell, _ in constants])

        def document(row: Sequence[str]) -> bytes | tuple[str, str]:
            whole: dict[str, Any] = {"schema": self.schema}
            texts = [*((cell, row[place]) for place, cell in cells), *constants]
            for cell, text in texts:
                if problem := cell.put(whole, text.strip()):
                    return cell.path, problem
            return msgspec.json.encode(_with_lists(whole))

        return document


def read_mapping(
    given: Sequence[str], constants: Sequence[str], *, shape: type, schema: str
) -> Mapping:
    """Return the mapping the command line asks for.

    Args:
        given: `COLUMN=PATH`, or a JSON or TOML file with tables `columns` and `constants`.
        constants: `PATH=TEXT`.
        shape: The message's type.
        schema: The message's `schema`.

    Raises:
        UsageError: It cannot be understood.
    """
    columns: dict[str, str] = {}
    fixed: dict[str, str] = {}
    for text in given:
        if "=" in text:
            column, path = _pair(text, "--map", "COLUMN=PATH")
            columns[column] = path
        else:
            for table, found in zip((columns, fixed), _tables(Path(text)), strict=True):
                table.update(found)
    for text in constants:
        path, value = _pair(text, "--set", "PATH=TEXT")
        fixed[path] = value
    return Mapping(columns, fixed, shape, schema)


def _pair(text: str, option: str, form: str) -> tuple[str, str]:
    first, _, second = text.partition("=")
    if not (first and second):
        raise UsageError(f"{option}: not {form}")
    return first, second


def _tables(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the two tables of a mapping's file."""
    if is_missing(path):
        raise UsageError(f"--map: neither COLUMN=PATH nor a file: {path}")
    text = read_text(str(path), "--map")
    try:
        read = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
        found = msgspec.convert(read, dict[str, dict[str, str]])
    except (ValueError, RecursionError):
        raise UsageError(f"--map: {path} is no table of texts") from None
    if unknown := sorted(found.keys() - set(_TABLES)):
        raise UsageError(f"--map: {path} has {', '.join(unknown)} beside {' and '.join(_TABLES)}")
    columns, constants = (found.get(table, {}) for table in _TABLES)
    return columns, constants


def _insist_on_one_each(cells: Sequence[Cell]) -> None:
    """Refuse two columns for one field, and a field inside of another."""
    paths = sorted(cell.path.split(".") for cell in cells)
    for path, following in itertools.pairwise(paths):
        if following[: len(path)] == path:
            raise UsageError(f"--map: {'.'.join(path)} is given twice")


def _with_lists(value: Any) -> Any:  # noqa: ANN401 - a document
    """Return a document whose numbered fields are lists, without gaps."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(name, int) for name in value):
        return [_with_lists(value[place]) for place in sorted(value)]
    return {name: _with_lists(inner) for name, inner in value.items()}
