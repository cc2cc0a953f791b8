"""Drawings of the diagrams that the site shows: `make drawings`.

The forge draws a diagram of mermaid by itself. The site loads no script from another host, so its
drawings are made here, in Chromium, by the one script that the package `mermaid` is made of. A
drawing's name is a hash of its diagram: where the diagram changes, there is no drawing yet, and
building the site says so (`tools/dev/site.py`).
"""

import base64
import hashlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from tests.docs.pages import Block, blocks
from tests.support.chromium import FLAGS, require_chromium
from tests.support.places import ROOT

FOLDER: Final = ROOT / "docs/assets/diagrams"
SCHEMES: Final = {"light": "default", "dark": "dark"}
"""Scheme of the site → theme of mermaid."""
_PACKAGE: Final = "mermaid@11.12.1"
_SHA512: Final = (
    "UlIZrRariB11TY1RtTgUWp65tphtBv4CSq7vyS2ZZ2TgoMjs2nloq+wFqxiwcxlhHUvs7DPGgMjs2aeQxz5h9g=="
)
_SCRIPT: Final = "package/dist/mermaid.min.js"
_DRAW: Final = """async ([theme, id, text]) => {
    mermaid.initialize({
        startOnLoad: false, deterministicIds: true, theme, fontFamily: "sans-serif",
        htmlLabels: false, flowchart: {htmlLabels: false},
    });
    return (await mermaid.render(id, text)).svg;
}"""


def diagrams() -> Iterator[Block]:
    """Yield each diagram that the site shows. The README is no page of the site."""
    for block in blocks():
        if block.kind == "mermaid" and block.page != "README.md":
            yield block


def drawing_of(diagram: Block, scheme: str) -> Path:
    """Return where the drawing of a diagram is."""
    digest = hashlib.sha256(diagram.text.encode()).hexdigest()
    return FOLDER / f"{digest[:12]}-{scheme}.svg"


def main() -> None:
    """Draw each diagram for both schemes, and remove drawings of what is no more."""
    path = require_chromium()
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.svg"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        page = browser.new_page()
        page.add_script_tag(content=_mermaid())
        for diagram in diagrams():
            for scheme in SCHEMES:
                drawing_of(diagram, scheme).write_text(_drawn(page, diagram, scheme))
        browser.close()


def _drawn(page: Page, diagram: Block, scheme: str) -> str:
    svg: str = page.evaluate(_DRAW, [SCHEMES[scheme], f"drawing-{scheme}", diagram.text])
    # Sixteen digits of a coordinate are no better than two, and make a file of 200 KB.
    return re.sub(r"\d+\.\d{3,}", lambda number: f"{float(number[0]):.2f}", svg) + "\n"


def _mermaid() -> str:
    """Return mermaid's script, of the version and the bytes that are named above."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 - a package by its version
            [npm, "pack", "--silent", _PACKAGE], cwd=folder, check=True, timeout=120
        )
        (archive,) = Path(folder).glob("*.tgz")
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != _SHA512:
            sys.exit(f"{_PACKAGE} is not what it was: its sha512 is {found}")
        with tarfile.open(archive) as files:
            script = files.extractfile(_SCRIPT)
            assert script is not None
            return script.read().decode()


if __name__ == "__main__":
    main()
