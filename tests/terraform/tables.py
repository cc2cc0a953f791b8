"""The tables of inputs and outputs in terraform/README.md, made from the variables themselves.

`make terraform-docs` writes them; a test compares.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.support.places import ROOT

README: Final = ROOT / "terraform" / "README.md"
_BLOCK: Final = r'^{kind} "(\w+)" \{{\n(.*?)^\}}\n'
_DESCRIPTION: Final = re.compile(r'^  description = "(.*)"$', re.MULTILINE)
_DEFAULT: Final = re.compile(
    r"^  default += (.*?)$(?=\n  \w|\n\n|\n\Z|\Z)", re.MULTILINE | re.DOTALL
)
_FIELD: Final = re.compile(r"^ {4}(\w+) += (.*)$", re.MULTILINE)
_GIVEN: Final = re.compile(r"^optional\(\w+(?:\([\w()]*\))?, (.*)\)$")


def with_tables(text: str) -> str:
    """Return the README with its tables as they should be.

    Args:
        text: The README.
    """
    for kind, table in (("inputs", inputs()), ("outputs", outputs())):
        begin, end = f"<!-- {kind}: make terraform-docs -->\n", "<!-- end -->\n"
        before, found, rest = text.partition(begin)
        assert found, f"{README.name} has no place for its {kind}"
        text = before + begin + table + end + rest.partition(end)[2]
    return text


def inputs() -> str:
    """Return the table of variables: what each is, and what holds where it is left out."""
    rows = [
        f"| `{name}` | {_said(body)} | {_default(body)} |"
        for name, body in _blocks("variable", "variables*.tf")
    ]
    return "\n".join(["| variable | what it is | default |", "|---|---|---|", *rows, ""])


def outputs() -> str:
    """Return the table of outputs; those that programs read come last."""
    rows = [
        (bool(re.search(r"^  sensitive += true$", body, re.MULTILINE)), name, _said(body))
        for name, body in _blocks("output", "outputs*.tf")
    ]
    lines = [
        f"| `{name}` | {'for programs: ' if hidden else ''}{what} |"
        for hidden, name, what in sorted(rows)
    ]
    return "\n".join(["| output | what it is |", "|---|---|", *lines, ""])


def _blocks(kind: str, files: str) -> Iterator[tuple[str, str]]:
    pattern = re.compile(_BLOCK.format(kind=kind), re.MULTILINE | re.DOTALL)
    found: dict[str, str] = {}
    for path in sorted(Path(ROOT / "terraform").glob(files)):
        found |= dict(pattern.findall(path.read_text(encoding="utf-8")))
    yield from sorted(found.items())


def _said(body: str) -> str:
    found = _DESCRIPTION.search(body)
    assert found is not None
    return found[1].replace("|", "\\|")


def _default(body: str) -> str:
    """Return a variable's default; of an object without one, those of its fields."""
    kind = re.search(
        r"^  type += (?:map\()?object\(\{\n(.*?)^  \}\)", body, re.MULTILINE | re.DOTALL
    )
    given = _DEFAULT.search(body)
    if given is None:
        return "required"
    if kind is None:
        return f"`{given[1]}`"
    fields = ", ".join(
        name + (f" = {value[1]}" if (value := _GIVEN.match(type_)) else "")
        for name, type_ in _FIELD.findall(kind[1])
    )
    whole = " ".join(given[1].split())
    return ("" if whole == "{}" else f"`{whole}`; fields ") + f"`{fields}`"


if __name__ == "__main__":
    README.write_text(with_tables(README.read_text(encoding="utf-8")), encoding="utf-8")
