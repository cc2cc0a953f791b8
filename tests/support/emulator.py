"""Google's own emulators in tests: one of each for all workers of a run.

They are Java programs, which take seconds to start and are slow for some time more. Their tests are
skipped where they are missing, except in CI.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest

from tools.errors import FailedError
from tools.stand_ins import emulator as google

_OTHERS_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.1


@contextmanager
def emulator(product: str, *options: str, factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run an emulator of Google's, or use the one that another worker runs; its `host:port`.

    The worker that started it ends it once no other one uses it. Each of these holds a lock for as
    long, which the system lets go of however the worker ends.

    Args:
        product: gcloud's name of it.
        options: More of gcloud's options.
        factory: Makes its folder.
    """
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # this worker's is in the one of the run
    address = run / product
    with (run / f"{product}.lock").open("w") as lock:
        while True:
            fcntl.flock(lock, fcntl.LOCK_SH)
            if address.exists():
                yield address.read_text(encoding="utf-8")
                return
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not address.exists():  # nobody was faster
                break
        with _started(product, *options, folder=factory.mktemp(product)) as found:
            address.write_text(found, encoding="utf-8")
            fcntl.flock(lock, fcntl.LOCK_UN)
            yield found
            _await_others(lock.fileno())
            address.unlink()


@contextmanager
def _started(product: str, *options: str, folder: Path) -> Iterator[str]:
    with ExitStack() as stack:
        try:
            address = stack.enter_context(google.emulator(product, *options, folder=folder))
        except FailedError as error:
            if os.environ.get("CI") == "true":
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield address


def _await_others(lock: int) -> None:
    give_up_at = time.monotonic() + _OTHERS_SECONDS
    while time.monotonic() < give_up_at:
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(_POLL_SECONDS)
