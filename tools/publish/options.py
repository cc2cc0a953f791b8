"""What `connectors publish` was asked for, and where its messages go."""

from dataclasses import dataclass

from shared.settings import values
from shared.settings.common import read_pubsub_emulator
from shared.settings.reader import Reader
from tools.errors import UsageError
from tools.loaded_settings import LoadedSettings
from tools.read_option import read_option


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """What was asked for, as the command line has it.

    Attributes:
        file: JSON lines, or a CSV table.
        type: What its rows are.
        topic: Where they go; None for the one the type's setting names.
        columns: `COLUMN=PATH`, or files with a mapping.
        constants: `PATH=TEXT`.
        delimiter: What stands between cells.
        event_id_from: Fields, of a table columns, that the id of a row without one is made of.
        rejects: Where each rejected row is written down.
        resume: Whether to go on where an interrupted run ended.
        ordered: Whether messages carry an ordering key.
        dry_run: Whether nothing is published.
        as_json: Whether to print one JSON object instead of the report.
    """

    file: str
    type: str
    topic: str | None = None
    columns: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    delimiter: str = ","
    event_id_from: tuple[str, ...] = ()
    rejects: str | None = None
    resume: bool = False
    ordered: bool = False
    dry_run: bool = False
    as_json: bool = False

    @property
    def is_table(self) -> bool:
        """Whether the file is a CSV table: by its name, or because columns are mapped."""
        return bool(self.columns or self.constants) or self.file.lower().endswith(".csv")


_TOPIC = "projects/P/topics/T"


@dataclass(frozen=True, slots=True)
class Place:
    """Where messages go.

    Attributes:
        topic: Its whole name; None where none is needed.
        emulator: `host:port` of Google's emulator.
        exempt: `PERSONAL_DATA_EXEMPTIONS`, as the functions have it.
    """

    topic: str | None
    emulator: str | None
    exempt: frozenset[str]


def read_place(
    topic: str | None, setting: str | None, settings: LoadedSettings, *, needed: bool
) -> Place:
    """Return where messages go.

    Args:
        topic: What `--topic` says.
        setting: The setting that names the topic otherwise.
        settings: The settings.
        needed: Whether there has to be one.

    Raises:
        UsageError: There is none, or it is no topic's name.
    """

    def read(reader: Reader) -> Place:
        found = setting and reader.optional(setting, values.topic, _TOPIC)
        return Place(
            topic=topic or found or None,
            emulator=read_pubsub_emulator(reader),
            exempt=reader.default(
                "PERSONAL_DATA_EXEMPTIONS",
                values.names,
                "parameter names with commas between",
                frozenset[str](),
            ),
        )

    if topic is not None:
        read_option("--topic", topic, values.topic)
    place = settings.read(read)
    if needed and place.topic is None:
        where = f", and {setting} (settings: {settings.origin})" if setting else ""
        raise UsageError(f"--topic is missing{where}")
    return place
