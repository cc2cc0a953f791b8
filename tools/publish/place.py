"""Where messages go, from the command line and the environment."""

from dataclasses import dataclass

from shared.settings import values
from shared.settings.common import read_pubsub_emulator
from shared.settings.reader import Reader
from tools.errors import UsageError
from tools.loaded_settings import LoadedSettings
from tools.read_option import read_option

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
        told = f", and {setting} (settings: {settings.origin})" if setting else ""
        raise UsageError(f"--topic is missing{told}")
    return place
