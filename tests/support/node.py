"""Node and what npm installs, once for each lock file."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final, NoReturn

import pytest

from tests.support.places import ROOT

_KEPT: Final = ROOT / ".venv" / "node"
_INSTALL: Final = ("ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts")
_SECONDS: Final = 120


def node_modules(project: Path) -> Path:
    """Return the `node_modules` of a folder's lock file, installed the first time.

    The test is skipped where npm is missing or cannot install, except in CI.

    Args:
        project: The folder with `package.json` and `package-lock.json`.
    """
    files = [project / "package.json", project / "package-lock.json"]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    kept = _KEPT / digest
    if not kept.exists():
        _KEPT.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_KEPT) as folder:
            made = Path(folder) / "made"
            made.mkdir()
            for file in files:
                shutil.copy(file, made)
            run("npm", *_INSTALL, folder=made, needed=True)
            with suppress(OSError):  # another process was as fast
                made.rename(kept)
    return kept / "node_modules"


def run(program: str, *arguments: str, folder: Path, needed: bool = False) -> str:
    """Return what a program of Node's says; it has to succeed.

    Args:
        program: `node` or `npm`; where it is missing the test is skipped, except in CI.
        arguments: Its arguments.
        folder: Where it runs.
        needed: Whether its failure is as if it were missing: npm may have no network.
    """
    path = shutil.which(program)
    if path is None:
        _missing(f"{program} is not installed")
    done = subprocess.run(  # noqa: S603 - a tool that the README names
        [path, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if needed and done.returncode:
        _missing(f"{program} failed: {done.stderr[-500:]}")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _missing(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
