"""Rules for `user_properties`: an object of `{value, timestamp_micros?}` under each name.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/user-properties
"""

from typing import Any, Final

from shared.ga4.findings import Code, Finding, error
from shared.ga4.limits import USER_PROPERTIES_PER_REQUEST, USER_PROPERTY_VALUE_LENGTH
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, under
from shared.ga4.rules.name import user_property_name_fault
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.time import stamp_fault
from shared.ga4.rules.value import value_fault

_KEYS: Final = frozenset({"value", "timestamp_micros"})


def check_user_properties(properties: object, rulebook: Rulebook, findings: list[Finding]) -> None:
    """Add what is wrong with a request's user properties."""
    path = "user_properties"
    if not isinstance(properties, dict):
        message = f"user_properties has to be an object; this is {described(properties)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.USER_PROPERTIES))
        return
    if len(properties) > USER_PROPERTIES_PER_REQUEST:
        message = (
            f"at most {USER_PROPERTIES_PER_REQUEST} user properties in a request; "
            f"these are {len(properties)}"
        )
        findings.append(error(path, Code.EXCEEDED_MAX_ENTITIES, message, sources.REFERENCE))
    for name, value in properties.items():
        place = under(path, name)
        if fault := user_property_name_fault(name, place):
            findings.append(fault)
        if isinstance(value, dict):
            _check_property(value, place, rulebook, findings)
        else:
            message = f'has to be an object, {{"value": …}}; this is {described(value)}'
            findings.append(error(place, Code.VALUE_INVALID, message, sources.USER_PROPERTIES))


def _check_property(
    holder: dict[str, Any], path: str, rulebook: Rulebook, findings: list[Finding]
) -> None:
    for key in holder:
        if key not in _KEYS:
            message = "a user property has a value and a timestamp_micros, no other key"
            findings.append(
                error(under(path, key), Code.VALUE_INVALID, message, sources.USER_PROPERTIES)
            )
    if "value" not in holder:
        message = "a user property has to have a value"
        findings.append(
            error(f"{path}.value", Code.VALUE_REQUIRED, message, sources.USER_PROPERTIES)
        )
    elif fault := value_fault(holder["value"], None, USER_PROPERTY_VALUE_LENGTH):
        findings.append(error(f"{path}.value", *fault))
    if "timestamp_micros" in holder and (
        finding := stamp_fault(holder["timestamp_micros"], f"{path}.timestamp_micros", rulebook)
    ):
        findings.append(finding)
