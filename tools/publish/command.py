"""Running `connectors publish` from its options to its exit status."""

import hashlib
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from shared.errors import MisconfiguredError, UnavailableError
from tools.errors import UsageError, as_command_error
from tools.loaded_settings import LoadedSettings
from tools.progress import Show, shown_rows
from tools.publish import journal
from tools.publish.checked_row import CheckedRow, checked_rows
from tools.publish.journal import Progress
from tools.publish.mapping import read_mapping
from tools.publish.messages import TYPES, MessageType, RowCheck
from tools.publish.options import Options, Place, read_place
from tools.publish.rejects import Rejects, open_rejects
from tools.publish.report import Report
from tools.publish.rows import Row, csv_rows, json_lines
from tools.publish.sending import Interrupted, Sending, Topic
from tools.publish.source import Source, opened
from tools.visible import write_error

_SECONDS: Final = 1.0


@dataclass(slots=True)
class Run:
    """Where a run is.

    Attributes:
        done: How far it came.
        rejects: Where rejected rows are written down.
        journal: Where the journal is; None for none.
        show: Told of every row.
    """

    done: Progress
    rejects: Rejects
    journal: Path | None
    show: Show
    _rows: int = 0
    _saved_at: float = field(default_factory=time.monotonic)

    def settle(self, checked: CheckedRow) -> None:
        """Count a row that is published or rejected, as every one before it is.

        Raises:
            FailedError: The journal or the rejects cannot be written.
        """
        if checked.message is None:
            self.rejects.add(checked)
        rejected = checked.message is None
        self.done = msgspec.structs.replace(
            self.done,
            offset=checked.row.end,
            line=checked.row.end_line,
            published=self.done.published + (not rejected),
            rejected=self.done.rejected + rejected,
            rejects_bytes=self.rejects.written,
        )
        self._rows += 1
        self.show(checked.row.end, self._rows)
        if time.monotonic() - self._saved_at > _SECONDS:
            self.save()

    def save(self) -> None:
        """Write the journal: first the rejects that it counts."""
        if self.journal is not None:
            self.rejects.flush()
            journal.write(self.journal, self.done)
        self._saved_at = time.monotonic()


def run(options: Options, settings: LoadedSettings) -> int:
    """Publish a file, and print what became of it.

    Args:
        options: What was asked for.
        settings: Where the topic and the emulator are named.

    Returns:
        The exit status: 0 when every row was published.

    Raises:
        UsageError: The options make no sense, or there is no such file.
        FailedError: The journal or the rejects cannot be written.
    """
    kind = TYPES[options.type]
    place = read_place(options.topic, kind.topic_setting, settings, needed=not options.dry_run)
    with opened(options.file) as source:
        start = Progress(
            size=source.size, digest=source.digest, purpose=_purpose(options, place.topic)
        )
        path = None if options.dry_run else journal.journal_of(source.path)
        began = journal.resumed(path, start) if path and options.resume else start
        rows = _rows(options, kind, source, began)
        report = _publish(options, place, source, began=began, rows=rows, path=path)
    if options.as_json:
        report.print_json()
    else:
        report.show()
    if report.failure:
        hint = "" if options.dry_run else f"; --resume goes on at line {report.done.line:,}"
        write_error(f"{report.failure}{hint}")
    return report.exit_status


def _publish(  # noqa: PLR0913 - everything a run depends on, in one place
    options: Options,
    place: Place,
    source: Source,
    *,
    began: Progress,
    rows: Iterator[Row],
    path: Path | None,
) -> Report:
    """Publish what is left of a file."""
    started = time.monotonic()
    row_check = RowCheck(datetime.now(UTC), place.exempt, options.ordered)
    failure = None
    rejects = open_rejects(options.rejects, began.rejects_bytes)
    try:
        with (
            shown_rows(source.path.name, begin=began.offset, end=source.size) as show,
            _stopped() as stopped,
        ):
            state = Run(began, rejects, path, show)
            # At once: an earlier run's journal knows of rows that this one has still to publish.
            state.save()
            try:
                topic = _topic(place, dry_run=options.dry_run)
                kind = TYPES[options.type]
                checked = checked_rows(rows, kind, row_check, options.event_id_from)
                Sending(topic, state.settle, stopped).send(checked)
            except Interrupted:
                failure = "interrupted"
            except (UnavailableError, MisconfiguredError) as error:
                failure = str(as_command_error(error))
            state.save()
    finally:
        rejects.close()
    seconds = time.monotonic() - started
    return Report(
        done=state.done,
        began=began,
        rejects=rejects,
        seconds=seconds,
        topic=None if options.dry_run else place.topic,
        failure=failure,
    )


def _rows(options: Options, kind: MessageType, source: Source, began: Progress) -> Iterator[Row]:
    if not options.is_table:
        return json_lines(source, offset=began.offset, line=began.line)
    if len(options.delimiter) != 1 or options.delimiter in '"\r\n ':
        raise UsageError("--delimiter: not a single character")
    mapping = read_mapping(options.columns, options.constants, shape=kind.shape, schema=kind.schema)
    return csv_rows(
        source, mapping, delimiter=options.delimiter, offset=began.offset, line=began.line
    )


def _purpose(options: Options, topic: str | None) -> str:
    """Return what makes two runs over one file the same work."""
    asked = asdict(options)
    for name in ("file", "topic", "resume", "dry_run", "as_json"):
        del asked[name]
    asked["columns"] = [_content(text) for text in options.columns]
    return hashlib.sha256(msgspec.json.encode([topic, asked])).hexdigest()


def _content(text: str) -> str:
    """Return a mapping, or what its file holds."""
    path = Path(text)
    try:
        return text if "=" in text else hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return text  # whoever reads the mapping says what is wrong with it


def _topic(place: Place, *, dry_run: bool) -> Topic | None:
    """Open the topic, unless nothing is to be published."""
    if dry_run or place.topic is None:
        return None
    # Imported here: a dry run needs no client.
    from tools.pubsub.bulk import BulkTopic  # noqa: PLC0415

    return BulkTopic(place.topic, place.emulator)


@contextmanager
def _stopped() -> Iterator["Stopped"]:
    """Yield what says whether somebody said stop: the rows on their way are settled first."""
    stopped = Stopped()
    before = {
        number: signal.signal(number, stopped.stop) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Stopped:
    """Whether somebody said stop."""

    def __init__(self) -> None:
        self._said = False

    def stop(self, number: int, frame: object) -> None:
        """Take a signal."""
        del number, frame
        self._said = True

    def __call__(self) -> bool:
        """Return whether somebody did."""
        return self._said
