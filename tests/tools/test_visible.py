"""What a command prints shows what it holds, and does nothing else."""

import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from tests.support.places import ROOT
from tools.terminal import Terminal
from tools.visible import json_line, visible, visible_lines

HOSTILE = "A\x1b]0;title\x07\x1b[2J\r\x9b31m\u202e9-DRO\u2066\u200b\x7f\nforged line\u2028x"
# C0 but for line feeds, DEL, C1, bidirectional and invisible characters, line separators.
OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ORD-9", "ORD-9"),
        ("Größe 5 für 日本", "Größe 5 für 日本"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202eABC", r"\u202eABC"),
        ("a\nb\tc\r", r"a\x0ab\x09c\x0d"),
        ("\x9b\x7f\x00", r"\x9b\x7f\x00"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_a_terminal_obeys_is_escaped(text: str, shown: str) -> None:
    """And what people read stays as it is."""
    assert visible(text) == shown
    assert visible(shown) == shown


@given(st.text())
def test_no_text_at_all_is_obeyed(text: str) -> None:
    """Whatever stands in it."""
    assert visible(text).isprintable()
    assert not OBEYED.search(visible_lines(text))


@given(st.recursive(st.text(), lambda inner: st.dictionaries(st.text(), inner, max_size=3)))
def test_a_line_of_json_is_the_same_document(document: object) -> None:
    """On one line, and nothing in it is obeyed."""
    try:
        line = json_line(document)
    except UnicodeEncodeError:  # half a character is no text
        return

    assert json.loads(line) == document
    assert not OBEYED.search(line.decode().removesuffix("\n"))
    assert line.count(b"\n") == 1


def test_nothing_that_a_terminal_prints_is_obeyed() -> None:
    """Strings, cells of tables, texts and lines; its own colours stay."""
    out = io.StringIO()
    terminal = Terminal(file=out, force_terminal=True, width=200)
    table = Table("name", box=None)
    table.add_row(HOSTILE)
    terminal.print(HOSTILE, style="red")
    terminal.print(table)
    terminal.print(Text(HOSTILE))
    terminal.one_line(HOSTILE)

    shown = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
    assert not OBEYED.search(shown)
    assert r"\x1b]0;title" in shown
    assert r"\u202e9-DRO" in shown
    assert shown.splitlines()[-1].endswith(r"\x0aforged line\u2028x")
    assert "\x1b[31m" in out.getvalue()


def test_a_name_in_brackets_is_no_markup() -> None:
    """It would be a style, or a link."""
    out = io.StringIO()
    terminal = Terminal(file=out, force_terminal=True, width=200)
    table = Table("name", box=None, show_header=False)
    table.add_row("[link=https://evil.example]ORD-9[/link] :smile:")
    terminal.print(table)

    assert out.getvalue().strip() == "[link=https://evil.example]ORD-9[/link] :smile:"


def _sources() -> list[Path]:
    return [path for path in (ROOT / "tools").rglob("*.py") if path.name != "terminal.py"]


def test_every_command_prints_by_way_of_it() -> None:
    """No console of rich's own, and no JSON of msgspec's, which leaves much unescaped."""
    found = {
        str(path.relative_to(ROOT))
        for path in _sources()
        if re.search(
            r"rich\.console import .*Console\b|stdout\.write\(msgspec\.json",
            path.read_text("utf-8"),
        )
    }

    assert found == set()
