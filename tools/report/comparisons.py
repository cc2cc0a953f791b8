"""What `connectors reconcile … --json` printed, read back for a report."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

import msgspec

from shared.providers.provider import Capability
from shared.providers.registry import PROVIDERS
from shared.reconciliation.export.finding import WRONG as WRONG_IN_EXPORT
from shared.reconciliation.provider.standing import WRONG as WRONG_AT_PROVIDER
from tools.errors import UsageError
from tools.input_file import read_text

_OPTION: Final = "--reconciliation"
_EXPORT: Final = "export"
_NAMES: Final = (
    *(name for name, kind in PROVIDERS.items() if kind.can(Capability.RECORD)),
    _EXPORT,
)
UNNAMED: Final = "provider"
"""Whose record it was, where the file does not say."""

Count = Annotated[int, msgspec.Meta(ge=0)]


class Found(msgspec.Struct, frozen=True):
    """One finding of a comparison.

    Attributes:
        word: How it stands.
        event_name: GA4's name of it.
        transaction_id: The order, where known.
        count: How many events.
        value: Amount and currency, of a provider's findings.
        reason: Why, where there is more to say.
    """

    word: str
    event_name: str | None = None
    transaction_id: str | None = None
    count: Count = 1
    value: str | None = None
    reason: str | None = None


class _Printed(msgspec.Struct, frozen=True):
    """One object that `connectors reconcile … --json` printed."""

    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    events: Count
    counts: dict[str, Count]
    findings: list[Found]
    tables: Count | None = None
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ledger against somebody else's record.

    Attributes:
        against: Whose: `export`, or a provider's name; `provider` where the file does not say.
        start: The beginning of its time, RFC 3339.
        end: The end of it, not included.
        events: How many events were compared.
        counts: How many stand how, in the order of the command.
        findings: What was found of those that need a person's eye.
    """

    against: str
    start: str
    end: str
    events: int
    counts: dict[str, int]
    findings: tuple[Found, ...]

    @property
    def is_export(self) -> bool:
        """Whether it is a comparison with GA4's export."""
        return self.against == _EXPORT

    @property
    def wrong(self) -> dict[str, int]:
        """How many events stand how, of those that are wrong."""
        words = frozenset[str](WRONG_IN_EXPORT if self.is_export else WRONG_AT_PROVIDER)
        return {word: count for word, count in self.counts.items() if count and word in words}

    @property
    def missing_money(self) -> dict[str, Decimal]:
        """What is missing, by currency, where the findings say how much."""
        sums: dict[str, Decimal] = {}
        for found in self.findings:
            amount, _, currency = (found.value or "").partition(" ")
            if found.word == "missing" and found.event_name == "purchase" and currency:
                try:
                    sums[currency] = sums.get(currency, Decimal()) + Decimal(amount)
                except InvalidOperation:
                    continue
        return sums


def read_comparisons(paths: tuple[str, ...]) -> tuple[Comparison, ...]:
    """Read files that `connectors reconcile … --json` wrote: one object, or one a line.

    Args:
        paths: Where they are.

    Raises:
        UsageError: A file cannot be read, or is something else.
    """
    return tuple(found for path in paths for found in _read(path))


def _read(path: str) -> list[Comparison]:
    text = read_text(path, _OPTION)
    try:
        printed = [msgspec.json.decode(text, type=_Printed)]
    except (msgspec.DecodeError, RecursionError):
        printed = _lines(text, path)
    return [_comparison(each) for each in printed]


def _lines(text: str, path: str) -> list[_Printed]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            found.append(msgspec.json.decode(line, type=_Printed))
        except (msgspec.DecodeError, RecursionError):
            raise UsageError(
                f"{_OPTION}: line {number} of {path} is not what connectors reconcile … --json "
                "prints"
            ) from None
    return found


def _comparison(printed: _Printed) -> Comparison:
    # Files of earlier versions do not say against whom; only the export has tables.
    guess = _EXPORT if printed.tables is not None else UNNAMED
    # The name stands in commands that people copy: it is one of ours.
    against = printed.against if printed.against in _NAMES else guess
    return Comparison(
        against=against,
        start=printed.start,
        end=printed.end,
        events=printed.events,
        counts=printed.counts,
        findings=tuple(printed.findings),
    )
