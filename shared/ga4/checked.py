"""A request that was held against GA4's rules: only a valid one can be sent."""

from dataclasses import dataclass
from datetime import datetime

from shared.ga4.findings import Finding, Level
from shared.ga4.payload import Request, as_json, encode
from shared.ga4.validation import validate


@dataclass(frozen=True, slots=True)
class ValidRequest:
    """Bytes that GA4 will neither drop nor misread, as far as its rules are known.

    Attributes:
        body: The exact bytes to send.
        advice: What Google recommends on top.
    """

    body: bytes
    advice: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class InvalidRequest:
    """A request that GA4 would refuse, drop or misread, silently.

    Attributes:
        errors: Every rule it breaks.
    """

    errors: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """Path and code of every error, for the ledger and the log; never a value."""
        return ", ".join(f"{error.path}: {error.code}" for error in self.errors)


def check(request: Request, now: datetime) -> ValidRequest | InvalidRequest:
    """Hold a request against GA4's rules.

    Args:
        request: What is about to be sent to a web stream.
        now: The current time, UTC: stamps are bounded by it.
    """
    body = encode(request)
    findings = validate(as_json(request), now=now, stream="web", size_bytes=len(body))
    errors = tuple(finding for finding in findings if finding.level is Level.ERROR)
    return InvalidRequest(errors) if errors else ValidRequest(body, findings)
