"""Judging payloads: what is wrong with each as JSON, and then what breaks GA4's rules."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

import msgspec

from shared.ga4.findings import Code, Finding, error, verdict
from shared.ga4.limits import BODY_BYTES
from shared.ga4.rules import sources
from shared.ga4.rules.request import check_size
from shared.ga4.validation import validate
from tools.validate.reading import read
from tools.validate.splitting import LONGEST, Document

Stream = Literal["web", "app"]
Verdict = Literal["ok", "advice", "error"]

_OF_VALUES: Final = frozenset({Code.VALUE_INVALID, Code.VALUE_OUT_OF_BOUNDS})


class Checked(NamedTuple):
    """A payload, and what is said about it.

    Attributes:
        document: The payload as it stands in the input.
        value: Its JSON value; None where it has none.
        findings: Everything that is wrong with it.
        verdict: The worst of it.
    """

    document: Document
    value: object
    findings: tuple[Finding, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges payloads, one by one.

    Attributes:
        stream: The kind of data stream they are for.
        exempt: Names under which what looks like personal data may stand.
        now: The moment their time stamps are checked by; None for the present one.
    """

    stream: Stream = "web"
    exempt: frozenset[str] = frozenset()
    now: datetime | None = None

    def check(self, document: Document) -> Checked:
        """Return what is said about a payload; never raises, whatever its bytes."""
        if document.too_long:
            return Checked(document, None, (_too_long(document),), "error")
        reading = read(document.raw, document.line)
        size = document.size or _compact_size(reading.value, document)
        if not reading.readable:
            found = list(reading.flaws)
            check_size(size, found)
            return Checked(document, None, tuple(found), verdict(found))
        findings = validate(
            reading.value,
            now=self.now or datetime.now(UTC),
            stream=self.stream,
            size_bytes=size,
            exempt=self.exempt,
        )
        if reading.flaws:
            findings = _merged(reading.flaws, findings)
        return Checked(document, reading.value, findings, verdict(findings))


def _compact_size(value: object, document: Document) -> int:
    """Return how many bytes a payload has that is written without white space."""
    try:
        return len(msgspec.json.encode(value))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return len(document.raw)  # half a character, say: it has no other form than its own


def _merged(flaws: tuple[Finding, ...], findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Return both, without what the rules say about values that JSON itself forbids."""
    said = {flaw.path for flaw in flaws if flaw.path and flaw.code != Code.NAME_DUPLICATED}
    return (*flaws, *(f for f in findings if f.path not in said or f.code not in _OF_VALUES))


def _too_long(document: Document) -> Finding:
    if document.size:
        message = (
            f"the body has to be smaller than {BODY_BYTES} bytes; this has {document.size}, and "
            "was not looked into"
        )
    else:
        message = (
            f"it does not end within {LONGEST} bytes: a bracket may be missing, or it is far too "
            "large; what follows was not read"
        )
    return error("", Code.VALUE_OUT_OF_BOUNDS, message, sources.REFERENCE)
