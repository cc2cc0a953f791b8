"""A settings file: lines as in `.env` files, or Terraform's `output -json settings`."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.settings.shapes import SHAPES
from tools.errors import UsageError
from tools.input_file import read_text

_LINE: Final = re.compile(r"(?:export\s+)?([A-Z_][A-Z0-9_]*)\s*[=:]\s*(.*)")
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]*")
_QUOTED: Final = re.compile(r"""(["'])(.*)\1""")


@dataclass(frozen=True, slots=True)
class SettingsOf:
    """Settings, of every function or of each.

    Attributes:
        every: What holds for every function.
        functions: What holds for one, by its name.
    """

    every: Mapping[str, str] = field(default_factory=dict)
    functions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, function: str) -> Mapping[str, str]:
        """Return a function's settings, and of the others' those that it has not.

        Args:
            function: Its name.
        """
        others: dict[str, str] = {}
        for settings in self.functions.values():
            others = {**settings, **others}
        return {**others, **self.every, **self.functions.get(function, {})}


def read_settings_file(path: str) -> SettingsOf:
    """Return the names and values of a file.

    Args:
        path: A line `NAME=value` or `NAME: value` for each setting, where quotes around a value are
            not part of it and `#` begins a comment line; a JSON object of texts; or a JSON object
            with one for each function, as `terraform output -json settings` prints it.

    Raises:
        UsageError: The file cannot be read, or a line is none of that; its number is named, and
            nothing of what it holds, for it may be a secret.
    """
    text = read_text(path)
    if text.lstrip().startswith("{"):
        return _from_json(path, text)
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise UsageError(f"{path}: line {number} is not NAME=value, with NAME in capitals")
        quoted = _QUOTED.fullmatch(match[2])
        found[match[1]] = quoted[2] if quoted else match[2]
    return SettingsOf(found)


def _from_json(path: str, text: str) -> SettingsOf:
    try:
        found = json.loads(text)
    except ValueError:
        raise UsageError(f"{path}: begins with {{ and is no JSON object") from None
    # `terraform output -json`, also of an example's `connectors`. Without a name it prints every
    # output, each value beside its type.
    for output in ("connectors", "settings"):
        if isinstance(whole := found.get(output), dict):
            found = value if isinstance(value := whole.get("value"), dict) else whole
    if found and found.keys() <= SHAPES.keys():
        return SettingsOf(
            functions={name: _texts(path, settings) for name, settings in found.items()}
        )
    return SettingsOf(_texts(path, found))


def _texts(path: str, found: object) -> Mapping[str, str]:
    if not isinstance(found, dict) or not all(map(_NAME.fullmatch, found)):
        raise UsageError(
            f"{path}: takes an object of settings, whose names are in capitals, or one for each "
            "function, as `terraform output -json settings` prints it"
        )
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in found.items()
    }
