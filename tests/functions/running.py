"""Real processes on loopback: the local GA4, and a function as the platform starts it.

Each keeps every byte it says, so that a test can look for what must never be said, and is ended
by its own process id.
"""

import json
import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx

from tests.functions.ledger_file import LedgerFile
from tests.support import loopback
from tests.support.forks import Fork
from tools.arrivals import arrivals_of
from tools.functions import GOOGLE
from tools.ports import HOST, choose_ports
from tools.traffic.request import stripe_signature

ROOT: Final = Path(__file__).resolve().parents[2]
SOURCE: Final = ROOT / "functions" / "payment_webhook" / "main.py"
MEASUREMENT_ID: Final = "G-TEST000001"
SIGNING_SECRET: Final = "whsec_3hR8uVnQ5tYw"
API_SECRET: Final = "kQ7-pL2xZr9_MnB4"

_START_SECONDS: Final = 30.0
_GRACE_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.02
_INHERITED: Final = ("PATH", "HOME", "LANG", "TMPDIR")

Json = dict[str, Any]
T = TypeVar("T")


def eventually(find: Callable[[], T | None], what: str, *, seconds: float = 20.0) -> T:
    """Return what `find` finds, asking again until it finds something or time is up."""
    give_up_at = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < give_up_at, f"not within {seconds} s: {what}"
        time.sleep(_POLL_SECONDS)
    return found


class Process:
    """A process of ours, in a group of its own, with what it says kept in two files."""

    def __init__(
        self, program: str, arguments: Sequence[str], folder: Path, environ: Mapping[str, str]
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._outputs = (folder / "stdout", folder / "stderr")
        inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
        # gunicorn puts a control socket there, or else into the home folder.
        own = {**GOOGLE, "XDG_RUNTIME_DIR": str(folder), "PYTHONPATH": str(ROOT)}
        for output in self._outputs:
            output.touch()
        self._process = Fork(
            program,
            arguments,
            environ={**inherited, **own, **environ},
            streams=(None, *self._outputs),
        )

    def __enter__(self) -> Self:
        """Hand the running process over."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End it at once: a polite end takes the framework half a second, and nobody looks."""
        self.close()

    @property
    def said(self) -> bytes:
        """Every byte of both outputs so far."""
        return b"".join(output.read_bytes() for output in self._outputs)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.status is None

    @property
    def pids(self) -> list[int]:
        """The process and its workers."""
        first = self._process.pid
        workers = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii")
        return [first, *map(int, workers.split())]

    def close(self) -> None:
        """End the process at once, and let go of it."""
        self.kill()

    def terminate(self) -> None:
        """Tell the process to end, as the platform does."""
        self._process.terminate()

    def await_end(self) -> int | None:
        """Wait until the process has ended by itself; return its exit status, None for too late."""
        return self._process.wait(_GRACE_SECONDS)

    def kill(self) -> None:
        """End the process and its workers at once, as a crash would: no cleaning up."""
        self._process.kill()  # it may not lead its group yet
        with suppress(ProcessLookupError):  # nobody is left
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def await_start(self, find: Callable[[], T | None], what: str) -> T:
        """Return what `find` finds, as `eventually`; an end of the process ends the waiting."""

        def look() -> T | None:
            assert self.alive, f"it ended before {what}:\n{self.said.decode(errors='replace')}"
            return find()

        try:
            return eventually(look, what, seconds=_START_SECONDS)
        except BaseException:
            self.kill()
            raise


class GA4(Process):
    """The local GA4, `connectors collector`.

    Attributes:
        url: Where it listens.
    """

    def __init__(self, folder: Path, *, port: int = 0) -> None:
        super().__init__("tools.cli:main", ["collector", "--json", "--port", str(port)], folder, {})
        line = self.await_start(self._outputs[0].read_bytes, "it listened")
        self.url: str = json.loads(line)["collector"]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return httpx.URL(self.url).port or 0

    @property
    def shown(self) -> bytes:
        """Every byte of `GET /events`."""
        return self._ask("GET", "/events").content

    @property
    def events(self) -> list[Json]:
        """The requests it was sent, oldest first; amounts are exact."""
        found: list[Json] = json.loads(self.shown, parse_float=Decimal)
        return found

    def about(self, transaction_id: str) -> list[Json]:
        """The requests about one order."""
        return [event for event in self.events if transaction_of(event) == transaction_id]

    def forget(self) -> None:
        """Forget every request."""
        self._ask("DELETE", "/events")

    def misbehave(self, **fault: Any) -> None:  # noqa: ANN401 - JSON
        """Set a fault; none ends it."""
        self._ask("POST", "/faults", json=fault)

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        answer = loopback.request(method, self.url + path, timeout=30, trust_env=False, **more)
        answer.raise_for_status()
        return answer


class Webhook(Process):
    """The payment webhook in a `functions-framework` process.

    Attributes:
        url: Where it listens.
        ledger: Its ledger, looked at from outside.
        api_secret: The file that holds the api_secret, when no setting says otherwise.
        signing_secret: The file that holds Stripe's secret, likewise.
    """

    def __init__(  # noqa: PLR0913 - what may differ
        self,
        folder: Path,
        ga4: str,
        *,
        source: Path = SOURCE,
        function: str = "payment_webhook",
        settings: Mapping[str, str | None] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> None:
        """Start it, and wait until it listens.

        Args:
            folder: Where its secrets, its store and its outputs are; another process may go on
                with what is there.
            ga4: Where GA4 is.
            source: Another `main.py`.
            function: Its entry point.
            settings: Settings that differ from the usual; None leaves one out.
            options: Options of the provider `stripe`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.ledger = LedgerFile(folder / "ledger.sqlite")
        self.api_secret = _written(folder / "api_secret", API_SECRET)
        self.signing_secret = _written(folder / "stripe_secret", SIGNING_SECRET)
        usual = {
            "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
            "GA4_API_SECRET": f"file:{self.api_secret}",
            "GA4_ENDPOINT": ga4,
            "PAYMENT_PROVIDERS": json.dumps(
                {"stripe": {"secret": f"file:{self.signing_secret}", **(options or {})}}
            ),
            "STORE": f"sqlite:{self.ledger.path}",
        }
        chosen = {**usual, **(settings or {})}
        (port,) = choose_ports(0, [function])
        self.url = f"http://{HOST}:{port}"
        arguments = ["--target", function]
        arguments += ["--source", str(source), "--host", HOST, "--port", str(port)]
        given = {name: text for name, text in chosen.items() if text is not None}
        super().__init__("functions_framework._cli:_cli", arguments, folder, given)
        self._client = loopback.Client(base_url=self.url, timeout=30, trust_env=False)
        self.await_start(self._listens, "it listened")

    def close(self) -> None:
        """End the process at once, and let go of it."""
        self._client.close()
        super().close()

    def post(
        self,
        body: bytes,
        *,
        secret: str = SIGNING_SECRET,
        age: int = 0,
        path: str = "/",
    ) -> httpx.Response:
        """Deliver a body as Stripe does, signed now or `age` seconds ago."""
        return self._client.post(path, content=body, headers=signed(body, secret=secret, age=age))

    def request(self, method: str, path: str = "/", **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        """Send anything."""
        return self._client.request(method, path, **more)

    def lines(self, event: str) -> list[Json]:
        """The log lines with an event name, in order."""
        lines = self._outputs[0].read_text(encoding="utf-8").splitlines()
        decoded = [json.loads(line) for line in lines if line.startswith('{"severity"')]
        return [line for line in decoded if line["event"] == event]

    def _listens(self) -> bool:
        try:
            # The framework answers this path itself, so that the function sees no request.
            return self._client.get("/robots.txt").is_client_error
        except httpx.TransportError:
            return False


def signed(body: bytes, *, secret: str = SIGNING_SECRET, age: int = 0) -> dict[str, str]:
    """The headers of a delivery by Stripe, signed now or `age` seconds ago."""
    signature = stripe_signature(body, [secret], timestamp=int(time.time()) - age)
    return {"content-type": "application/json; charset=utf-8", "stripe-signature": signature}


def transaction_of(event: Json) -> str:
    """The order that a request to GA4 is about."""
    (arrival,) = arrivals_of([event])
    return arrival.transaction_id


def _written(path: Path, text: str) -> Path:
    if not path.exists():
        path.write_text(text, encoding="utf-8")
    return path
