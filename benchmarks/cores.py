"""One core for what is measured, another for what measures."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PINNED: Final = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1


@contextmanager
def on_server_core() -> Iterator[None]:
    """Within the block processes are started on the server's core."""
    with _pinned(first=True):
        yield


@contextmanager
def on_client_core() -> Iterator[None]:
    """Within the block this process, and what it starts, stays off the server's core."""
    with _pinned(first=False):
        yield


@contextmanager
def _pinned(*, first: bool) -> Iterator[None]:
    if not PINNED:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {_CORES[0 if first else -1]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


_CORES: Final = sorted(os.sched_getaffinity(0)) if PINNED else [0]
