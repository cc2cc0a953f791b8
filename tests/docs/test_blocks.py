"""Code blocks are code: each is read by the program that would run it."""

import ast
import json
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import hcl2
import pytest
import sqlglot

from tests.docs.pages import Block, blocks
from tests.support.places import ROOT

ALL: Final = list(blocks())
KINDS: Final = {"sh", "text", "python", "js", "json", "html", "hcl", "sql", "mermaid", "toml"}


def of(kind: str) -> list[object]:
    """Return the blocks of a kind, each under its place."""
    return [pytest.param(block, id=block.place) for block in ALL if block.kind == kind]


def test_every_block_says_what_it_is() -> None:
    """A kind that nobody checks is none."""
    assert [block.place for block in ALL if block.kind not in KINDS] == []


@pytest.mark.parametrize("block", of("sh"))
def test_a_shell_reads_it(block: Block) -> None:
    """Bash, without running it: what can run is run by other tests."""
    done = subprocess.run(
        ["bash", "-n"],  # noqa: S607 - on the PATH
        input=block.text,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("block", of("python"))
def test_python_reads_it(block: Block) -> None:
    """As a module's text; what it calls is run by tests/guides."""
    ast.parse(block.text)


@pytest.mark.parametrize("block", of("js"))
def test_node_reads_it(block: Block, tmp_path: Path) -> None:
    """As a module, in which `await` may stand anywhere."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    script = tmp_path / "block.mjs"
    script.write_text(block.text)
    done = subprocess.run(  # noqa: S603 - ours
        [node, "--check", script], capture_output=True, text=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("block", of("json"))
def test_it_is_json(block: Block) -> None:
    """One document."""
    json.loads(block.text)


@pytest.mark.parametrize("block", of("hcl"))
def test_terraform_would_read_it(block: Block) -> None:
    """Each name is a variable of the module."""
    names = [name for name in hcl2.loads(block.text) if not name.startswith("__")]
    variables = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "terraform").glob("variables*.tf")
    )

    assert names
    assert [name for name in names if f'variable "{name}"' not in variables] == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs").rglob("*.sql")), ids=lambda path: str(path.name)
)
def test_bigquery_would_read_it(path: Path) -> None:
    """The queries that pages link to; tests/guides runs them."""
    assert sqlglot.parse(path.read_text(encoding="utf-8"), dialect="bigquery")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Remember a tag that has to be closed."""
        del attrs
        if tag not in ("input", "img", "meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        assert self.open.pop() == tag


@pytest.mark.parametrize("block", of("html"))
def test_its_tags_are_closed(block: Block) -> None:
    """In their order."""
    parser = _Tags()
    parser.feed(block.text)

    assert parser.open == []
