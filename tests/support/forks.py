"""Processes of their own for workers: forked from one that has imported all they need."""

import multiprocessing
from multiprocessing.context import ForkServerContext
from typing import Final

FORKS: Final[ForkServerContext] = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.stores.order_workers", "tests.support.ledger_workers"])
