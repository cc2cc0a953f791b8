"""What is shipped: small, dependency-free, and made of the source beside it."""

import gzip
import re
import shutil
from pathlib import Path

from tests.support.node import node_modules, run
from tests.support.places import ROOT

FOLDER = ROOT / "browser"
SHIPPED = FOLDER / "ga4-context.min.js"


def test_the_snippet_is_under_two_kilobytes() -> None:
    """Gzipped, as a web server sends it."""
    assert len(gzip.compress(SHIPPED.read_bytes(), 9, mtime=0)) < 2000


def test_the_snippet_loads_nothing() -> None:
    """It is one classic script: no import, no address of anybody's."""
    source = SHIPPED.read_text(encoding="utf-8")

    assert not re.search(r"https?:|\bimport\b|\brequire\b|\beval\b", source)


def test_the_shipped_file_is_up_to_date(tmp_path: Path) -> None:
    """Built again it is the same, byte for byte; `make snippet` builds it."""
    for name in ("package.json", "ga4-context.js"):
        shutil.copy(FOLDER / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(node_modules(FOLDER))
    run("npm", "run", "--silent", "build", folder=tmp_path)

    assert (tmp_path / "ga4-context.min.js").read_bytes() == SHIPPED.read_bytes()
