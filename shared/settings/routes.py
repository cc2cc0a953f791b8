"""`ROUTES`: which event goes to which stream."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from shared.settings.places import Places, shown
from shared.settings.streams import Rule

CONDITIONS: Final = ("provider", "account", "live", "currency", "shop", "event", "field")
ROUTES_FORM: Final = '[{"when": {"live": false}, "to": "NAME"}, …]'

_RULE_KEYS: Final = ("when", "to")
# Compared without regard to case; everything else as it is.
_ANY_CASE: Final = frozenset({"currency", "shop", "provider"})
_FIELD: Final = re.compile(r"(?:metadata|params)\.[^\s.\[\]]{1,40}")
_MOST_RULES: Final = 100
_MOST_VALUES: Final = 200
_LONGEST_VALUE: Final = 255


class Routes(msgspec.Struct, frozen=True):
    """Reads the rules.

    Attributes:
        places: Names what is wrong.
    """

    places: Places

    def rules(self, given: list[object], streams: frozenset[str]) -> tuple[Rule, ...]:
        """Return the rules that can be read."""
        if not 0 < len(given) <= _MOST_RULES:
            self.places.fault("ROUTES", f"takes 1 to {_MOST_RULES} rules")
        return tuple(self._rules(given, streams))

    def _rules(self, given: list[object], streams: frozenset[str]) -> Iterator[Rule]:
        for number, entry in enumerate(given):
            at = f"ROUTES[{number}]"
            if not isinstance(entry, dict):
                self.places.fault(
                    at, 'takes an object, e.g. {"when": {"live": false}, "to": "test"}'
                )
                continue
            self.places.unknown(at, entry, _RULE_KEYS)
            to = entry.get("to")
            if "to" not in entry:
                self.places.fault(f"{at}.to", "missing; it is a stream's name")
            elif not isinstance(to, str) or to not in streams:
                self.places.fault(f"{at}.to", "is no stream of STREAMS")
            when = entry.get("when", {})
            if not isinstance(when, dict):
                self.places.fault(f"{at}.when", "takes an object, e.g. " + '{"live": false}')
                continue
            yield self._rule(f"{at}.when", when, to if isinstance(to, str) else "")

    def _rule(self, at: str, when: Mapping[str, object], to: str) -> Rule:
        self.places.unknown(at, when, CONDITIONS)
        conditions: dict[str, frozenset[str]] = {}
        for name in CONDITIONS:
            if name not in when or name in ("live", "field"):
                continue
            conditions[name] = self._values(f"{at}.{name}", when[name], name in _ANY_CASE)
        live = when.get("live")
        if "live" in when and not isinstance(live, bool):
            self.places.fault(f"{at}.live", "takes true or false")
        fields = when.get("field", {})
        if not isinstance(fields, dict) or ("field" in when and not fields):
            self.places.fault(f"{at}.field", 'takes an object, e.g. {"metadata.shop": "de"}')
            fields = {}
        for name, given in fields.items():
            place = f"{at}.field.{shown(name)}"
            if not _FIELD.fullmatch(name):
                self.places.fault(place, "takes metadata.KEY or params.KEY")
            else:
                conditions[name] = self._values(place, given, any_case=False)
        return Rule(to, conditions, live if isinstance(live, bool) else None)

    def _values(self, at: str, given: object, any_case: bool) -> frozenset[str]:  # noqa: FBT001 - private
        """Return the texts that fulfil a condition: a value, or a list of values."""
        listed = given if isinstance(given, list) else [given]
        texts = [text for each in listed if (text := _plain(each)) is not None]
        if not listed:
            self.places.fault(at, "an empty list matches nothing")
        elif len(listed) > _MOST_VALUES:
            self.places.fault(at, f"takes up to {_MOST_VALUES} values")
        elif len(texts) < len(listed):
            self.places.fault(at, "takes text, or a list of texts")
        return frozenset(text.lower() if any_case else text for text in texts)


def _plain(value: object) -> str | None:
    """Return a value of a condition as the text it is compared as."""
    if isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_VALUE:
        return value.strip()
    return json.dumps(value) if isinstance(value, bool | int) else None
