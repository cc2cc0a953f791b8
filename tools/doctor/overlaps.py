"""Do two of the configured providers send webhooks for the same money?"""

import json
from collections.abc import Iterator, Mapping

from shared.providers.registry import PROVIDERS
from shared.settings.providers import NAME
from tools.doctor.finding import Finding, warning


def examine(settings: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a warning for each two providers whose webhooks can bring one payment twice.

    Args:
        settings: Names and values. What is wrong with them is for others to say.
    """
    try:
        entries = json.loads(settings.get(NAME, ""))
    except (ValueError, RecursionError):
        return
    if not isinstance(entries, dict):
        return
    for name in entries:
        overlaps = PROVIDERS[name].overlaps if name in PROVIDERS else {}
        for other, fix in overlaps.items():
            if other in entries:
                both = f"{PROVIDERS[name].title} and {PROVIDERS[other].title}"
                yield warning(f"setting {NAME}", f"{both} can both send one payment", fix)
