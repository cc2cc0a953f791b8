"""Google's errors on the wire: a status with ErrorInfo, RequestInfo and BadRequest.

Sources: https://developers.google.com/data-manager/api/devguides/concepts/understand-errors and
https://developers.google.com/data-manager/api/reference/rest/v1/ErrorReason
"""

from collections.abc import Sequence
from typing import Any, Final

from tools.data_manager.violations import Violation

DOMAIN: Final = "datamanager.googleapis.com"
GOOGLE: Final = "googleapis.com"
_TYPE: Final = "type.googleapis.com/google.rpc"
_PROJECT: Final = "projects/123456789012"

STATUSES: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
"""HTTP's number → Google's name of a canonical error."""

_MESSAGES: Final = {
    400: "There was a problem with the request.",
    401: (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential."
    ),
    403: "The caller does not have permission",
    404: "Requested entity was not found.",
    409: "The operation was aborted.",
    429: "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'.",
    500: "Internal error encountered.",
    503: "The service is currently unavailable.",
    504: "The request took too long to respond.",
}
_USUAL_REASONS: Final = {
    400: "INVALID_ARGUMENT",
    401: "CREDENTIALS_MISSING",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL_ERROR",
    504: "DEADLINE_EXCEEDED",
}
# These come from Google's front, not from the Data Manager API.
_OF_THE_FRONT: Final = frozenset(
    {"ACCESS_TOKEN_EXPIRED", "CREDENTIALS_MISSING", "SERVICE_DISABLED"}
)


class ApiError(Exception):
    """An answer that is an error.

    Attributes:
        status: HTTP's.
        reason: Of its ErrorInfo; empty: the usual one of the status, if it has one.
        violations: What is wrong with which field.
        retry_after: Seconds, for the header of that name.
    """

    def __init__(
        self,
        status: int,
        reason: str = "",
        *,
        violations: Sequence[Violation] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(f"{status} {reason}".rstrip())
        self.status = status
        self.reason = reason
        self.violations = violations
        self.retry_after = retry_after

    def document(self, request_id: str) -> dict[str, Any]:
        """Return the answer's body.

        Args:
            request_id: Of the request that went wrong.
        """
        error = {
            "code": self.status,
            "message": self._message(),
            "status": STATUSES.get(self.status, "UNKNOWN"),
            "details": self._details(request_id),
        }
        return {"error": error}

    def _message(self) -> str:
        # A request that could not even be read is answered by the parser, in its own words.
        if self.violations and self._is_unread:
            return "\n".join(violation.description for violation in self.violations)
        if self.reason == "SERVICE_DISABLED":
            return f"Data Manager API has not been used in {_PROJECT} before or it is disabled."
        return _MESSAGES.get(self.status, "Unknown error.")

    @property
    def _is_unread(self) -> bool:
        return not self.reason and any(not violation.reason for violation in self.violations)

    def _details(self, request_id: str) -> list[dict[str, Any]]:
        bad_request = {
            "@type": f"{_TYPE}.BadRequest",
            "fieldViolations": [_shown(violation) for violation in self.violations],
        }
        if self._is_unread:
            return [bad_request]
        details: list[dict[str, Any]] = []
        reason = self.reason or _USUAL_REASONS.get(self.status, "")
        if reason:
            details.append(_error_info(reason, request_id))
        details.append({"@type": f"{_TYPE}.RequestInfo", "requestId": request_id})
        if self.violations:
            details.append(bad_request)
        return details


def refusal(violations: Sequence[Violation]) -> ApiError:
    """Return the error of a request that breaks rules."""
    return ApiError(400, violations=violations)


def _error_info(reason: str, request_id: str) -> dict[str, Any]:
    if reason in _OF_THE_FRONT:
        metadata = {"service": DOMAIN, "consumer": _PROJECT}
        return {
            "@type": f"{_TYPE}.ErrorInfo",
            "reason": reason,
            "domain": GOOGLE,
            "metadata": metadata,
        }
    return {
        "@type": f"{_TYPE}.ErrorInfo",
        "reason": reason,
        "domain": DOMAIN,
        "metadata": {"requestId": request_id},
    }


def _shown(violation: Violation) -> dict[str, str]:
    shown = {"field": violation.field, "description": violation.description}
    return {**shown, "reason": violation.reason} if violation.reason else shown
