"""Asking the debug server about one payload after the other, several at a time."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from tools.validate.check import Judged
from tools.validate.comparison import Comparison, compare
from tools.validate.debug_server import CONNECTIONS, DebugServer

_AHEAD: Final = 2 * CONNECTIONS


def compared(
    payloads: Iterable[Judged], server: DebugServer
) -> Iterator[tuple[Judged, Comparison | None]]:
    """Yield each payload with what the server says about it, in their order.

    None stands for payloads that are far too long to be sent anywhere.

    Raises:
        FailedError: As soon as the server cannot be asked.
    """

    def ask(judged: Judged) -> Comparison | None:
        if judged.document.too_long:
            return None
        return compare(judged.findings, server.ask(judged))

    waiting: deque[tuple[Judged, Future[Comparison | None]]] = deque()
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        try:
            for judged in payloads:
                waiting.append((judged, threads.submit(ask, judged)))
                if len(waiting) > _AHEAD:
                    yield _first(waiting)
            while waiting:
                yield _first(waiting)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _first(
    waiting: deque[tuple[Judged, Future[Comparison | None]]],
) -> tuple[Judged, Comparison | None]:
    judged, answer = waiting.popleft()
    return judged, answer.result()
