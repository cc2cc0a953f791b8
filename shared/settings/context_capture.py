"""The settings of `context_capture`."""

from datetime import timedelta
from typing import Final

import msgspec

from shared.messages.reference_pattern import EXAMPLE, ReferencePattern, read_pattern
from shared.secrets.reference import EXPECTED, SecretReference, read_reference
from shared.settings import values
from shared.settings.common import Settings, read_common
from shared.settings.reader import Reader

RETENTION_DAYS: Final = 400
RATE_PER_MINUTE: Final = 600
RATE_PER_ADDRESS: Final = 60
BROWSER_DAYS: Final = 14
"""Longer than a bank transfer takes; what an order has named by then, the order keeps."""


class CaptureSettings(msgspec.Struct, frozen=True):
    """What the operator decided for captures.

    Attributes:
        common: What holds for every function.
        secrets: `CAPTURE_SECRET`: several while one is rotated, none where no backend captures.
        origins: `CAPTURE_ORIGINS`: whose pages may post.
        references: `CAPTURE_REFERENCES`: what references of the shop's own look like.
        rate_per_minute: `CAPTURE_RATE_PER_MINUTE`.
        rate_per_address: `CAPTURE_RATE_PER_ADDRESS`.
        proxies: `CAPTURE_PROXIES`.
        retention: `CONTEXT_RETENTION_DAYS`.
        browser_retention: `CAPTURE_BROWSER_DAYS`.
    """

    common: Settings
    secrets: tuple[SecretReference, ...]
    origins: frozenset[str]
    references: tuple[ReferencePattern, ...]
    rate_per_minute: int
    rate_per_address: int
    proxies: int
    retention: timedelta
    browser_retention: timedelta


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
    browser_days = reader.default(
        "CAPTURE_BROWSER_DAYS", values.whole(1, 800), "whole days from 1 to 800", BROWSER_DAYS
    )
    return CaptureSettings(
        common=read_common(reader),
        secrets=secrets or (),
        origins=origins or frozenset(),
        references=reader.default("CAPTURE_REFERENCES", _patterns, f"forms, e.g. {EXAMPLE}", ()),
        rate_per_minute=reader.default(
            "CAPTURE_RATE_PER_MINUTE",
            values.whole(1, 100_000),
            "a whole number from 1 to 100000",
            RATE_PER_MINUTE,
        ),
        rate_per_address=reader.default(
            "CAPTURE_RATE_PER_ADDRESS",
            values.whole(1, 100_000),
            "a whole number from 1 to 100000",
            RATE_PER_ADDRESS,
        ),
        proxies=reader.default(
            "CAPTURE_PROXIES", values.whole(0, 10), "a whole number from 0 to 10", 0
        ),
        retention=timedelta(days=days),
        browser_retention=timedelta(days=min(days, browser_days)),
    )


def _patterns(text: str) -> tuple[ReferencePattern, ...]:
    """Return forms of references that have commas between them."""
    return tuple(read_pattern(part.strip()) for part in text.split(","))


def _references(text: str) -> tuple[SecretReference, ...]:
    """Return where secrets are that have commas between them."""
    return tuple(read_reference(part.strip()) for part in text.split(","))
