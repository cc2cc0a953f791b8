"""A settings file: lines as in `.env` files, or Terraform's `output -json settings`."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from shared.errors import InvalidValueError
from shared.settings.places import json_object
from shared.settings.shapes import SHAPES
from tools.errors import UsageError
from tools.input_file import read_text

_LINE: Final = re.compile(r"(?:export\s+)?([A-Z_][A-Z0-9_]*)\s*[=:]\s*(.*)")
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]*")
_QUOTED: Final = re.compile(r"""(["'])(.*?)\1(?:\s+#.*)?""")
_COMMENT: Final = re.compile(r"(?:^|\s+)#.*")


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
            not part of it, and `#` begins a comment, on a line of its own or after a space; a JSON
            object of texts; or a JSON object with one for each function, as `terraform output -json
            settings` prints it.

    Raises:
        UsageError: The file cannot be read, a line is none of that, or a setting stands there
            twice with two values. The line's number is named, and nothing of what it holds, for it
            may be a secret.
    """
    text = read_text(path)
    if text.lstrip().startswith("{"):
        return _from_json(path, text)
    found: dict[str, str] = {}
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise UsageError(f"{path}: line {number} is not NAME=value, with NAME in capitals")
        name, value = match[1], _value(match[2])
        if found.get(name, value) != value:
            raise UsageError(
                f"{path}: {name} stands in line {lines[name]} and in line {number}, with another "
                "value: take one of them out"
            )
        found[name], lines[name] = value, number
    return SettingsOf(found)


def _value(text: str) -> str:
    """Return a line's value, without the comment behind it or the quotes around it."""
    if text.startswith(("{", "[")):
        # A JSON value's own texts may hold what looks like a comment.
        with suppress(ValueError, RecursionError):
            _, end = json.JSONDecoder().raw_decode(text)
            if _COMMENT.fullmatch(text, end):
                return text[:end]
        return text
    match = _QUOTED.fullmatch(text)
    return match[2] if match else _COMMENT.sub("", text)


def _from_json(path: str, text: str) -> SettingsOf:
    try:
        found = json_object('{"NAME": "value", …}')(text)
    except InvalidValueError as error:
        raise UsageError(f"{path}: begins with {{ and is no JSON object: it {error}") from None
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
