"""`connectors deadletters pull`: what is there and why; everything is put back."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from shared.errors import MisconfiguredError, UnavailableError
from shared.settings import values
from tools.deadletters.letter import Letter, readable
from tools.errors import FailedError, as_command_error
from tools.pubsub.subscription import Subscription
from tools.read_option import read_option
from tools.visible import visible, write_json


def run(  # noqa: PLR0913 - one option each
    *,
    subscription: str,
    emulator: str | None,
    most: int,
    reason: str | None,
    show_data: bool,
    as_json: bool,
) -> int:
    """Show the dead letters of a subscription.

    Args:
        subscription: Its whole name.
        emulator: `host:port` of Google's emulator.
        most: How many to look at.
        reason: What the reason has to contain.
        show_data: Whether what was published is shown as well.
        as_json: Print one line of JSON for each.

    Returns:
        The exit status.

    Raises:
        UsageError: It is no subscription's name.
        FailedError: Pub/Sub is out of reach, or has no such subscription for us.
    """
    with opened(subscription, emulator) as source:
        letters = [letter for letter in look(source, most) if (reason or "") in letter.reason]
    if as_json:
        for letter in letters:
            write_json(letter.as_json(data=show_data))
    else:
        show(letters, data=show_data)
    return 0


def look(source: Subscription, most: int) -> list[Letter]:
    """Return dead letters, which are put back once all are seen.

    Args:
        source: Where they are.
        most: How many at most: they are held meanwhile, and in memory.
    """
    held: list[Letter] = []
    try:
        while len(held) < most and (pulled := source.pull(most - len(held))):
            held += map(Letter, pulled)
    finally:
        source.release([letter.pulled for letter in held])
    return held


@contextmanager
def opened(name: str, emulator: str | None) -> Iterator[Subscription]:
    """Open a subscription for as long as the block runs.

    Args:
        name: Its whole name.
        emulator: `host:port` of Google's emulator.

    Raises:
        UsageError: It is no subscription's name.
        FailedError: Pub/Sub is out of reach, or has no such subscription for us.
    """
    read_option("SUBSCRIPTION", name, values.subscription)
    try:
        subscription = Subscription(name, emulator)
        yield subscription
        subscription.close()
    except (UnavailableError, MisconfiguredError) as error:
        failed = as_command_error(error)
        raise failed if isinstance(failed, FailedError) else FailedError(str(error)) from None


_SINGLE: Final = 20


def show(letters: Sequence[Letter], *, data: bool) -> None:
    """Print dead letters: by reason, and one by one while they are few.

    Args:
        letters: The letters.
        data: Whether what was published is shown as well.
    """
    # Imported here: lines of JSON are made without it.
    from rich.table import Table  # noqa: PLC0415

    from tools.terminal import Terminal  # noqa: PLC0415

    console = Terminal()
    console.print(f"{len(letters):,} dead letters, all of them left where they are")
    groups: dict[tuple[str, str, str], list[Letter]] = defaultdict(list)
    for letter in letters:
        groups[letter.reason, letter.origin, letter.kind].append(letter)
    table = Table(
        "letters", "reason", "dead-lettered by", "kind", "since", box=None, pad_edge=False
    )
    for (reason, origin, kind), alike in sorted(groups.items(), key=lambda group: -len(group[1])):
        since = min(letter.pulled.published_at for letter in alike)
        shown = map(visible, (reason, origin, kind))
        table.add_row(f"{len(alike):,}", *shown, f"{since:%Y-%m-%d %H:%M}")
    if groups:
        console.print(table)
    if len(letters) <= _SINGLE or data:
        for letter in letters:
            event = letter.pulled.attributes.get("event_id", "no event_id")
            console.one_line(f"{letter.pulled.message_id}  {event}")
            if data:
                console.one_line(f"  {readable(letter.pulled.data)}")
