"""`connectors serve` and `connectors collector`: run in the foreground until interrupted."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tools.chosen_sink import SinkName, with_sink
from tools.collector import Collector
from tools.doctor.finding import Level
from tools.doctor.local import examine
from tools.errors import StoppedError
from tools.foreground import run_in_foreground
from tools.functions import FUNCTIONS, Function
from tools.ports import HOST
from tools.real_stream import RealStream
from tools.stack import LocalStack, local_stack
from tools.visible import write_error

_TEXT: Final = """\
The local stack listens, until Ctrl-C. Look at {page}

{addresses}
  store                 {store}
  measurement id        {measurement_id}
  signing secrets       {folder}/*_secret

Pay an order as Stripe would, then look at what GA4 got:

  {program} trigger stripe.checkout{where}
  curl -sS {collector}/events

`{program} trigger --list` names everything else that can be sent.
"""
_OPENS: Final = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1]))"
_WRONG: Final = (
    "these settings are wrong, and what needs them will not work until they are put right:"
)
_USUAL_COLLECTOR: Final = f"http://{HOST}:8787"


def run(  # noqa: PLR0913 - one option each
    *,
    port: int,
    as_json: bool,
    browser: bool = False,
    sink: SinkName | None = None,
    to: str | None = None,
    api_secret_file: str | None = None,
    functions: Sequence[Function] = FUNCTIONS,
) -> int:
    """Run the local stack until interrupted.

    Args:
        port: The collector's; the functions take the following ones; 0 for any free ones.
        as_json: Print one JSON line instead of the text.
        browser: Open the page in the browser.
        sink: Which API everything is sent by; None: as the settings say.
        to: The stream of the real GA4 that gets everything too.
        api_secret_file: Where that stream's api_secret is.
        functions: What to serve.

    Returns:
        The exit status.
    """
    with suppress(StoppedError):
        environ = with_sink(os.environ, sink)
        real = RealStream.read(to, api_secret_file, environ)
        run_in_foreground(_serve(environ, port, functions, real, as_json=as_json, browser=browser))
    return 0


def run_collector(*, port: int, as_json: bool, browser: bool = False) -> int:
    """Run the local GA4 alone until interrupted.

    Args:
        port: Where it listens; 0 for any free port.
        as_json: Print its address as JSON.
        browser: Open the page in the browser.

    Returns:
        The exit status.
    """
    with suppress(StoppedError):
        run_in_foreground(_collect(port, as_json=as_json, browser=browser))
    return 0


async def _serve(  # noqa: PLR0913 - one option each
    environ: Mapping[str, str],
    port: int,
    functions: Sequence[Function],
    real: RealStream | None,
    *,
    as_json: bool,
    browser: bool,
) -> int:
    async with local_stack(
        environ, port=port, functions=functions, real=real, follow=True
    ) as stack:
        if real is not None:
            write_error(real.banner)
        if wrong := _wrong_settings(stack.environ):
            write_error(f"{_WRONG}\n{wrong}")
        _print(json.dumps(stack.describe()) if as_json else _text(stack))
        if browser:
            _open(stack.collector)
        await stack.watch()
    return 0


def _wrong_settings(environ: Mapping[str, str]) -> str:
    """Return what of the environment no function can use, one line each.

    A function reads its settings with its first request, and would only say so then.
    """
    found = (finding for finding in examine(environ, None) if finding.level is Level.ERROR)
    return "\n".join(f"  {finding.about}: {finding.says}" for finding in found)


async def _collect(port: int, *, as_json: bool, browser: bool) -> int:
    async with Collector(port) as collector:
        address = {"collector": collector.url}
        _print(json.dumps(address) if as_json else f"The local GA4 listens at {collector.url}")
        if browser:
            _open(collector.url)
        await asyncio.Event().wait()
    return 0


def _open(url: str) -> None:
    """Open a page in the browser, where there is one.

    It is a process of its own: a browser may write what it likes, and goes on when we end.
    """
    opening = subprocess.Popen(  # noqa: S603 - our own
        [sys.executable, "-I", "-c", _OPENS, url],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def wait() -> None:
        if opening.wait() != 0:
            write_error(f"no browser can be opened here; the page is at {url}")

    threading.Thread(target=wait, daemon=True).start()


def _text(stack: LocalStack) -> str:
    addresses = {"collector": stack.collector, **stack.functions}
    width = max(map(len, addresses))
    is_usual = stack.collector == _USUAL_COLLECTOR
    return _TEXT.format(
        addresses="\n".join(f"  {name:<{width}}  {url}" for name, url in addresses.items()),
        page=f"{stack.collector}/",
        program=_program(),
        where="" if is_usual else f" --collector {stack.collector}",
        folder=stack.folder,
        **{key: stack.describe()[key] for key in ("store", "measurement_id", "collector")},
    )


def _program() -> str:
    """Return how this command was called, so that what is printed can be pasted."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "connectors" else f"{sys.executable} -P -m tools.cli"


def _print(text: str) -> None:
    sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()
