"""`--sink`: which of Google's APIs the functions of a local stack send by."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

SinkName = Literal["measurement_protocol", "data_manager"]
DATA_MANAGER: Final = "data_manager"
_FIRST_PROPERTY: Final = 123_456_789


def with_sink(environ: Mapping[str, str], sink: SinkName | None) -> dict[str, str]:
    """Return an environment in which everything goes by one API.

    Args:
        environ: Our own. A stream of `STREAMS` that names its sink keeps it.
        sink: `--sink`; None: as the settings say.
    """
    if sink is None:
        return dict(environ)
    streams = _parsed(environ.get("STREAMS", ""))
    if streams is None:
        return {**environ, "SINK": sink}
    for entry in streams.values():
        if isinstance(entry, dict):
            entry.setdefault("sink", sink)
    return {**environ, "STREAMS": json.dumps(streams)}


def local_streams(streams: str, api_secrets: Callable[[int], str]) -> str:
    """Return `STREAMS` with local values where an entry names none of its own.

    Args:
        streams: The setting.
        api_secrets: Returns where the secret of an entry is, by its number.
    """
    entries = _parsed(streams)
    if entries is None:
        return streams  # the function says what is wrong with it
    for number, entry in enumerate(entries.values()):
        if not isinstance(entry, dict):
            continue
        if entry.get("sink") == DATA_MANAGER:
            entry.setdefault("property_id", local_property(number))
        elif "api_secret" not in entry:
            entry["api_secret"] = api_secrets(number)
    return json.dumps(entries)


def local_property(number: int = 0) -> str:
    """Return the id of a GA4 property that exists here only."""
    return str(_FIRST_PROPERTY + number)


def _parsed(streams: str) -> dict[str, Any] | None:
    try:
        entries = json.loads(streams)
    except ValueError:
        return None
    return entries if isinstance(entries, dict) else None
