"""`connectors deadletters pull`: what is there and why; everything is put back."""

import sys

import msgspec

from tools.deadletters.letter import Letter
from tools.deadletters.place import opened
from tools.deadletters.report import show
from tools.pubsub.subscription import Subscription


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
            line = msgspec.json.encode(letter.as_json(data=show_data))
            sys.stdout.write(line.decode() + "\n")
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
