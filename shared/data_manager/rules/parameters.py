"""Rules for parameters and user properties: names, lengths, how many.

The API states no figures. GA4's own limits hold, as the field mappings say: too long a value and
too many of them fail the request.
"""

from collections.abc import Sequence
from typing import Final

from shared.data_manager.event import Event, Parameter
from shared.data_manager.rules import reasons
from shared.data_manager.rules.reasons import Reason
from shared.ga4.findings import Code, Finding, Level, error
from shared.ga4.limits import (
    LONGER_PARAM_VALUES,
    PARAM_VALUE_LENGTH,
    PARAMS_PER_EVENT,
    UNLIMITED_PARAMS,
    USER_PROPERTIES_PER_REQUEST,
    USER_PROPERTY_VALUE_LENGTH,
)
from shared.ga4.recommended import ITEM_TYPES
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.name import is_free_param, param_name_fault, user_property_name_fault
from shared.ga4.rules.value import is_blank, is_text

# The event has fields for them.
_OF_THE_EVENT: Final = {
    "currency": "currency",
    "items": "cartData.items",
    "transaction_id": "transactionId",
    "value": "conversionValue",
}


def check_parameters(event: Event, findings: list[Finding]) -> None:
    """Add what is wrong with an event's further parameters, its items' and its user properties."""
    path = "additionalEventParameters"
    parameters = event.additional_event_parameters
    _check_number(len(parameters), PARAMS_PER_EVENT, path, findings)
    _check_all(parameters, path, findings)
    for at, parameter in enumerate(parameters):
        if field := _OF_THE_EVENT.get(parameter.parameter_name):
            message = f"{parameter.parameter_name} stands in {field} and nowhere else"
            place = f"{path}[{at}].parameterName"
            findings.append(
                error(place, Reason.RESERVED_NAME_USED, message, reasons.FIELD_MAPPINGS)
            )
    for at, item in enumerate(event.cart_data.items if event.cart_data else ()):
        place = f"cartData.items[{at}].additionalItemParameters"
        _check_all(item.additional_item_parameters, place, findings)
    _check_properties(event, findings)


def _check_all(parameters: Sequence[Parameter], path: str, findings: list[Finding]) -> None:
    for at, parameter in enumerate(parameters):
        name, place = parameter.parameter_name, f"{path}[{at}]"
        if not (is_free_param(name) or name in ITEM_TYPES) and (
            fault := param_name_fault(name, f"{place}.parameterName")
        ):
            findings.append(_as_ours(fault))
        if name not in UNLIMITED_PARAMS:
            most = LONGER_PARAM_VALUES.get(name, PARAM_VALUE_LENGTH)
            _check_value(parameter.value, most, f"{place}.value", findings)
    _check_once([parameter.parameter_name for parameter in parameters], path, findings)


def _check_properties(event: Event, findings: list[Finding]) -> None:
    if event.user_properties is None:
        return
    path = "userProperties.additionalUserProperties"
    properties = event.user_properties.additional_user_properties
    _check_number(len(properties), USER_PROPERTIES_PER_REQUEST, path, findings)
    for at, each in enumerate(properties):
        place = f"{path}[{at}]"
        fault = user_property_name_fault(each.property_name, f"{place}.propertyName")
        if fault is not None:
            findings.append(fault if fault.level is Level.ADVICE else _as_ours(fault))
        _check_value(each.value, USER_PROPERTY_VALUE_LENGTH, f"{place}.value", findings)
    _check_once([each.property_name for each in properties], path, findings)


def _check_value(text: str, most: int, path: str, findings: list[Finding]) -> None:
    if is_blank(text):
        message = "a value is required: leave out a parameter that has none"
        findings.append(error(path, Reason.REQUIRED_FIELD_MISSING, message, reasons.EVENT))
    elif len(text) > most:
        message = f"at most {most} characters; this is {described(text)}"
        findings.append(error(path, Reason.FIELD_VALUE_TOO_LONG, message, reasons.REASONS))
    elif not is_text(text):
        message = "text has to be UTF-8; this has half a character (a lone surrogate)"
        findings.append(error(path, Reason.INVALID_FORMAT, message, sources.JSON))


def _check_once(names: Sequence[str], path: str, findings: list[Finding]) -> None:
    if len(set(names)) < len(names):
        message = f"each name stands there once; these are {len(names)} of {len(set(names))} names"
        findings.append(error(path, Reason.INVALID_FORMAT, message, reasons.FIELD_MAPPINGS))


def _check_number(number: int, most: int, path: str, findings: list[Finding]) -> None:
    if number > most:
        message = f"at most {most} there; these are {number}"
        findings.append(error(path, Reason.TOO_MANY_ELEMENTS, message, reasons.REASONS))


def _as_ours(fault: Finding) -> Finding:
    """Return a finding about a name with the API's word for it."""
    reserved = fault.code == Code.NAME_RESERVED
    code = Reason.RESERVED_NAME_USED if reserved else Reason.INVALID_FORMAT
    return error(fault.path, code, fault.message, fault.source)
