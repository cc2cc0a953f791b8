"""The settings of every function that Pub/Sub pushes to."""

from dataclasses import dataclass

from shared.secrets.reference import SecretReference
from shared.settings.payment_webhook import read_topic
from shared.settings.reader import Reader


@dataclass(frozen=True, slots=True)
class PushSettings:
    """What the operator decided for pushes.

    Attributes:
        token: `PUSH_TOKEN`: where it is.
        dead_letter_topic: `DEAD_LETTER_TOPIC`.
    """

    token: SecretReference | None
    dead_letter_topic: str | None


def read_push(reader: Reader) -> PushSettings:
    """Return the settings of pushes.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    return PushSettings(
        token=reader.secret("PUSH_TOKEN"),
        dead_letter_topic=read_topic(reader, "DEAD_LETTER_TOPIC"),
    )
