"""`connectors doctor local`: a settings file, before anything is deployed with it."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from shared.errors import ExposedSecretError, InvalidValueError
from shared.secrets.reference import EXPECTED, read_reference
from shared.settings.providers import NAME
from shared.settings.reader import Reader
from shared.settings.shapes import SHAPES, asked_settings, setting_names
from tools.doctor import files, overlaps, routes, sinks
from tools.doctor.finding import Finding, error, ok, warning
from tools.loaded_settings import PAYMENTS, LoadedSettings

# What a secret looks like that somebody put where only its place belongs.
_SECRETS: Final = re.compile(r"whsec_|(?:sk|rk)_(?:live|test)_|pdl_ntfset_|-----BEGIN|AIza")
_SQLITE: Final = "sqlite:"
# The settings that take references. PAYMENT_PROVIDERS holds some too, and is read by itself.
_REFERENCES: Final = tuple(
    name for name, asked in asked_settings().items() if asked.expected == EXPECTED
)
# What the platform and the shell set beside ours.
_OTHERS: Final = re.compile(r"K_[A-Z]+|PORT|FUNCTION_[A-Z_]+|LOG_EXECUTION_ID|GOOGLE_[A-Z_]+|PATH")


def examine_loaded(loaded: LoadedSettings, function: str | None) -> list[Finding]:
    """Return what is found of the settings that a command would take.

    Args:
        loaded: The settings, and where they come from.
        function: Whose they are; None for every function they could be of.
    """
    found: list[Finding] = []
    if (functions := loaded.found.functions) and function in (None, *functions):
        for name in [function] if function else functions:
            found += examine(loaded.exactly(name), name)
    else:
        found += examine(loaded.of(function or PAYMENTS), function)
    for name, value in loaded.environment.items():
        written = loaded.found.every.get(name)
        if written and written != value:
            # The file is what is deployed: what stands in it is looked at all the same.
            found += [*_secrets(name, written), *files.secrets(name, written)]
            found += _exposed({name: written})
            found.append(
                warning(f"setting {name}", "the environment overrides the file", f"unset {name}")
            )
    return list(dict.fromkeys(found))


def examine(settings: Mapping[str, str], function: str | None) -> Iterator[Finding]:
    """Yield what is found of settings.

    Args:
        settings: Names and values.
        function: Whose they are; None for every function they could be of.
    """
    yield from _shapes(settings, function)
    yield from _exposed(settings)
    yield from _strangers(settings, function)
    for name, value in settings.items():
        yield from _secrets(name, value)
    yield from files.examine(settings)
    yield from routes.examine(settings)
    yield from sinks.examine(settings)
    yield from overlaps.examine(settings)
    yield from _promises(settings)


def exposures(reader: Reader) -> Iterator[Finding]:
    """Yield a finding for each secret that stands where only its place belongs.

    Args:
        reader: What read the settings.
    """
    for problem in reader.exposed:
        name, _, says = problem.removesuffix(f". {ExposedSecretError.fix}").partition(": ")
        yield error(f"secret in setting {name}", says, ExposedSecretError.fix)


def _shapes(settings: Mapping[str, str], function: str | None) -> Iterator[Finding]:
    """Read the settings exactly as each function does."""
    lacking: dict[str, list[str]] = {}
    for name, shape in SHAPES.items():
        if function not in (None, name):
            continue
        reader = Reader(settings)
        shape(reader)
        passed = reader.not_set_up if function is None else []
        if passed:
            yield ok(f"settings of {name}", f"not set up ({'; '.join(passed)})")
        elif not reader.problems:
            yield ok(f"settings of {name}", "complete and well-formed")
        for problem in reader.problems:
            if problem not in (*reader.exposed, *passed):
                lacking.setdefault(problem, []).append(name)
    for problem, names in lacking.items():
        setting, _, _ = problem.partition(":")
        whose = "every function" if len(names) == len(SHAPES) else ", ".join(names)
        fix = f"set {setting}; `connectors init` writes a file that explains every setting"
        yield error(f"settings of {whose}", problem, fix)


def _exposed(settings: Mapping[str, str]) -> Iterator[Finding]:
    """Yield secrets in the place of their references, in whichever function's setting."""
    found: list[Finding] = []
    for shape in SHAPES.values():
        reader = Reader(settings)
        shape(reader)
        found += exposures(reader)
    yield from dict.fromkeys(found)


def _strangers(settings: Mapping[str, str], function: str | None) -> Iterator[Finding]:
    known = setting_names(function)
    for name in settings.keys() - set(known):
        if _OTHERS.fullmatch(name):
            continue
        about = f"setting {name}"
        near = difflib.get_close_matches(name, known, n=1)
        fix = f"did you mean {near[0]}?" if near else "take it out; no function reads it"
        yield warning(about, "nobody reads it", fix)
        if near and near[0] in _REFERENCES and settings[name].strip():
            try:
                read_reference(settings[name].strip())
            except ExposedSecretError as exposed:
                yield error(f"secret in {about}", exposed.says, exposed.fix)
            except InvalidValueError:
                pass  # nobody reads it: said already


def _secrets(name: str, value: str) -> Iterator[Finding]:
    about = f"setting {name}"
    # Of settings that take references, everything else is a secret anyway: `_exposed` says so.
    if name not in (*_REFERENCES, NAME) and _SECRETS.search(value):
        says = "holds what looks like a secret: it was exposed"
        yield error(f"secret in {about}", says, ExposedSecretError.fix)


def _promises(settings: Mapping[str, str]) -> Iterator[Finding]:
    """What is well-formed and yet loses something where it is deployed."""
    store = settings.get("STORE", "")
    if store.startswith(_SQLITE):
        yield warning(
            "setting STORE",
            "SQLite forgets with its instance, and a cloud function's file is gone with it",
            "use firestore:PROJECT/DATABASE where it is deployed",
        )
    if settings.get("ACCEPT_TEST_EVENTS", "").lower() == "true":
        fix = "unset ACCEPT_TEST_EVENTS for the live property"
        yield warning("setting ACCEPT_TEST_EVENTS", "test payments become revenue", fix)
    if settings.get("GA4_DEBUG", "").lower() == "true":
        fix = "unset GA4_DEBUG when you have seen what you wanted to see"
        yield warning("setting GA4_DEBUG", "DebugView shows every event, and all count", fix)
    if settings.get("GA4_ENDPOINT", "").startswith("http://"):
        fix = "unset GA4_ENDPOINT where it is deployed"
        yield warning("setting GA4_ENDPOINT", "a stand-in gets the events, not GA4", fix)
    for name in ("SECRET_MANAGER_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST"):
        if settings.get(name):
            yield warning(f"setting {name}", "an emulator is used", f"unset {name} where deployed")
