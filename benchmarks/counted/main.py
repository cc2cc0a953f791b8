"""`payment_webhook` as it is deployed, which counts on the side what it asks of its store."""

import os
from contextlib import ExitStack
from typing import Final

from benchmarks.tally import Tally
from functions.payment_webhook.main import payment_webhook
from tools import store_cost

__all__ = ["payment_webhook"]

_COUNTING: Final = ExitStack()  # for as long as the process runs
_COUNTING.enter_context(store_cost.counted(Tally(os.environ["BENCHMARK_TALLY"]).add))
