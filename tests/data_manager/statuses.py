"""Answers of `requestStatus:retrieve`, as the API writes them."""

from collections.abc import Sequence
from typing import Any, Final

Json = dict[str, Any]

GA4_PLACE: Final[Json] = {
    "reference": "ga4",
    "operatingAccount": {"accountType": "GOOGLE_ANALYTICS_PROPERTY", "accountId": "123456789"},
    "productDestinationId": "G-TEST123",
}
ADS_PLACE: Final[Json] = {
    "reference": "ads",
    "operatingAccount": {"accountType": "GOOGLE_ADS", "accountId": "1234567890"},
    "productDestinationId": "987654321",
}


def counted(reason: str, count: int | None = None, indices: Sequence[int] = ()) -> Json:
    """Return an error or a warning of some events; 64-bit numbers are text."""
    found: Json = {"reason": reason}
    if count is not None:
        found["recordCount"] = str(count)
    if indices:
        found["recordIndices"] = list(indices)
    return found


def at(
    place: Json, status: str, errors: Sequence[Json] = (), warnings: Sequence[Json] = ()
) -> Json:
    """Return how a request stands at one destination."""
    found: Json = {"destination": place, "requestStatus": status}
    if errors:
        found["errorInfo"] = {"errorCounts": list(errors)}
    if warnings:
        found["warningInfo"] = {"warningCounts": list(warnings)}
    return found


def answer(*places: Json) -> Json:
    """Return a whole answer."""
    return {"requestStatusPerDestination": list(places)}


def ga4(status: str, errors: Sequence[Json] = (), warnings: Sequence[Json] = ()) -> Json:
    """Return the whole answer to a request that went to GA4 alone."""
    return answer(at(GA4_PLACE, status, errors, warnings))


def refusal(status: int, word: str, *reasons: str, field: str = "request_id") -> Json:
    """Return an error of Google's."""
    violations = [
        {"field": field, "reason": reason, "description": "of jane@example.com"}
        for reason in reasons
    ]
    return {
        "error": {
            "code": status,
            "status": word,
            "message": "about jane@example.com",
            "details": [
                {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": word},
                {
                    "@type": "type.googleapis.com/google.rpc.BadRequest",
                    "fieldViolations": violations,
                },
            ],
        }
    }
