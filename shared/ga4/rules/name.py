"""Rules for the names of events, parameters and user properties."""

import re
from collections.abc import Collection
from typing import Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import (
    APP_ONLY_EVENTS,
    COLLECTED_EVENTS,
    COLLECTED_USER_PROPERTIES,
    EVENT_NAME_LENGTH,
    NAME,
    PARAM_NAME_LENGTH,
    RESERVED_EVENTS,
    RESERVED_PARAM_PREFIXES,
    RESERVED_PARAMS,
    RESERVED_USER_PROPERTIES,
    RESERVED_USER_PROPERTY_PREFIXES,
    UNRESERVED_PARAMS,
    USER_PROPERTY_NAME_LENGTH,
)
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described

# All the rules for a parameter's name at once, as most names break none.
_FREE_PARAM: Final = re.compile(
    rf"(?!firebase_|ga_|google_)[A-Za-z][A-Za-z0-9_]{{0,{PARAM_NAME_LENGTH - 1}}}"
)


def event_name_fault(name: object, path: str, *, web: bool) -> Finding | None:
    """Return what is wrong with the name of an event on a web or an app stream."""
    if not isinstance(name, str) or not name:
        message = f"an event has to have a name, as text; this is {described(name)}"
        code = Code.VALUE_INVALID if name else Code.VALUE_REQUIRED
        return error(path, code, message, sources.REFERENCE)
    if fault := _shape_fault(name, EVENT_NAME_LENGTH, path, sources.SENDING):
        return fault
    if name in RESERVED_EVENTS:
        message = f"the event name {name} is reserved"
        return error(path, Code.NAME_RESERVED, message, sources.RESERVED_NAMES)
    if web and name in APP_ONLY_EVENTS:
        message = f"the event name {name} is for app streams only"
        return error(path, Code.NAME_RESERVED, message, sources.RESERVED_NAMES)
    if web and name in COLLECTED_EVENTS:
        message = f"GA4 collects {name} by itself on web streams: sent too, it may count twice"
        return advice(path, Code.NAME_RESERVED, message, sources.HELP_NAMING)
    return None


def is_free_param(name: object) -> bool:
    """Return whether a parameter, in an event or in an item, may have this name."""
    return isinstance(name, str) and (
        (_FREE_PARAM.fullmatch(name) is not None and name not in RESERVED_PARAMS)
        or name in UNRESERVED_PARAMS
    )


def param_name_fault(name: object, path: str) -> Finding | None:
    """Return what is wrong with the name of a parameter that `is_free_param` refuses."""
    return _reserved_fault(
        name, RESERVED_PARAMS, RESERVED_PARAM_PREFIXES, path, "parameter"
    ) or _shape_fault(name, PARAM_NAME_LENGTH, path, sources.SENDING)


def user_property_name_fault(name: object, path: str) -> Finding | None:
    """Return what is wrong with the name of a user property."""
    fault = _reserved_fault(
        name, RESERVED_USER_PROPERTIES, RESERVED_USER_PROPERTY_PREFIXES, path, "user property"
    ) or _shape_fault(name, USER_PROPERTY_NAME_LENGTH, path, sources.USER_PROPERTIES)
    if fault is None and name in COLLECTED_USER_PROPERTIES:
        message = f"GA4 keeps the user property name {name} for itself"
        return advice(path, Code.NAME_RESERVED, message, sources.HELP_NAMING)
    return fault


def _shape_fault(name: object, most: int, path: str, source: str) -> Finding | None:
    if not isinstance(name, str) or not NAME.fullmatch(name):
        message = (
            "a name has letters, digits and underscores and starts with a letter; "
            f"this is {described(name)}"
        )
        return error(path, Code.NAME_INVALID, message, source)
    if len(name) > most:
        message = f"a name has at most {most} characters here; this has {len(name)}"
        return error(path, Code.NAME_INVALID, message, source)
    return None


def _reserved_fault(
    name: object, names: Collection[str], prefixes: tuple[str, ...], path: str, what: str
) -> Finding | None:
    if not isinstance(name, str):
        return None
    if name in names:
        message = f"the {what} name {name} is reserved"
        return error(path, Code.NAME_RESERVED, message, sources.RESERVED_NAMES)
    for prefix in prefixes:
        if name.startswith(prefix):
            message = f"a {what} name must not start with {prefix}, which is reserved"
            return error(path, Code.NAME_RESERVED, message, sources.RESERVED_NAMES)
    return None
