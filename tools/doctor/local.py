"""`connectors doctor local`: a settings file, before anything is deployed with it."""

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from shared.errors import MisconfiguredError
from shared.settings import SHAPES, read_settings, setting_names
from tools.doctor.finding import Finding, error, ok, warning

# What a secret looks like that somebody put where only its place belongs.
_SECRETS: Final = re.compile(r"whsec_|(?:sk|rk)_(?:live|test)_|pdl_ntfset_|-----BEGIN|AIza")
_SQLITE: Final = "sqlite:"
_FILE: Final = re.compile(r"file:([^\s\",\]}]+)")
# What the platform and the shell set beside ours.
_OTHERS: Final = re.compile(r"K_[A-Z]+|PORT|FUNCTION_[A-Z_]+|LOG_EXECUTION_ID|GOOGLE_[A-Z_]+|PATH")


def examine(settings: Mapping[str, str], function: str | None) -> Iterator[Finding]:
    """Yield what is found of settings.

    Args:
        settings: Names and values.
        function: Whose they are; None for every function they could be of.
    """
    yield from _shapes(settings, function)
    yield from _strangers(settings, function)
    for name, value in settings.items():
        yield from _secrets(name, value)
    yield from _promises(settings)


def _shapes(settings: Mapping[str, str], function: str | None) -> Iterator[Finding]:
    """Read the settings exactly as each function does."""
    for name, shape in SHAPES.items():
        if function not in (None, name):
            continue
        about = f"settings of {name}"
        try:
            read_settings(settings, shape)
        except MisconfiguredError as problem:
            for line in problem.problems:
                setting, _, says = line.partition(": ")
                mend = f"set {setting} for {name}; the README's settings say what it may be"
                yield error(about, f"{setting}: {says}", mend)
        else:
            yield ok(about, "complete and well-formed")


def _strangers(settings: Mapping[str, str], function: str | None) -> Iterator[Finding]:
    known = setting_names(function)
    for name in settings.keys() - set(known):
        if _OTHERS.fullmatch(name):
            continue
        near = difflib.get_close_matches(name, known, n=1)
        mend = f"did you mean {near[0]}?" if near else "take it out; no function reads it"
        yield warning(f"setting {name}", "nobody reads it", mend)


def _secrets(name: str, value: str) -> Iterator[Finding]:
    about = f"setting {name}"
    if _SECRETS.search(value):
        yield error(
            about,
            "holds what looks like a secret itself",
            "put it into Secret Manager, name the place here, and roll the secret: it was exposed",
        )
    for path in map(Path, _FILE.findall(value)):
        if not path.is_file():
            yield error(
                about, "names a file that is not there", "place the secret, or mend the path"
            )
        elif not path.read_bytes().strip():
            yield error(about, "names an empty file", "put the secret into it")
        elif path.stat().st_mode & 0o077:
            yield warning(about, "names a file that others may read", "chmod 600 the file")
        else:
            yield ok(about, "its file is there")


def _promises(settings: Mapping[str, str]) -> Iterator[Finding]:
    """What is well-formed and yet loses something where it is deployed."""
    store = settings.get("STORE", "")
    if store.startswith(_SQLITE):
        folder = Path(store.removeprefix(_SQLITE)).parent
        if not folder.is_dir():
            yield error("setting STORE", "its folder is not there", f"mkdir -p {folder}")
        yield warning(
            "setting STORE",
            "SQLite forgets with its instance, and a cloud function's file is gone with it",
            "use firestore:PROJECT/DATABASE where it is deployed",
        )
    if settings.get("ACCEPT_TEST_EVENTS", "").lower() == "true":
        mend = "unset ACCEPT_TEST_EVENTS for the live property"
        yield warning("setting ACCEPT_TEST_EVENTS", "test payments become revenue", mend)
    if settings.get("GA4_ENDPOINT", "").startswith("http://"):
        mend = "unset GA4_ENDPOINT where it is deployed"
        yield warning("setting GA4_ENDPOINT", "a stand-in gets the events, not GA4", mend)
    for name in ("SECRET_MANAGER_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST"):
        if settings.get(name):
            yield warning(f"setting {name}", "an emulator is used", f"unset {name} where deployed")
