"""A settings file, as `.env` files and Cloud Run's `--env-vars-file` are written."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tools.errors import UsageError

_LINE: Final = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*[=:]\s*(.*)")
_QUOTED: Final = re.compile(r"""(["'])(.*)\1""")


def read_settings_file(path: str) -> Mapping[str, str]:
    """Return the names and values of a file.

    Args:
        path: A JSON object of texts, or a line `NAME=value` or `NAME: value` for each setting;
            quotes around a value are not part of it, `#` begins a comment line.

    Raises:
        UsageError: There is no such file, or a line is none of that; its number is named.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or type(error).__name__
        raise UsageError(f"{path}: {reason}") from None
    if text.lstrip().startswith("{"):
        return _from_json(path, text)
    found: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        match = _LINE.fullmatch(stripped)
        if match is None:
            raise UsageError(f"{path}: line {number} is no NAME=value")
        quoted = _QUOTED.fullmatch(match[2])
        found[match[1]] = quoted[2] if quoted else match[2]
    return found


def _from_json(path: str, text: str) -> Mapping[str, str]:
    try:
        found = json.loads(text)
    except ValueError:
        raise UsageError(f"{path}: no JSON object") from None
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in found.items()
    }
