"""The settings of `data_enrichment`."""

from typing import Final

import msgspec

from shared.errors import InvalidValueError
from shared.settings import values
from shared.settings.common import Settings, read_common
from shared.settings.push import PushSettings, read_push
from shared.settings.reader import Reader
from shared.sources.reference import EXPECTED, SourceReference, read_source

DEFAULT_NAME: Final = "purchase_enriched"
_MONEY: Final = frozenset({"purchase", "refund"})


class EnrichmentSettings(msgspec.Struct, frozen=True):
    """What the operator decided for enrichment.

    Attributes:
        common: What holds for every function.
        push: What holds for every push.
        event_name: `ENRICHMENT_EVENT_NAME`.
        catalogue: `CATALOGUE`.
        customers: `CUSTOMERS`.
    """

    common: Settings
    push: PushSettings
    event_name: str
    catalogue: SourceReference | None
    customers: SourceReference | None


def read_enrichment_settings(reader: Reader) -> EnrichmentSettings:
    """Return the settings of `data_enrichment`.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    return EnrichmentSettings(
        common=read_common(reader),
        push=read_push(reader),
        event_name=reader.default(
            "ENRICHMENT_EVENT_NAME",
            _beside_money,
            "an event name other than purchase and refund",
            DEFAULT_NAME,
        ),
        catalogue=reader.optional("CATALOGUE", read_source, EXPECTED),
        customers=reader.optional("CUSTOMERS", read_source, EXPECTED),
    )


def _beside_money(text: str) -> str:
    """Return an event name under which no revenue is counted."""
    if text in _MONEY:
        raise InvalidValueError("revenue is counted under this name; e.g. purchase_enriched")
    return values.event_name(text)
