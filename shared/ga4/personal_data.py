"""The guard against personal data: addresses, numbers and tokens that must never reach GA4.

Google forbids data that identifies a person
(https://developers.google.com/analytics/devguides/collection/protocol/ga4/policy) and looks for
none of it; an account can lose its data over it. Only text is looked at, not numbers, and text
that is URL-encoded is looked at decoded as well. The request's `user_agent` alone is left out,
since crawlers write their owner's address there.
"""

from collections.abc import Iterator
from typing import Any, Final

from shared.ga4.findings import Code, Finding, error
from shared.ga4.personal_data_kinds import kind_of_personal_data, may_be_personal
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, under

_NEVER_LOOKED_AT: Final = "user_agent"
# Nothing valid lies deeper than a field of an item, and paths need not grow without end.
_DEPTH_SHOWN: Final = 8
# Written out, `dict | list` would be made anew for every number in every request.
_HOLDERS: Final = (dict, list)


def check_personal(payload: object, exempt: frozenset[str], found: list[Finding]) -> None:
    """Add a finding for every text that looks personal.

    Args:
        payload: Any JSON.
        exempt: Names under which such text may stand.
        found: Where findings are added.
    """
    if isinstance(payload, dict) and _NEVER_LOOKED_AT in payload:
        payload = {key: value for key, value in payload.items() if key != _NEVER_LOOKED_AT}
    # One look at everything at once: nearly every payload ends here.
    if not may_be_personal("\n".join(_texts(payload))):
        return
    for path, name, text in _places(payload):
        if name not in exempt and (kind := kind_of_personal_data(text, name)):
            message = (
                f"looks like {kind}, which must not be sent ({described(text)}); "
                "a name may be exempted in the settings"
            )
            found.append(error(path, Code.PERSONAL_DATA, message, sources.POLICY))


def _texts(payload: object) -> list[str]:
    """Return every text in a JSON value, in no particular order."""
    texts: list[str] = []
    pending: list[Any] = [[payload]]
    while pending:
        holder = pending.pop()
        for value in holder.values() if isinstance(holder, dict) else holder:
            if isinstance(value, str):
                texts.append(value)
            elif isinstance(value, _HOLDERS):
                pending.append(value)
    return texts


def _places(payload: object) -> Iterator[tuple[str, str, str]]:
    """Yield path, name and text of every text in a JSON value, in the order of the body.

    The name is that of the parameter, the item field or the user property the text belongs to.
    """
    pending: list[tuple[str, str, int, Any]] = [("", "", 0, payload)]
    while pending:
        path, name, depth, value = pending.pop()
        if isinstance(value, str):
            yield path, name, value
        elif isinstance(value, dict):
            pending.extend(
                (
                    under(path, key) if depth < _DEPTH_SHOWN else path,
                    name if key == "value" and path.startswith("user_properties.") else str(key),
                    depth + 1,
                    child,
                )
                for key, child in reversed(value.items())
            )
        elif isinstance(value, list):
            pending.extend(
                (
                    f"{path}[{index}]" if depth < _DEPTH_SHOWN else path,
                    name,
                    depth + 1,
                    value[index],
                )
                for index in reversed(range(len(value)))
            )
