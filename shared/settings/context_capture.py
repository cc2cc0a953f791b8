"""The settings of `context_capture`."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.secrets.reference import EXPECTED, SecretReference, read_reference
from shared.settings import values
from shared.settings.common import Settings, read_common
from shared.settings.reader import Reader

RETENTION_DAYS: Final = 400
RATE_PER_MINUTE: Final = 600


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """What the operator decided for captures.

    Attributes:
        common: What holds for every function.
        secrets: `CAPTURE_SECRET`: several while one is rotated, none where no backend captures.
        origins: `CAPTURE_ORIGINS`: whose pages may post.
        rate_per_minute: `CAPTURE_RATE_PER_MINUTE`.
        retention: `CONTEXT_RETENTION_DAYS`.
    """

    common: Settings
    secrets: tuple[SecretReference, ...]
    origins: frozenset[str]
    rate_per_minute: int
    retention: timedelta


def read_capture_settings(reader: Reader) -> CaptureSettings:
    """Return the settings of `context_capture`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    before = len(reader.problems)
    secrets = reader.optional("CAPTURE_SECRET", _references, EXPECTED)
    origins = reader.optional(
        "CAPTURE_ORIGINS", values.origins, "https origins as browsers send them, commas between"
    )
    if not secrets and not origins and len(reader.problems) == before:
        missing = f"CAPTURE_SECRET: missing, as CAPTURE_ORIGINS is; it is {EXPECTED}"
        reader.problems.append(missing)
        reader.not_set_up.append(missing)
    days = reader.default(
        "CONTEXT_RETENTION_DAYS", values.whole(1, 800), "whole days from 1 to 800", RETENTION_DAYS
    )
    return CaptureSettings(
        common=read_common(reader),
        secrets=secrets or (),
        origins=origins or frozenset(),
        rate_per_minute=reader.default(
            "CAPTURE_RATE_PER_MINUTE",
            values.whole(1, 100_000),
            "a whole number from 1 to 100000",
            RATE_PER_MINUTE,
        ),
        retention=timedelta(days=days),
    )


def _references(text: str) -> tuple[SecretReference, ...]:
    """Return where secrets are that have commas between them."""
    return tuple(read_reference(part.strip()) for part in text.split(","))
