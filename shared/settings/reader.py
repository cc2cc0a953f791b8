"""Reading settings: what is wrong is collected, by name and never with the value."""

from collections.abc import Callable, Mapping
from typing import TypeVar, cast

import msgspec

from shared.errors import ExposedSecretError, InvalidValueError, MisconfiguredError
from shared.secrets.reference import EXPECTED, SecretReference, read_reference
from shared.settings.values import word

T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True):
    """A setting that somebody asked for.

    Attributes:
        parse: Reads its text; raises `InvalidValueError`.
        expected: What it takes, in words.
        required: Whether there has to be one.
        default: What holds where there is none; None where nothing does.
    """

    parse: Callable[[str], object]
    expected: str
    required: bool = False
    default: object = None


class Reader:
    """Reads settings from an environment.

    Attributes:
        problems: What is wrong with them, each starting with the setting's name.
        exposed: Those of them that are secrets where only their places belong.
        not_set_up: Those of them that say that nothing was configured for this function at all.
        asked: What was asked for, by name.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.problems: list[str] = []
        self.exposed: list[str] = []
        self.not_set_up: list[str] = []
        self.asked: dict[str, Asked] = {}

    def optional(self, name: str, parse: Callable[[str], T], expected: str) -> T | None:
        """Return a setting; None when it is absent, and with a problem when it is malformed.

        Args:
            name: Its name.
            parse: Reads its text; raises `InvalidValueError`.
            expected: What it takes, in words.
        """
        return self._read(name, Asked(parse, expected), parse)

    def required(self, name: str, parse: Callable[[str], T], expected: str) -> T:
        """Return a setting; a missing or malformed one is a problem. Arguments as `optional`."""
        before = len(self.problems)
        found = self._read(name, Asked(parse, expected, required=True), parse)
        if found is None and len(self.problems) == before:
            self.problems.append(f"{name}: missing; it is {expected}")
        return cast("T", found)  # with a problem no Settings is ever made

    def default(self, name: str, parse: Callable[[str], T], expected: str, default: T) -> T:
        """Return a setting, or its default where it is absent. Arguments as `optional`."""
        found = self._read(name, Asked(parse, expected, default=default), parse)
        return default if found is None else found

    def choice(self, name: str, choices: Mapping[str, T], default: str) -> T:
        """Return what the setting's word stands for."""
        parse = word(choices)
        found = self._read(name, Asked(parse, " or ".join(choices), default=default), parse)
        return choices[default] if found is None else found

    def secret(self, name: str) -> SecretReference | None:
        """Return where a secret is; None when the setting is absent or malformed."""
        return self.optional(name, read_reference, EXPECTED)

    def given(self, name: str) -> bool:
        """Return whether a setting is there; an empty one counts as absent.

        Args:
            name: Its name.
        """
        return bool(self._environment.get(name, "").strip())

    def attempt(self, at: str, read: Callable[[], T]) -> T | None:
        """Return what is read; None, and a problem, where it cannot be.

        Args:
            at: The setting's name, or the place in it: `PAYMENT_PROVIDERS: stripe.secret`.
            read: Reads it; raises `InvalidValueError`.
        """
        try:
            return read()
        except InvalidValueError as error:
            self.problems.append(f"{at}: {error}")
            if isinstance(error, ExposedSecretError):
                self.exposed.append(self.problems[-1])
            return None

    def _read(self, name: str, asked: Asked, parse: Callable[[str], T]) -> T | None:
        self.asked.setdefault(name, asked)
        text = self._environment.get(name, "").strip()
        return self.attempt(name, lambda: parse(text)) if text else None


def read_settings(environment: Mapping[str, str], shape: Callable[[Reader], T]) -> T:
    """Return the settings of a function.

    Args:
        environment: Names and values; an empty value counts as absent.
        shape: What reads them: one of `SHAPES` in `shared/settings/shapes.py`.

    Raises:
        MisconfiguredError: Some are missing or malformed; all of them are named.
    """
    reader = Reader(environment)
    settings = shape(reader)
    if reader.problems:
        raise MisconfiguredError(*reader.problems)
    return settings
