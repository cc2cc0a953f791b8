"""Judging payloads: what is wrong with each as JSON, then what breaks GA4's rules and the API's."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, NamedTuple

import msgspec

from shared.ga4.findings import Code, Finding, error, verdict
from shared.ga4.limits import BODY_BYTES
from shared.ga4.rules import sources
from shared.ga4.rules.request import check_size
from shared.ga4.validation import validate
from tools.validate.data_manager import is_of_the_api, judge, judge_own
from tools.validate.reading import read
from tools.validate.splitting import LONGEST, Document

Stream = Literal["web", "app"]
Sink = Literal["measurement_protocol", "data_manager"]
Verdict = Literal["ok", "advice", "error"]

_OF_VALUES: Final = frozenset({Code.VALUE_INVALID, Code.VALUE_OUT_OF_BOUNDS})


class Checked(NamedTuple):
    """A payload, and what is said about it.

    Attributes:
        document: The payload as it stands in the input.
        value: Its JSON value; None where it has none.
        findings: Everything that is wrong with it.
        verdict: The worst of it.
        events: What the Data Manager API would be sent, where that is the sink.
    """

    document: Document
    value: object
    findings: tuple[Finding, ...]
    verdict: Verdict
    events: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class Checker:
    """Judges payloads, one by one.

    Attributes:
        stream: The kind of data stream they are for.
        exempt: Names under which what looks like personal data may stand.
        now: The moment their time stamps are checked by; None for the present one.
        sink: The API that they are for.
    """

    stream: Stream = "web"
    exempt: frozenset[str] = frozenset()
    now: datetime | None = None
    sink: Sink = "measurement_protocol"

    def check(self, document: Document) -> Checked:
        """Return what is said about a payload; never raises, whatever its bytes."""
        events: tuple[Any, ...] | None = () if self.sink == "data_manager" else None
        if document.too_long:
            return Checked(document, None, (_too_long(document),), "error", events)
        reading = read(document.raw, document.line)
        size = document.size or _compact_size(reading.value, document)
        if not reading.readable:
            found = list(reading.flaws)
            check_size(size, found)
            return Checked(document, None, tuple(found), verdict(found), events)
        now = self.now or datetime.now(UTC)
        value = reading.value
        if events is not None and isinstance(value, dict) and is_of_the_api(value):
            judged = judge_own(value, now)
            said = reading.flaws + judged.findings
            return Checked(document, value, said, verdict(said), judged.events)
        findings = validate(
            value,
            now=now,
            stream=self.stream,
            size_bytes=size,
            exempt=self.exempt,
        )
        if reading.flaws:
            findings = _merged(reading.flaws, findings)
        if events is not None and isinstance(value, dict) and verdict(findings) != "error":
            judged = judge(value, now)
            findings, events = findings + judged.findings, judged.events
        return Checked(document, value, findings, verdict(findings), events)


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
