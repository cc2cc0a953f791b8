"""Python's garbage collector, set for a process that loads much once and then serves.

Imported first by `bootstrap`: importing makes some hundred thousand objects, all of which stay, and
each of the collector's passes over them finds nothing. So there are none until the handler is made.
What a request leaves behind is freed by reference counts; the collector is for cycles alone, and
there are few.

What it saves stands in docs/benchmarks.md, "What was tried".
"""

import gc
from typing import Final

_OBJECTS_WHILE_LOADING: Final = 200_000
_NEW_OBJECTS: Final = 10_000

gc.set_threshold(_OBJECTS_WHILE_LOADING)


def spare_what_stays() -> None:
    """Leave everything that is there now out of every later pass, and pass over what comes."""
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 50)
