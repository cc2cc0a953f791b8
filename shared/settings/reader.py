"""Reading settings: what is wrong is collected, by name and never with the value."""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

T = TypeVar("T")


class Reader:
    """Reads settings from an environment.

    Attributes:
        problems: What is wrong with them, each starting with the setting's name.
        asked: The names that were asked for.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []
        self.asked: list[str] = []

    def optional(self, name: str, parse: Callable[[str], T | None], expected: str) -> T | None:
        """Return a setting; None when it is absent, and with a problem when it is malformed."""
        self.asked.append(name)
        text = self._environment.get(name, "").strip()
        if not text:
            return None
        found = parse(text)
        if found is None:
            self.problems.append(f"{name}: not {expected}")
        return found

    def required(self, name: str, parse: Callable[[str], T | None], expected: str) -> T:
        """Return a setting; a missing or malformed one is a problem."""
        before = len(self.problems)
        found = self.optional(name, parse, expected)
        if found is None and len(self.problems) == before:
            self.problems.append(f"{name}: missing; it is {expected}")
        return cast("T", found)  # with a problem no Settings is ever made

    def default(self, name: str, parse: Callable[[str], T | None], expected: str, default: T) -> T:
        """Return a setting, or its default where it is absent."""
        found = self.optional(name, parse, expected)
        return default if found is None else found

    def choice(self, name: str, choices: Mapping[str, T], default: str) -> T:
        """Return what the setting's word stands for."""
        expected = " or ".join(choices)
        return self.default(
            name, lambda text: choices.get(text.lower()), expected, choices[default]
        )
