"""Repairs what can be repaired without lying, and names each repair.

GA4 cuts an over-long value itself, silently and nobody knows where; here it is cut at a character
boundary and reported. What stands for something, an id, is never cut: two orders would become one.
What would have to be guessed is left for validation to refuse.
"""

import re
import unicodedata
from typing import Any, Final

import msgspec

from shared.domain.notes import Notes
from shared.ga4.limits import (
    LONGER_PARAM_VALUES,
    PARAM_VALUE_LENGTH,
    UNLIMITED_PARAMS,
    USER_PROPERTY_VALUE_LENGTH,
)
from shared.ga4.personal_data import kind_of_personal_data

_CURRENCY: Final = re.compile(r"[A-Za-z]{3}", re.ASCII)
_PAGES: Final = frozenset({"page_location", "page_referrer"})
# What joins the characters around it into one that is seen.
_JOINERS: Final = frozenset("\u200d\ufe0e\ufe0f")


class Repaired(msgspec.Struct, frozen=True):
    """A request's JSON after its repair.

    Attributes:
        document: The request; a new one where anything was repaired.
        repairs: `PATH: what was done`, never a value.
    """

    document: dict[str, Any]
    repairs: tuple[str, ...] = ()


def repair(document: dict[str, Any]) -> Repaired:
    """Repair a request's JSON; doing it again changes nothing.

    Nulls are dropped, over-long texts cut, currencies written in capitals, and the query is taken
    off a page's address where it holds what looks like personal data.

    Args:
        document: JSON's types, as `payload.as_json` returns them. It is left as it is.
    """
    repairs = Notes()
    repaired = _without_nulls(document, "", repairs)
    for at, event in enumerate(_list(repaired.get("events"))):
        params = event.get("params") if isinstance(event, dict) else None
        if isinstance(params, dict):
            _repair_params(params, f"events[{at}].params", repairs)
    for name, prop in _dict(repaired.get("user_properties")).items():
        if isinstance(prop, dict) and isinstance(prop.get("value"), str):
            path = f"user_properties.{name}.value"
            if len(prop["value"]) > USER_PROPERTY_VALUE_LENGTH:
                prop["value"] = _cut(prop["value"], USER_PROPERTY_VALUE_LENGTH, path, repairs)
    done = tuple(repairs)
    return Repaired(repaired, done) if done else Repaired(document)


def _repair_params(params: dict[str, Any], path: str, repairs: Notes) -> None:
    _repair_values(params, path, repairs)
    for at, item in enumerate(_list(params.get("items"))):
        if isinstance(item, dict):
            _repair_values(item, f"{path}.items[{at}]", repairs)


def _repair_values(holder: dict[str, Any], path: str, repairs: Notes) -> None:
    for name, value in holder.items():
        if not isinstance(value, str):
            continue
        place = f"{path}.{name}"
        if name == "currency" and _CURRENCY.fullmatch(value) and not value.isupper():
            holder[name] = value.upper()
            repairs.add(place, "written in capitals")
            continue
        if name in _PAGES and "?" in value and kind_of_personal_data(value, name):
            value = value.partition("?")[0]  # noqa: PLW2901 - the value is repaired further
            repairs.add(place, "its query looked personal and was taken off")
        if not name.endswith("_id") and name not in UNLIMITED_PARAMS:
            most = LONGER_PARAM_VALUES.get(name, PARAM_VALUE_LENGTH)
            if len(value) > most:
                value = _cut(value, most, place, repairs)  # noqa: PLW2901 - as above
        holder[name] = value


def _cut(text: str, most: int, path: str, repairs: Notes) -> str:
    """Return the longest start of `text` that ends between two characters as they are seen."""
    repairs.add(path, f"cut from {len(text)} to {most} characters")
    end = most
    while end > 1 and (_joins(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end] if end > 1 else text[:most]


def _joins(character: str) -> bool:
    return character in _JOINERS or unicodedata.combining(character) != 0


def _without_nulls(value: Any, path: str, repairs: Notes) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        kept = {}
        for key, child in value.items():
            place = f"{path}.{key}" if path else str(key)
            if child is None:
                repairs.add(place, "null left out")
            elif isinstance(child, dict | list):
                kept[key] = _without_nulls(child, place, repairs)
            else:
                kept[key] = child
        return kept
    if isinstance(value, list):
        return [_without_nulls(child, f"{path}[{at}]", repairs) for at, child in enumerate(value)]
    return value


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
