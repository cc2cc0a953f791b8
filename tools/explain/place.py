"""Whose store is asked: an option's, the settings', or that of a local stack that runs."""

from typing import Any

import aiohttp

from tools.errors import FailedError, UsageError
from tools.ledger.store import Place, place_of
from tools.loaded_settings import LoadedSettings
from tools.parameters import COLLECTOR_PORT
from tools.settings_source import SettingsSource
from tools.trigger.target import checked_url, stack_line


async def chosen_place(
    store: str | None, collector: str | None, source: SettingsSource, loaded: LoadedSettings
) -> Place:
    """Return where the store is.

    Args:
        store: `--store`.
        collector: `--collector`: where the collector of a local stack listens. A stack that is
            named counts before a store that the settings of this folder name.
        source: Whether an option names settings.
        loaded: The settings.

    Raises:
        UsageError: Nothing names a store, and no stack runs.
    """
    url = checked_url("--collector", collector or f"http://127.0.0.1:{COLLECTOR_PORT}")
    named = store is not None or source.settings is not None or source.from_gcp is not None
    if named or (collector is None and loaded.of().get("STORE")):
        return place_of(store, loaded)
    try:
        async with aiohttp.ClientSession() as client:
            line: Any = await stack_line(client, url)
    except FailedError:
        raise UsageError(
            "which store? Take --store, --settings FILE or --from-gcp PROJECT; or start the local "
            f"stack with `connectors serve` (nothing of it at {url}; --collector names another)"
        ) from None
    found = line.get("store") if isinstance(line, dict) else None
    if not isinstance(found, str):
        raise FailedError(f"{url}/stack names no store")
    return place_of(found, loaded)
