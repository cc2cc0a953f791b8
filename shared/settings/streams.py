"""`STREAMS` and `ROUTES`: the data streams there are, and which event goes to which.

Every fault is named by its place, as `ROUTES[1].to`, all of them at once, and never with a value.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from shared.errors import InvalidValueError
from shared.secrets.reference import EXPECTED, SecretFile, SecretReference, read_reference
from shared.settings import values
from shared.settings.reader import Reader

DEFAULT: Final = "default"
"""The stream of the short form: `GA4_MEASUREMENT_ID` and `GA4_API_SECRET`."""

SINKS: Final = ("measurement_protocol",)
SHORT_FORM: Final = ("GA4_MEASUREMENT_ID", "GA4_API_SECRET", "SINK")
CONDITIONS: Final = ("provider", "account", "live", "currency", "shop", "event", "field")
STREAMS_FORM: Final = '{"NAME": {"measurement_id": "G-…", "api_secret": REFERENCE}, …}'
ROUTES_FORM: Final = '[{"when": {"live": false}, "to": "NAME"}, …]'
ENDPOINT_FORM: Final = f"{values.GLOBAL_HOST}, {values.EU_HOST} or http on loopback"

_STREAM_KEYS: Final = ("measurement_id", "firebase_app_id", "api_secret", "endpoint", "sink")
_RULE_KEYS: Final = ("when", "to")
# Compared without regard to case; everything else as it is.
_ANY_CASE: Final = frozenset({"currency", "shop", "provider"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_FIELD: Final = re.compile(r"(?:metadata|params)\.[^\s.\[\]]{1,40}")
_SHOWN: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,40}", re.ASCII)
_WEB_STREAM: Final = "G- and capitals or digits"
_MOST_STREAMS: Final = 20
_MOST_RULES: Final = 100
_MOST_VALUES: Final = 200
_LONGEST_VALUE: Final = 255

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stream:
    """One data stream of GA4.

    Attributes:
        name: Its name in `STREAMS`; `default` in the short form.
        measurement_id: The web stream's id; None of an app stream.
        firebase_app_id: The app stream's id; None of a web stream.
        api_secret: Where its secret is.
        endpoint: Which host it is sent to.
    """

    name: str
    measurement_id: str | None
    firebase_app_id: str | None
    api_secret: SecretReference
    endpoint: str

    @property
    def id(self) -> str:
        """What GA4 knows it by: the measurement id or the Firebase app id."""
        return self.measurement_id or self.firebase_app_id or ""

    @property
    def is_app(self) -> bool:
        """Whether it is the stream of an app."""
        return self.measurement_id is None

    @property
    def container(self) -> str | None:
        """What the name of its session cookie ends with: `AB12` of `_ga_AB12`."""
        return self.measurement_id and self.measurement_id.removeprefix("G-")

    @property
    def secret_setting(self) -> str:
        """The setting that names its secret."""
        return "GA4_API_SECRET" if self.name == DEFAULT else f"STREAMS.{self.name}.api_secret"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of `ROUTES`.

    Attributes:
        to: The stream's name.
        when: Condition → the texts that fulfil it; fields by their whole names.
        live: Whether the event is no test; None where the rule does not say.
    """

    to: str
    when: Mapping[str, frozenset[str]]
    live: bool | None = None


@dataclass(frozen=True, slots=True)
class Streams:
    """All streams, and the way an event finds its own.

    Attributes:
        by_name: The streams, in the order of the setting.
        rules: `ROUTES`; the first that matches counts. Without any, there is one stream.
    """

    by_name: Mapping[str, Stream]
    rules: tuple[Rule, ...] = ()

    @property
    def first(self) -> Stream:
        """The only stream, or the first of several."""
        return next(iter(self.by_name.values()))

    def of(self, name: str | None) -> Stream | None:
        """Return a stream by its name; without one, the only stream.

        Args:
            name: As `Conversion.stream`.
        """
        if name is None:
            return None if self.named else self.first
        return self.by_name.get(name)

    @property
    def only_id(self) -> str:
        """The id of the only stream; empty where there are several."""
        return self.first.id if len(self.by_name) == 1 else ""

    @property
    def named(self) -> bool:
        """Whether `STREAMS` gives them names that orders remember."""
        return DEFAULT not in self.by_name

    @property
    def takes_tests(self) -> bool:
        """Whether a rule is for test mode, so that it has a stream of its own."""
        return any(rule.live is False for rule in self.rules)

    @property
    def fields(self) -> frozenset[str]:
        """The fields that rules look at, as `metadata.shop`."""
        return frozenset(name for rule in self.rules for name in rule.when if "." in name)

    @property
    def containers(self) -> tuple[str, ...]:
        """The containers whose session cookies count."""
        return tuple(s.container for s in self.by_name.values() if s.container is not None)


def read_streams(reader: Reader) -> Streams:
    """Return the streams, of `STREAMS` and `ROUTES` or of the settings for a single one.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    endpoint = reader.default("GA4_ENDPOINT", values.endpoint, ENDPOINT_FORM, values.GLOBAL_HOST)
    before = len(reader.problems)
    given = reader.optional("STREAMS", _object, STREAMS_FORM)
    rules = reader.optional("ROUTES", _list, ROUTES_FORM)
    if given is None:
        several = len(reader.problems) > before  # `STREAMS` is there, and unreadable
        if rules is not None and not several:
            reader.problems.append(f"ROUTES: belongs to STREAMS, which is missing: {STREAMS_FORM}")
        return Streams({DEFAULT: _single(reader, endpoint, required=not several)})
    for name in SHORT_FORM:
        if reader.given(name):
            reader.problems.append(f"{name}: given beside STREAMS; remove one of them")
    for name in SHORT_FORM:
        reader.optional(name, str, "one stream without a name")  # on record as a setting
    streams = _Places(reader).streams(given, endpoint)
    if not streams:
        # With a problem no Settings is ever made; what reads on needs some stream all the same.
        return Streams({DEFAULT: Stream(DEFAULT, None, None, SecretFile(""), endpoint)})
    if rules is None:
        if len(given) > 1:
            reader.problems.append(
                f"ROUTES: missing; with several streams it says which event goes where: "
                f"{ROUTES_FORM}"
            )
        return Streams(streams)
    return Streams(streams, _Places(reader).rules(rules, frozenset(given)))


def read_measurement_id(reader: Reader) -> str:
    """Return `GA4_MEASUREMENT_ID`."""
    return reader.required("GA4_MEASUREMENT_ID", values.measurement_id, _WEB_STREAM)


def _single(reader: Reader, endpoint: str, *, required: bool) -> Stream:
    """Return the stream of the short form."""
    read = reader.required if required else reader.optional
    measurement_id = read("GA4_MEASUREMENT_ID", values.measurement_id, _WEB_STREAM)
    secret = read("GA4_API_SECRET", read_reference, EXPECTED)
    reader.choice("SINK", {sink: sink for sink in SINKS}, SINKS[0])
    # With a problem no Settings is ever made.
    return Stream(DEFAULT, measurement_id, None, secret, endpoint)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Places:
    """Reads the parts of both settings, and names each fault by its place.

    Attributes:
        reader: Collects them.
    """

    reader: Reader

    def streams(self, given: Mapping[str, object], endpoint: str) -> dict[str, Stream]:
        """Return the streams that can be read."""
        if not 0 < len(given) <= _MOST_STREAMS:
            self._fault("STREAMS", f"takes 1 to {_MOST_STREAMS} streams")
        found = {}
        for name, entry in given.items():
            at = f"STREAMS.{_shown(name)}"
            if not _NAME.fullmatch(name) or name == DEFAULT:
                self._fault(
                    at,
                    "a stream's name has small letters, digits, - and _, begins with a letter, has "
                    f"up to 32 characters, and is not {DEFAULT}",
                )
            elif not isinstance(entry, dict):
                self._fault(at, "takes an object with measurement_id and api_secret")
            else:
                found[name] = self._stream(at, name, entry, endpoint)
        ids: dict[str, str] = {}
        for stream in found.values():
            if stream.id and (other := ids.setdefault(stream.id, stream.name)) != stream.name:
                self._fault(f"STREAMS.{stream.name}", f"has the same id as STREAMS.{other}")
        return found

    def _stream(self, at: str, name: str, entry: Mapping[str, object], endpoint: str) -> Stream:
        self._unknown(at, entry, _STREAM_KEYS)
        ids = [key for key in ("measurement_id", "firebase_app_id") if key in entry]
        if len(ids) != 1:
            says = "missing; e.g. G-AB12CD34EF" if not ids else "given beside firebase_app_id"
            self._fault(f"{at}.measurement_id", says)
        text = self._text
        measurement_id = text(f"{at}.measurement_id", entry, values.measurement_id)
        app_id = text(f"{at}.firebase_app_id", entry, values.firebase_app_id)
        secret = text(f"{at}.api_secret", entry, read_reference)
        if "api_secret" not in entry:
            self._fault(f"{at}.api_secret", f"missing; it is {EXPECTED}")
        host = text(f"{at}.endpoint", entry, values.endpoint)
        text(f"{at}.sink", entry, values.word({sink: sink for sink in SINKS}))
        return Stream(name, measurement_id, app_id, secret, host or endpoint)  # type: ignore[arg-type]

    def rules(self, given: list[object], streams: frozenset[str]) -> tuple[Rule, ...]:
        """Return the rules that can be read."""
        if not 0 < len(given) <= _MOST_RULES:
            self._fault("ROUTES", f"takes 1 to {_MOST_RULES} rules")
        return tuple(self._rules(given, streams))

    def _rules(self, given: list[object], streams: frozenset[str]) -> Iterator[Rule]:
        for number, entry in enumerate(given):
            at = f"ROUTES[{number}]"
            if not isinstance(entry, dict):
                self._fault(at, 'takes an object, e.g. {"when": {"live": false}, "to": "test"}')
                continue
            self._unknown(at, entry, _RULE_KEYS)
            to = entry.get("to")
            if "to" not in entry:
                self._fault(f"{at}.to", "missing; it is a stream's name")
            elif not isinstance(to, str) or to not in streams:
                self._fault(f"{at}.to", "is no stream of STREAMS")
            when = entry.get("when", {})
            if not isinstance(when, dict):
                self._fault(f"{at}.when", "takes an object, e.g. " + '{"live": false}')
                continue
            yield self._rule(f"{at}.when", when, to if isinstance(to, str) else "")

    def _rule(self, at: str, when: Mapping[str, object], to: str) -> Rule:
        self._unknown(at, when, CONDITIONS)
        conditions: dict[str, frozenset[str]] = {}
        for name in CONDITIONS:
            if name not in when or name in ("live", "field"):
                continue
            conditions[name] = self._values(f"{at}.{name}", when[name], name in _ANY_CASE)
        live = when.get("live")
        if "live" in when and not isinstance(live, bool):
            self._fault(f"{at}.live", "takes true or false")
        fields = when.get("field", {})
        if not isinstance(fields, dict) or ("field" in when and not fields):
            self._fault(f"{at}.field", 'takes an object, e.g. {"metadata.shop": "de"}')
            fields = {}
        for name, given in fields.items():
            place = f"{at}.field.{_shown(name)}"
            if not _FIELD.fullmatch(name):
                self._fault(place, "takes metadata.KEY or params.KEY")
            else:
                conditions[name] = self._values(place, given, any_case=False)
        return Rule(to, conditions, live if isinstance(live, bool) else None)

    def _values(self, at: str, given: object, any_case: bool) -> frozenset[str]:  # noqa: FBT001 - private
        """Return the texts that fulfil a condition: a value, or a list of values."""
        listed = given if isinstance(given, list) else [given]
        texts = [text for each in listed if (text := _plain(each)) is not None]
        if not listed:
            self._fault(at, "an empty list matches nothing")
        elif len(listed) > _MOST_VALUES:
            self._fault(at, f"takes up to {_MOST_VALUES} values")
        elif len(texts) < len(listed):
            self._fault(at, "takes text, or a list of texts")
        return frozenset(text.lower() if any_case else text for text in texts)

    def _text(self, at: str, entry: Mapping[str, object], read: Callable[[str], T]) -> T | None:
        """Return what stands under the last name of a place; None, and a fault, where it cannot."""
        name = at.rpartition(".")[2]
        if name not in entry:
            return None
        given = entry[name]

        def text() -> T:
            if not isinstance(given, str) or not given.strip():
                raise InvalidValueError("takes text that is not empty")
            return read(given.strip())

        return self.reader.attempt(at, text)

    def _unknown(self, at: str, entry: Mapping[str, object], known: Sequence[str]) -> None:
        for name in entry:
            if name not in known:
                there = f"there is {', '.join(known)}"
                self._fault(f"{at}.{_shown(name)}", f"does not exist; {there}")

    def _fault(self, at: str, says: str) -> None:
        self.reader.problems.append(f"{at}: {says}")


def _plain(value: object) -> str | None:
    """Return a value of a condition as the text it is compared as."""
    if isinstance(value, str) and 0 < len(value.strip()) <= _LONGEST_VALUE:
        return value.strip()
    return json.dumps(value) if isinstance(value, bool | int) else None


def _shown(name: str) -> str:
    """Return a key as a fault may name it: one of another shape may be a secret."""
    return name if _SHOWN.fullmatch(name) else "(a key that is no name)"


def _object(text: str) -> dict[str, object]:
    found = _json(text)
    if not isinstance(found, dict):
        raise InvalidValueError(f"takes an object: {STREAMS_FORM}")
    return found


def _list(text: str) -> list[object]:
    found = _json(text)
    if not isinstance(found, list):
        raise InvalidValueError(f"takes a list: {ROUTES_FORM}")
    return found


def _json(text: str) -> object:
    try:
        # A number with decimals is compared as it is written.
        return json.loads(text, object_pairs_hook=_once, parse_float=str)
    except RecursionError:
        raise InvalidValueError("is nested too deeply") from None
    except InvalidValueError:
        raise
    except ValueError:
        raise InvalidValueError("is not JSON") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; of a key that stands there twice nobody knows which one counts."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise InvalidValueError("has the same key twice in one object")
    return found
