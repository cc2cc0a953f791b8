"""A zip of Terraform's, installed and started as Google's buildpack does."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx

from tests.support import loopback
from tests.support.places import ROOT
from tools.ports import HOST, choose_ports

_SECONDS: Final = 60.0
_KEPT: Final = ("HOME", "PATH", "LANG", "TMPDIR")


def unpack(bundle: Path, folder: Path) -> Path:
    """Unpack a zip; return where."""
    with zipfile.ZipFile(bundle) as archive:
        archive.extractall(folder)
    return folder


def interpreter(version: str) -> str | None:
    """Return where a Python is: on the PATH, or among pyenv's; None where it is not installed.

    Args:
        version: As `3.13`.
    """
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    pyenv = sorted(root.glob(f"versions/{version}.*/bin/python{version}"))
    candidates = [sys.executable, shutil.which(f"python{version}"), *map(str, pyenv)]
    script = "import sys; print('%d.%d' % sys.version_info[:2])"
    for candidate in filter(None, candidates):
        said = subprocess.run(  # noqa: S603 - a Python
            [candidate, "-c", script], capture_output=True, text=True, check=False
        )
        if said.stdout.strip() == version:
            return candidate
    return None


def environment(requirements: Path, cache: Path, python: str) -> Path:
    """Return an environment with nothing but what a requirements.txt lists.

    It is made once for each content of the list, and each Python.

    Args:
        requirements: The list, hashed.
        cache: Where environments are kept.
        python: The Python.
    """
    key = hashlib.sha256(requirements.read_bytes() + python.encode()).hexdigest()[:16]
    made = cache / key
    subprocess.run(  # noqa: S603 - our own script
        [str(ROOT / "tools" / "environment.sh"), str(made), str(requirements)],
        cwd=ROOT,
        env={**os.environ, "PYTHON": python},
        check=True,
    )
    return made


@contextmanager
def serving(
    folder: Path, made: Path, target: str, settings: Mapping[str, str], log: Path
) -> Iterator[httpx.Client]:
    """Serve a function from an unpacked zip, and end it afterwards.

    Args:
        folder: The unpacked zip: the working folder, and all there is on Python's path.
        made: The environment.
        target: The function's name.
        settings: Its environment, besides what any process has.
        log: What it says.
    """
    (port,) = choose_ports(0, [target])
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [
                str(made / "bin" / "functions-framework"),
                *("--target", target, "--host", HOST, "--port", str(port)),
            ],
            cwd=folder,
            # Google sets the last where a deployment leaves it out.
            env={
                **kept,
                "XDG_RUNTIME_DIR": str(log.parent),
                "LOG_EXECUTION_ID": "true",
                **settings,
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    url = f"http://{HOST}:{port}"
    try:
        with loopback.Client(base_url=url, timeout=30, trust_env=False) as client:
            _await(client, process, log)
            yield client
    finally:
        process.terminate()
        process.wait(_SECONDS)


def _await(client: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + _SECONDS
    while time.monotonic() < give_up_at:
        assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
        try:
            client.get("/robots.txt")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))
