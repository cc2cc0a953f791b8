"""Rules for `consent` and the flag it replaced, `non_personalized_ads`.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference
"""

from typing import Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, under

_KEYS: Final = frozenset({"ad_user_data", "ad_personalization"})
_VALUES: Final = frozenset({"GRANTED", "DENIED"})


def check_consent(consent: object, findings: list[Finding]) -> None:
    """Add what is wrong with a request's `consent`."""
    if not isinstance(consent, dict):
        message = f"consent has to be an object; this is {described(consent)}"
        findings.append(error("consent", Code.VALUE_INVALID, message, sources.REFERENCE))
        return
    for key, value in consent.items():
        if key not in _KEYS:
            message = (
                "consent has ad_user_data and ad_personalization, no other key: the rest of "
                "consent mode belongs to tags"
            )
        elif not isinstance(value, str) or value not in _VALUES:
            message = f"GRANTED or DENIED, in capitals; this is {described(value)}"
        else:
            continue
        path = under("consent", key)
        findings.append(error(path, Code.VALUE_INVALID, message, sources.REFERENCE))


def check_non_personalized_ads(value: object, findings: list[Finding]) -> None:
    """Add what is wrong with the deprecated flag."""
    path = "non_personalized_ads"
    if not isinstance(value, bool):
        message = f"has to be true or false; this is {described(value)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.REFERENCE))
    message = "deprecated: send consent.ad_personalization"
    findings.append(advice(path, Code.VALUE_INVALID, message, sources.REFERENCE))
