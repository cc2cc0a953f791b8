"""Rules for the parameters of an event: how many, names, types, and which are required."""

from collections.abc import Mapping
from math import inf
from typing import Any, Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import LONGER_PARAM_VALUES as _LONGER
from shared.ga4.limits import PARAMS_PER_EVENT, UNLIMITED_PARAMS
from shared.ga4.recommended import (
    EVENTS,
    ITEM_SCOPED_PARAMS,
    PARAM_TYPES,
    Type,
)
from shared.ga4.rules import sources
from shared.ga4.rules.describe import shown, under
from shared.ga4.rules.items import check_items
from shared.ga4.rules.money import check_customer_type, check_money
from shared.ga4.rules.name import is_free_param, param_name_fault
from shared.ga4.rules.rulebook import Rulebook
from shared.ga4.rules.session import check_session
from shared.ga4.rules.time import stamp_fault
from shared.ga4.rules.value import is_blank, value_fault

_STRING: Final = Type.STRING
_NUMBER: Final = Type.NUMBER
# What these parameters mean does not depend on the event.
_ALWAYS: Final = {
    name: PARAM_TYPES[name] for name in ("currency", "items", "transaction_id", "value")
}
_TYPES: Final[Mapping[str, Mapping[str, Type]]] = {
    name: {**_ALWAYS, **{param: PARAM_TYPES[param] for param in event.params}}
    for name, event in EVENTS.items()
}
# Judged by rules of their own, below.
_OWN_RULES: Final = UNLIMITED_PARAMS | {
    "currency",
    "debug_mode",
    "engagement_time_msec",
    "items",
    "timestamp_micros",
}
# A provider's event often knows the sum and not the cart, and a purchase without items still
# carries its revenue.
_FORGIVEN: Final = frozenset({("purchase", "items")})


def check_params(
    params: Mapping[str, Any], event: str, path: str, rulebook: Rulebook, findings: list[Finding]
) -> None:
    """Add what is wrong with the parameters of an event.

    Args:
        params: The event's `params`.
        event: The event's name; empty where it has none.
        path: Where the parameters stand.
        rulebook: What they are judged by.
        findings: Where findings are added.
    """
    if len(params) > PARAMS_PER_EVENT:
        message = f"at most {PARAMS_PER_EVENT} parameters in an event; these are {len(params)}"
        findings.append(error(path, Code.EXCEEDED_MAX_ENTITIES, message, sources.SENDING))
    types = _TYPES.get(event, _ALWAYS)
    most = rulebook.value_length
    for name, value in params.items():
        if name in _OWN_RULES:
            continue
        wanted = types.get(name)
        # The usual cases first, without a call.
        kind = type(value)
        if wanted is _STRING and kind is str and len(value) <= most and value.isascii():
            continue
        if wanted is _NUMBER and (kind is float or kind is int) and -inf < value < inf:
            continue
        if wanted is None:
            _check_custom_param(name, path, findings)
        if fault := value_fault(value, wanted, max(most, _LONGER.get(name, most))):
            findings.append(error(under(path, name), *fault))
    if "items" in params:
        check_items(params["items"], event, f"{path}.items", most, findings)
    if "timestamp_micros" in params:
        _check_stamp(params["timestamp_micros"], f"{path}.timestamp_micros", rulebook, findings)
    check_session(params, path, rulebook, findings)
    check_money(params, event, path, findings)
    check_customer_type(params, event, path, findings)
    _check_required(params, event, path, findings)


def _check_custom_param(name: object, path: str, findings: list[Finding]) -> None:
    if not is_free_param(name):
        if fault := param_name_fault(name, under(path, name)):
            findings.append(fault)
    elif name in ITEM_SCOPED_PARAMS:
        message = f"{shown(name)} exists on items only; on the event it is a custom parameter"
        findings.append(advice(under(path, name), Code.NAME_INVALID, message, sources.EVENTS))


def _check_stamp(stamp: object, path: str, rulebook: Rulebook, findings: list[Finding]) -> None:
    if fault := stamp_fault(stamp, path, rulebook):
        findings.append(fault)
    # Google's reference lists it among the parameters; its examples and its own tool put it
    # beside the event's name.
    message = "timestamp_micros belongs beside the event's name"
    findings.append(advice(path, Code.NAME_INVALID, message, sources.SENDING))


def _check_required(
    params: Mapping[str, Any], event: str, path: str, findings: list[Finding]
) -> None:
    recommended = EVENTS.get(event)
    if recommended is None:
        return
    for name in recommended.required:
        if not _is_given(params, name):
            message = f"{name} is required in {event}"
            level = advice if (event, name) in _FORGIVEN else error
            findings.append(level(f"{path}.{name}", Code.VALUE_REQUIRED, message, sources.EVENTS))
    for name in recommended.builder:
        if name == "value" and "currency" in params:
            continue  # check_money has said so
        if name not in recommended.required and not _is_given(params, name):
            message = f"Google's Event Builder wants {name} in {event}"
            place = f"{path}.{name}"
            findings.append(advice(place, Code.VALUE_REQUIRED, message, sources.EVENT_BUILDER))


def _is_given(params: Mapping[str, Any], name: str) -> bool:
    """Return whether a parameter says anything; a blank `transaction_id` is judged elsewhere."""
    if name not in params:
        return False
    value = params[name]
    return name == "transaction_id" or not (is_blank(value) or value == [])
