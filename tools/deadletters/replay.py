"""`connectors deadletters replay`: back to their topic, as they came."""

import asyncio
import hashlib
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.errors import MisconfiguredError, UnavailableError
from shared.google_cloud.topics import Topics
from shared.settings import values
from tools.deadletters.letter import Letter, undead
from tools.deadletters.pull import look, opened
from tools.errors import as_command_error
from tools.pubsub.subscription import Subscription
from tools.read_option import read_option
from tools.visible import write_error, write_json

_IN_FLIGHT = 32


@dataclass(slots=True)
class Tally:
    """What became of a replay.

    Attributes:
        replayed: How many letters are back in their topic.
        left: How many were left where they are.
        returned: How many came back meanwhile: what was wrong is not fixed.
        failure: Why it ended early, if it did.
    """

    replayed: int = 0
    left: int = 0
    returned: int = 0
    failure: str | None = None
    seen: set[bytes] = field(default_factory=set)


def run(  # noqa: PLR0913 - one option each
    *,
    subscription: str,
    topic: str,
    emulator: str | None,
    most: int,
    reason: str | None,
    apply: bool,
    as_json: bool,
) -> int:
    """Bring dead letters back to a topic.

    Args:
        subscription: Where they are.
        topic: Where they go.
        emulator: `host:port` of Google's emulator.
        most: How many at most.
        reason: What the reason has to contain.
        apply: Whether to do it; otherwise it only says what would be done.
        as_json: Print one machine-readable object instead of a sentence.

    Returns:
        The exit status: 1 when it ended early or letters came back at once.

    Raises:
        UsageError: It is no subscription's or topic's name.
        FailedError: Pub/Sub is out of reach, or has no such subscription for us.
    """
    read_option("--topic", topic, values.topic)
    with opened(subscription, emulator) as source:
        if apply:
            tally = asyncio.run(_replay(source, Topics(emulator), topic, most, reason or ""))
        else:
            letters = look(source, most)
            chosen = sum((reason or "") in letter.reason for letter in letters)
            tally = Tally(replayed=chosen, left=len(letters) - chosen)
    _report(tally, topic, applied=apply, as_json=as_json)
    return 1 if tally.failure or tally.returned else 0


async def _replay(
    source: Subscription, topics: Topics, topic: str, most: int, reason: str
) -> Tally:
    tally = Tally()
    kept: list[Letter] = []
    try:
        while tally.failure is None and tally.replayed + len(kept) < most:
            pulled = await asyncio.to_thread(source.pull, most - tally.replayed - len(kept))
            if not pulled:
                break
            letters = [Letter(message) for message in pulled]
            returned = [letter for letter in letters if _digest(letter) in tally.seen]
            others = [letter for letter in letters if letter not in returned]
            chosen = [letter for letter in others if reason in letter.reason]
            kept += [letter for letter in letters if letter not in chosen]
            tally.returned += len(returned)
            done = await _published(chosen, topics, topic, tally)
            kept += [letter for letter in chosen if letter not in done]
            await asyncio.to_thread(source.acknowledge, [letter.pulled for letter in done])
            tally.replayed += len(done)
            tally.seen.update(map(_digest, done))
    finally:
        source.release([letter.pulled for letter in kept])
        await topics.close()
    tally.left = len(kept)
    return tally


async def _published(
    letters: Sequence[Letter], topics: Topics, topic: str, tally: Tally
) -> list[Letter]:
    """Publish letters, those of one key one after another; return those that are kept."""
    done: list[Letter] = []
    limit = asyncio.Semaphore(_IN_FLIGHT)
    keyed: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        keyed[letter.pulled.ordering_key or letter.pulled.message_id].append(letter)

    async def publish(queue: Sequence[Letter]) -> None:
        async with limit:
            for letter in queue:
                await topics.publish(
                    topic,
                    letter.pulled.data,
                    attributes=undead(letter.pulled.attributes),
                    ordering_key=letter.pulled.ordering_key,
                )
                done.append(letter)

    ends = await asyncio.gather(*map(publish, keyed.values()), return_exceptions=True)
    for end in ends:
        if isinstance(end, UnavailableError | MisconfiguredError):
            tally.failure = str(as_command_error(end))
        elif isinstance(end, BaseException):
            raise end
    return done


def _digest(letter: Letter) -> bytes:
    return hashlib.sha256(letter.pulled.data).digest()


def _report(tally: Tally, topic: str, *, applied: bool, as_json: bool) -> None:
    if as_json:
        document = {
            "applied": applied,
            "topic": topic,
            "replayed": tally.replayed,
            "left": tally.left,
            "returned": tally.returned,
            "failure": tally.failure,
        }
        write_json(document)
        return
    verb = "are back in" if applied else "would go back to"
    sys.stdout.write(f"{tally.replayed:,} dead letters {verb} {topic}, {tally.left:,} are left\n")
    if not applied:
        sys.stdout.write("nothing was done; --apply does it\n")
    if tally.returned:
        sys.stdout.write(f"{tally.returned:,} came back at once: their cause is not fixed\n")
    if tally.failure:
        write_error(tally.failure)
