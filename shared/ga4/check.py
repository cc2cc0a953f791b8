"""A request that was checked against GA4's rules: only a valid one can be sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from shared.ga4.findings import Finding, Level
from shared.ga4.payload import AppRequest, Request, as_json, encode
from shared.ga4.redact import without_personal_values
from shared.ga4.repair import Repaired, repair
from shared.ga4.validation import validate

Stream = Literal["web", "app"]


class ValidRequest(msgspec.Struct, frozen=True):
    """Bytes that GA4 will neither drop nor misread, as far as its rules are known.

    Attributes:
        body: The exact bytes to send.
        advice: What Google recommends on top.
        repairs: What was repaired, by path.
        document: What the bytes say, as JSON's types with exact numbers: a sink that writes it in
            another way starts from here.
    """

    body: bytes
    advice: tuple[Finding, ...] = ()
    repairs: tuple[str, ...] = ()
    document: Mapping[str, Any] = msgspec.field(default_factory=dict)


class InvalidRequest(msgspec.Struct, frozen=True):
    """A request that GA4 would refuse, drop or misread, silently.

    Attributes:
        errors: Every rule it breaks.
    """

    errors: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """Path and code of every error, for the ledger and the log; never a value."""
        return ", ".join(f"{error.path}: {error.code}" for error in self.errors)


def check(
    request: Request,
    now: datetime,
    *,
    exempt: frozenset[str] = frozenset(),
    forgiving: bool = False,
) -> ValidRequest | InvalidRequest:
    """Repair a request where that is honest, and check it against GA4's rules.

    Args:
        request: What is about to be sent.
        now: The current time, UTC: stamps are bounded by it.
        exempt: Names under which what looks like personal data may stand.
        forgiving: Whether what looks personal beside the money is left out, and not refused.
    """
    repaired = repair(as_json(request))
    stream: Stream = "app" if isinstance(request, AppRequest) else "web"
    checked = _validated(repaired, now, stream, exempt)
    if forgiving and isinstance(checked, InvalidRequest):
        left = without_personal_values(repaired.document, list(checked.errors))
        repaired = Repaired(left.document, repaired.repairs + left.repairs)
        checked = _validated(repaired, now, stream, exempt)
    return checked


def _validated(
    repaired: Repaired, now: datetime, stream: Stream, exempt: frozenset[str]
) -> ValidRequest | InvalidRequest:
    body = encode(repaired.document)
    findings = validate(
        repaired.document,
        now=now,
        stream=stream,
        size_bytes=len(body),
        exempt=exempt,
    )
    errors = tuple([finding for finding in findings if finding.level is Level.ERROR])
    if errors:
        return InvalidRequest(errors)
    return ValidRequest(body, findings, repaired.repairs, repaired.document)
