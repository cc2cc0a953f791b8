"""Does the store forget what it may forget?"""

from collections.abc import AsyncIterator
from typing import Final

from shared.stores.document import COLLECTIONS
from tools.doctor.finding import Finding, error, ok, unknown, warning
from tools.doctor.gcp.apis import Apis, Refused
from tools.doctor.gcp.deployment import DeployedFunction

_HOST: Final = "https://firestore.googleapis.com/v1"
_SCHEME: Final = "firestore:"


async def examine(apis: Apis, functions: list[DeployedFunction]) -> AsyncIterator[Finding]:
    """Yield what is found of each Firestore database that a function's settings name.

    Args:
        apis: Google's.
        functions: What is deployed.
    """
    stores = {f.settings.get("STORE", "") for f in functions}
    named = sorted(s.removeprefix(_SCHEME) for s in stores if s.startswith(_SCHEME))
    if len(named) > 1:
        fix = "give every function the same STORE"
        yield error("store", "the functions use several: none knows what another sent", fix)
    for store in named:
        project, _, database = store.partition("/")
        base = f"{_HOST}/projects/{project}/databases/{database or '(default)'}"
        yield await _database(apis, base)
        for collection in COLLECTIONS:
            yield await _expiry(apis, base, collection)


async def _database(apis: Apis, base: str) -> Finding:
    about = "store"
    try:
        found = await apis.get(base)
    except Refused as refused:
        if refused.status == 404:  # noqa: PLR2004 - HTTP's
            return error(about, "the database does not exist", "terraform apply")
        return unknown(about, f"Firestore says {refused}", "grant yourself roles/datastore.viewer")
    if found.get("type") != "FIRESTORE_NATIVE":
        return error(about, f"is {found.get('type')}", "make one in native mode")
    if found.get("deleteProtectionState") != "DELETE_PROTECTION_ENABLED":
        fix = "terraform apply with deletion protection on"
        return warning(about, "can be deleted by one command, and with it what was sent", fix)
    return ok(about, "native mode, protected from deletion")


async def _expiry(apis: Apis, base: str, collection: str) -> Finding:
    about = f"expiry of {collection}"
    try:
        found = await apis.get(f"{base}/collectionGroups/{collection}/fields/expires_at")
    except Refused as refused:
        return unknown(about, f"Firestore says {refused}", "grant yourself roles/datastore.viewer")
    state = found.get("ttlConfig", {}).get("state")
    if state in ("ACTIVE", "CREATING"):
        return ok(about, f"{state.lower()}")
    return error(about, "off: entries pile up for ever, personal data with them", "terraform apply")
