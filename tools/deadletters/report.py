"""Dead letters for a person."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from tools.deadletters.letter import Letter, readable

_SINGLE: Final = 20


def show(letters: Sequence[Letter], *, data: bool) -> None:
    """Print dead letters: by reason, and one by one while they are few.

    Args:
        letters: The letters.
        data: Whether what was published is shown as well.
    """
    # Imported here: lines of JSON are made without it.
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console(highlight=False)
    console.print(f"{len(letters):,} dead letters, all of them left where they are", markup=False)
    groups: dict[tuple[str, str, str], list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[letter.reason, letter.origin, letter.kind].append(letter)
    table = Table(
        "letters", "reason", "dead-lettered by", "kind", "since", box=None, pad_edge=False
    )
    for (reason, origin, kind), alike in sorted(groups.items(), key=lambda group: -len(group[1])):
        since = min(letter.pulled.published_at for letter in alike)
        table.add_row(f"{len(alike):,}", reason, origin, kind, f"{since:%Y-%m-%d %H:%M}")
    if groups:
        console.print(table, markup=False)
    if len(letters) <= _SINGLE or data:
        for letter in letters:
            event = letter.pulled.attributes.get("event_id", "no event_id")
            console.print(f"{letter.pulled.message_id}  {event}", markup=False, soft_wrap=True)
            if data:
                console.print(f"  {readable(letter.pulled.data)}", markup=False, soft_wrap=True)
