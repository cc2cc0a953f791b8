"""Rules for who an event belongs to: `client_id`, `app_instance_id`, `user_id`.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
"""

from collections.abc import Mapping
from typing import Any

from shared.domain.cookies import client_id_from
from shared.domain.identifiers import is_placeholder
from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import APP_INSTANCE_ID, CLIENT_ID, USER_ID_LENGTH
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.value import is_text


def check_identity(payload: Mapping[str, Any], rulebook: Rulebook, findings: list[Finding]) -> None:
    """Add what is wrong with a request's identifiers."""
    if rulebook.web:
        wanted, other, stream = "client_id", "app_instance_id", "web"
    else:
        wanted, other, stream = "app_instance_id", "client_id", "app"
    if other in payload:
        message = f"a request to a {stream} stream has a {wanted} and no {other}"
        findings.append(error(other, Code.VALUE_INVALID, message, sources.REFERENCE))
    value = payload.get(wanted)
    if value is None or (isinstance(value, str) and is_placeholder(value)):
        message = f"{wanted} is required, and neither blank nor a placeholder"
        findings.append(error(wanted, Code.VALUE_REQUIRED, message, sources.REFERENCE))
    elif not is_text(value):
        message = f"{wanted} has to be text; this is {described(value)}"
        findings.append(error(wanted, Code.VALUE_INVALID, message, sources.REFERENCE))
    elif rulebook.web:
        if not CLIENT_ID.fullmatch(value):
            findings.append(_unusual_client_id(value))
    elif not APP_INSTANCE_ID.fullmatch(value):
        message = f"app_instance_id is 32 hexadecimal digits; this is {described(value)}"
        findings.append(error(wanted, Code.VALUE_INVALID, message, sources.REFERENCE))
    if "user_id" in payload:
        _check_user_id(payload["user_id"], findings)


def _unusual_client_id(value: str) -> Finding:
    if value.startswith("GA") and client_id_from(value).client_id is not None:
        message = "the whole cookie is taken, but not recommended: send its last two numbers"
        return advice("client_id", Code.VALUE_INVALID, message, sources.CHANGELOG)
    message = f"two positive numbers joined by a dot are recommended; this is {described(value)}"
    return advice("client_id", Code.VALUE_INVALID, message, sources.REFERENCE)


def _check_user_id(value: object, findings: list[Finding]) -> None:
    if not isinstance(value, str) or not is_text(value):
        message = f"user_id has to be text in UTF-8; this is {described(value)}"
        findings.append(error("user_id", Code.VALUE_INVALID, message, sources.REFERENCE))
    elif is_placeholder(value):
        message = "user_id must be neither blank nor a placeholder: leave it out"
        findings.append(error("user_id", Code.VALUE_INVALID, message, sources.HELP_USER_ID))
    elif len(value) > USER_ID_LENGTH:
        message = f"user_id has at most {USER_ID_LENGTH} characters; this is {described(value)}"
        findings.append(error("user_id", Code.VALUE_OUT_OF_BOUNDS, message, sources.HELP_USER_ID))
