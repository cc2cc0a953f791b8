"""Google's own emulators: started by gcloud, ended with everything they started."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import httpx

from tools.errors import FailedError
from tools.ports import HOST, choose_ports

# Compiling for a long life costs an emulator more than it does in a minute.
_SHORT_LIVED: Final = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}
_START_SECONDS: Final = 60.0
_GRACE_SECONDS: Final = 10.0


@contextmanager
def emulator(product: str, *options: str, folder: Path) -> Iterator[str]:
    """Run an emulator of Google's for as long as the block runs.

    Args:
        product: gcloud's name of it.
        options: More of gcloud's options.
        folder: Where it and gcloud keep what they keep.

    Yields:
        Its `host:port`.

    Raises:
        FailedError: gcloud or the emulator is not installed, or it does not start.
    """
    gcloud = shutil.which("gcloud")
    if gcloud is None:
        raise FailedError("gcloud is not installed")
    (port,) = choose_ports(0, [f"the {product} emulator"])
    address = f"{HOST}:{port}"
    command = ("beta", "emulators", product, "start", "--quiet", "--project=shop")
    with (folder / "log").open("wb") as log:
        # gcloud and the Java it starts are a group, with settings of their own.
        process = subprocess.Popen(  # noqa: S603 - Google's tool
            [gcloud, *command, f"--host-port={address}", *options],
            env={**os.environ, "CLOUDSDK_CONFIG": str(folder / "gcloud"), **_SHORT_LIVED},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        _await_start(product, process, address, folder)
        yield address
    finally:
        _stop(process)


def _await_start(
    product: str, process: subprocess.Popen[bytes], address: str, folder: Path
) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < give_up_at:
            if process.poll() is not None:
                said = (folder / "log").read_text(encoding="utf-8", errors="replace")
                raise FailedError(f"gcloud does not start the {product} emulator: {said[-500:]}")
            with suppress(httpx.HTTPError):
                if client.get(f"http://{address}").is_success:
                    return
            time.sleep(0.1)
    raise FailedError(f"the {product} emulator does not answer within {_START_SECONDS:.0f} s")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the group that we started: Java does not end with gcloud."""
    for way in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, way)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
