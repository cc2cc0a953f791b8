"""`connectors serve` and `connectors collector` as processes, the way a script meets them."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import forked_stack, loopback
from tests.support.forks import COMMAND, Fork
from tests.support.local_stack import block_of_ports
from tests.support.places import ROOT
from tools.functions import FUNCTIONS, Function
from tools.traffic.customers import Customers
from tools.traffic.request import stripe_signature
from tools.traffic.stripe_events import checkout_completed

BOUND = 30

Environ = dict[str, str]
Command = tuple[str, ...]


class Started:
    """A command in the foreground, in another process."""

    def __init__(
        self, command: Command, environ: Environ, folder: Path, outputs: tuple[Path, Path]
    ) -> None:
        """Start the command, with a folder of its own for temporary files and to run in."""
        self.folder = folder
        self._outputs = outputs
        self._read = 0
        program, *arguments = command
        self.process = Fork(
            program,
            arguments,
            environ={**environ, "TMPDIR": str(folder)},
            streams=(None, *outputs),
            folder=folder,
        )

    def line(self) -> dict[str, Any]:
        """Its first line on standard output, as JSON."""
        text = self.printed("\n")
        self._read = len(text)
        document: dict[str, Any] = json.loads(text)
        return document

    def printed(self, end: str, *, error: bool = False) -> str:
        """What it printed until now, once that holds a text, on standard output or error."""
        give_up_at = time.monotonic() + BOUND
        while end not in (text := self._outputs[error].read_text(encoding="utf-8")):
            assert time.monotonic() < give_up_at, text
            time.sleep(0.01)
        return text

    def end(self, number: signal.Signals | None = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal; return the exit status and what else was said."""
        if number is not None:
            os.kill(self.process.pid, number)
        status = self.process.wait(BOUND)
        assert status is not None, "it does not end"
        out, error = (output.read_text(encoding="utf-8") for output in self._outputs)
        return status, out[self._read :], error


Start = Callable[..., Started]


@pytest.fixture
def start(
    environ: Environ, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Start]:
    """Starts commands, and ends what a failing test leaves running."""
    started: list[Started] = []

    def _start(*command: str, **more: str) -> Started:
        said = tmp_path_factory.mktemp("said")
        outputs = (said / "stdout", said / "stderr")
        for output in outputs:
            output.touch()
        started.append(Started(command, {**environ, **more}, tmp_path, outputs))
        return started[-1]

    yield _start
    for one in started:
        if one.process.status is None:
            one.process.terminate()
            one.process.wait(BOUND)


def serve_only(function: Function) -> Command:
    """Serve one function alone, as a fork."""
    return (f"{forked_stack.__name__}:serve_one", function.name, str(function.source))


def signed(body: bytes, secret: str) -> dict[str, str]:
    """The headers of a signed delivery."""
    return {"Stripe-Signature": stripe_signature(body, [secret], timestamp=int(time.time()))}


def paid_order() -> tuple[str, bytes]:
    """A transaction id and the event that pays it."""
    order = Customers(7, now=int(time.time())).order()
    return order.transaction_id, checkout_completed(order).body


def test_serve_prints_one_line_and_delivers_until_sigterm(start: Start) -> None:
    """The contract, whole: the line, a signed delivery, its event, the end, nothing left.

    Each function is a new Python, as for a person.
    """
    serving = start(COMMAND, "serve", "--json", "--port", "0")
    line = serving.line()
    transaction_id, body = paid_order()
    url = line["functions"]["payment_webhook"]

    answer = loopback.post(url, content=body, headers=signed(body, "whsec_local"))
    (event,) = loopback.get(f"{line['collector']}/events").json()
    status, rest, _ = serving.end()

    assert set(line) == {"collector", "functions", "store", "measurement_id"}
    assert (answer.status_code, answer.json()["outcome"]) == (200, "delivered")
    assert event["measurement_id"] == line["measurement_id"] == "G-LOCAL00001"
    assert event["body"]["events"][0]["params"]["transaction_id"] == transaction_id
    assert event["verdict"] != "error"
    assert line["store"].startswith("sqlite:")
    assert (status, rest) == (0, "")
    assert list(serving.folder.iterdir()) == []
    for address in (line["collector"], url):
        with pytest.raises(httpx.ConnectError):
            loopback.get(address)


def test_serve_says_at_once_which_settings_are_wrong(stand_in: Function, start: Start) -> None:
    """All of them, without a value: a function would only say so of its first delivery."""
    wrong = {"STORE": "s3cret", "VALUE_BASIS": "s3cret", "CATALOGUE": "csv:/s3cret/costs.csv"}
    serving = start(*serve_only(stand_in), "--json", "--port", "0", **wrong)
    line = serving.line()
    status, _, said = serving.end()

    assert line["store"] == "s3cret"
    assert status == 0
    assert [name for name in wrong if name in said] == list(wrong)
    assert "s3cret" not in said


def test_serve_says_nothing_of_settings_that_are_right(stand_in: Function, start: Start) -> None:
    """Its own are."""
    serving = start(*serve_only(stand_in), "--json", "--port", "0")
    serving.line()
    status, _, said = serving.end()

    assert (status, "settings" in said) == (0, False), said


def test_serve_opens_the_page(stand_in: Function, start: Start, tmp_path: Path) -> None:
    """In the browser of whoever runs it; a browser that goes on running holds up nothing."""
    browser, opened = tmp_path / "browser", tmp_path / "opened"
    browser.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {opened}\necho noise; exec sleep 3\n', encoding="utf-8"
    )
    browser.chmod(0o700)
    serving = start(*serve_only(stand_in), "--json", "--port", "0", "--open", BROWSER=str(browser))

    collector = serving.line()["collector"]
    while not opened.exists() or not opened.read_text(encoding="utf-8"):
        time.sleep(0.01)
    status, _, error = serving.end()

    assert (status, error) == (0, "")
    assert opened.read_text(encoding="utf-8") == collector


def test_where_there_is_no_browser_the_address_is_said(
    stand_in: Function, start: Start, tmp_path: Path
) -> None:
    """On a server, for example; everything else works."""
    command = (*serve_only(stand_in), "--json", "--port", "0", "--open")
    serving = start(*command, BROWSER="false", PATH=str(tmp_path))

    collector = serving.line()["collector"]
    message = f"connectors: no browser can be opened here; the page is at {collector}\n"
    assert message in serving.printed(message, error=True).splitlines(keepends=True)
    assert loopback.get(collector).status_code == 200


def test_serve_takes_consecutive_ports(stand_in: Function, start: Start) -> None:
    """With `--port N` the collector is at N and the functions follow."""
    port = block_of_ports()

    line = start(*serve_only(stand_in), "--json", "--port", str(port)).line()

    assert line["collector"] == f"http://127.0.0.1:{port}"
    assert line["functions"] == {"payment_webhook": f"http://127.0.0.1:{port + 1}"}


def test_serve_lets_its_environment_win(start: Start, tmp_path: Path) -> None:
    """Settings and signing secrets of the environment are those of the functions."""
    serving = start(
        *serve_only(FUNCTIONS[0]),
        *("--json", "--port", "0"),
        GA4_MEASUREMENT_ID="G-MINE123456",
        STORE=f"sqlite:{tmp_path}/mine.sqlite",
        PAYMENT_PROVIDERS='{"stripe": {"payment_intents": true}}',
        CONNECTORS_STRIPE_SECRET="whsec_mine",
    )
    line = serving.line()
    _, body = paid_order()
    url = line["functions"]["payment_webhook"]

    refused = loopback.post(url, content=body, headers=signed(body, "whsec_local"))
    taken = loopback.post(url, content=body, headers=signed(body, "whsec_mine"))
    (event,) = loopback.get(f"{line['collector']}/events").json()
    serving.end()

    assert line["measurement_id"] == event["measurement_id"] == "G-MINE123456"
    assert line["store"] == f"sqlite:{tmp_path}/mine.sqlite"
    assert (refused.status_code, taken.status_code) == (400, 200)
    assert (tmp_path / "mine.sqlite").exists()
    assert not list(tmp_path.glob("connectors-*"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_well_while_still_starting(
    stand_in: Function, start: Start, number: signal.Signals
) -> None:
    """A signal that comes before everything listens ends what has been started."""
    serving = start(*serve_only(stand_in), "--json", "--port", "0")
    give_up_at = time.monotonic() + BOUND
    while not list(serving.folder.glob("connectors-*/0")):  # its first function's
        assert time.monotonic() < give_up_at
        time.sleep(0.01)

    status, _, error = serving.end(number)

    assert (status, error) == (0, "")
    assert list(serving.folder.iterdir()) == []


def test_serve_fails_when_a_function_dies(stand_in: Function, start: Start) -> None:
    """A dead function is said on standard error and ends the stack with status 1."""
    serving = start(*serve_only(stand_in), "--json", "--port", "0", STAND_IN_FLAWS="mortal")
    url = serving.line()["functions"]["payment_webhook"]

    with contextlib.suppress(httpx.TransportError):  # its worker may still get to answer
        loopback.post(url, content=b"{}")
    status, _, error = serving.end(None)

    assert status == 1
    assert "connectors: payment_webhook ended with status -9" in error
    assert list(serving.folder.iterdir()) == []
    with pytest.raises(httpx.ConnectError):
        loopback.get(url)


@pytest.mark.parametrize(("offset", "whose"), [(0, "collector"), (1, "payment_webhook")])
def test_a_busy_port_is_one_clear_line(start: Start, offset: int, whose: str) -> None:
    """A port that is taken is named with who holds it, on one line, with status 1."""
    port = block_of_ports()
    with socket.create_server(("127.0.0.1", port + offset)):
        result = start(COMMAND, "serve", "--json", "--port", str(port)).end(None)

    status, out, error = result
    holder = rf"process {os.getpid()} \([^)]+\)"
    line = rf"connectors: port {port + offset} \({whose}\) is held by {holder}; end that or .*\n"
    assert (status, out) == (1, "")
    assert re.fullmatch(line, error)


def test_what_it_prints_can_be_pasted(start: Start) -> None:
    """What serve tells people to paste is a delivered purchase, and what GA4 got of it."""
    if shutil.which("curl") is None:
        pytest.skip("what it prints needs curl")
    serving = start(*serve_only(FUNCTIONS[0]), "--port", "0")
    text = serving.printed("trigger --list")
    commands = re.findall(r"^  (\S+ .*(?:trigger|curl).*|curl .*)$", text, re.MULTILINE)

    sent, shown = (
        subprocess.run(  # noqa: S602 - what is under test
            command,
            shell=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=BOUND,
            check=True,
        ).stdout
        for command in commands
    )
    serving.end()

    assert sent.startswith("stripe.checkout: delivered (200), ORDER-")
    (purchase,) = json.loads(shown)[0]["body"]["events"]
    assert purchase["params"]["value"] == 18


def test_the_collector_alone(start: Start) -> None:
    """The local GA4 can be run by itself, and says nothing of what it is sent."""
    running = start(COMMAND, "collector", "--json", "--port", "0", PYTHONASYNCIODEBUG="1")
    url = running.line()["collector"]
    host, port = url.removeprefix("http://").split(":")

    loopback.post(f"{url}/mp/collect?api_secret=s3cr3t-s3cr3t", content=b"{}")
    for request in (
        b"POST /mp/collect?api_secret=s3cr3t-s3cr3t HTTP/9.9\r\n\r\n",
        b"POST /mp/collect?api_secret=s3cr3t-s3cr3t\xff\r\n\r\n",
        b"POST /mp/collect?api_secret=s3cr3t-s3cr3t HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ):
        with socket.create_connection((host, int(port)), timeout=5) as raw:
            raw.sendall(request)
            raw.recv(4096)
    status, out, error = running.end()

    assert (status, out) == (0, "")
    assert "s3cr3t" not in error
