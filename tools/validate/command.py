"""Running `connectors validate` from its options to its exit status."""

import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final

from tools.changed import replace
from tools.errors import FailedError, StoppedError, UsageError
from tools.validate.check import Checked, Checker, Sink, Stream
from tools.validate.cli import moment
from tools.validate.comparison import Comparison, verdict_line
from tools.validate.report import Tally
from tools.validate.splitting import STANDARD_INPUT, opened, split, watched
from tools.visible import write_error

Compared = Iterable[tuple[Checked, Comparison | None]]

_URL: Final = ("http://", "https://")


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What was asked for, as the command line has it.

    Attributes:
        file: A path, `-`, or None for standard input as well.
        as_json: Whether to print a line of JSON for each payload instead of the report.
        strict: Whether advice fails too.
        stream: The kind of data stream.
        sink: The API the payloads are for.
        now: The moment time stamps are checked by.
        exempt: Names under which what looks like personal data may stand.
        debug_endpoint: Whether to ask a debug server too, and which.
        measurement_id: The web stream to name to it.
        firebase_app_id: The app stream to name to it.
    """

    file: str | None = None
    as_json: bool = False
    strict: bool = False
    stream: Stream = "web"
    sink: Sink = "measurement_protocol"
    now: str | None = None
    exempt: tuple[str, ...] = ()
    debug_endpoint: bool | str = False
    measurement_id: str | None = None
    firebase_app_id: str | None = None


def run(options: Options, settings: Callable[[], Mapping[str, str]]) -> int:
    """Validate, and print what is found.

    Args:
        options: What was asked for.
        settings: Reads the settings; only a debug server needs any.

    Returns:
        The exit status: 0 when nothing is wrong.

    Raises:
        UsageError: If the options make no sense, or there is no such file.
        FailedError: If the input breaks off, or the debug server cannot be asked.
    """
    options = _settled(options)
    now = moment(options.now)
    checker = Checker(options.stream, frozenset(options.exempt), now, options.sink)
    tally = Tally()
    with ExitStack() as exits:
        compare = exits.enter_context(_comparing(options, settings))
        source = exits.enter_context(opened(options.file or STANDARD_INPUT))
        documents = watched(split(source.stream), source, alone=not options.as_json)
        compared = compare(map(checker.check, documents))
        try:
            if options.as_json:
                _print_lines(compared, tally, flush=source.live)
            else:
                _print_report(compared, tally)
        except BrokenPipeError:
            raise  # whoever read our output has seen enough: the input is in order
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise FailedError(f"broke off after {tally.payloads:,} payloads ({reason})") from None
        except KeyboardInterrupt:
            done = f"after {tally.payloads:,} payloads"
            raise StoppedError(signal.SIGINT, done) from None
    if not tally.payloads:
        write_error(f"{source.name} holds no payload")
    return 1 if tally.fails(strict=options.strict) else 0


def _settled(options: Options) -> Options:
    """Return the options with a file, where the debug server's took it for an address.

    Its value may be left out, and then what follows it is the file.
    """
    endpoint = options.debug_endpoint
    if endpoint is not False and options.sink != "measurement_protocol":
        raise UsageError("--debug-endpoint: the debug server knows the Measurement Protocol only")
    if not isinstance(endpoint, str) or endpoint.startswith(_URL):
        return options
    if options.file is not None:
        raise UsageError(f"--debug-endpoint: {endpoint} is no URL, and the file is {options.file}")
    return replace(options, file=endpoint, debug_endpoint=True)


@contextmanager
def _comparing(
    options: Options, settings: Callable[[], Mapping[str, str]]
) -> Iterator[Callable[[Iterable[Checked]], Compared]]:
    """Make what adds the debug server's word to ours, if that was asked for."""
    if options.debug_endpoint is False:
        yield lambda payloads: ((checked, None) for checked in payloads)
        return
    # Imported here: nobody who stays offline should pay for a client.
    from tools.validate.debug_server import (  # noqa: PLC0415
        DebugServer,
        api_secret,
        compared,
        debug_host,
        stream_id,
    )

    endpoint = options.debug_endpoint
    host = debug_host(endpoint if isinstance(endpoint, str) else None)
    environ = settings()
    named = stream_id(
        options.stream,
        measurement_id=options.measurement_id,
        firebase_app_id=options.firebase_app_id,
        environ=environ,
    )
    with DebugServer(host, named, api_secret(environ)) as server:
        yield lambda payloads: compared(payloads, server)


def _print_lines(compared: Compared, tally: Tally, *, flush: bool) -> None:
    out = sys.stdout.buffer
    for checked, comparison in compared:
        out.write(verdict_line(checked, comparison))
        if flush:
            out.flush()
        tally.add(checked, comparison)
    out.flush()


def _print_report(compared: Compared, tally: Tally) -> None:
    for checked, comparison in compared:
        tally.add(checked, comparison)
    # Imported here: lines of JSON are made without it.
    from tools.terminal import Terminal  # noqa: PLC0415
    from tools.validate.report import show  # noqa: PLC0415

    show(tally, Terminal())
    sys.stdout.flush()
