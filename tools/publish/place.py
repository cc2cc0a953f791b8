"""Where messages go, from the command line and the environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import MisconfiguredError
from shared.settings import read_settings, values
from shared.settings.reader import Reader
from tools.errors import UsageError

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
    topic: str | None, setting: str | None, environ: Mapping[str, str], *, needed: bool
) -> Place:
    """Return where messages go.

    Args:
        topic: What `--topic` says.
        setting: The setting that names the topic otherwise.
        environ: The environment.
        needed: Whether there has to be one.

    Raises:
        UsageError: There is none, or it is no topic's name.
    """

    def read(reader: Reader) -> Place:
        found = setting and reader.optional(setting, values.topic, _TOPIC)
        return Place(
            topic=topic or found or None,
            emulator=reader.optional(
                "PUBSUB_EMULATOR_HOST", values.loopback, "host:port on loopback"
            ),
            exempt=reader.default(
                "PERSONAL_DATA_EXEMPTIONS",
                values.names,
                "parameter names with commas between",
                frozenset[str](),
            ),
        )

    try:
        place = read_settings(environ, read)
    except MisconfiguredError as error:
        raise UsageError(str(error)) from None
    if place.topic is not None and values.topic(place.topic) is None:
        raise UsageError(f"--topic: not {_TOPIC}")
    if needed and place.topic is None:
        raise UsageError(f"--topic is missing{f', and {setting}' if setting else ''}")
    return place
