"""Dead letters against Google's emulator: shown without their data, and brought back once."""

import asyncio
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import pytest

from shared.google_cloud.topics import Topics
from shared.messages.outgoing import Message
from tests.support.pubsub_emulator import PubSubEmulator
from tests.tools.done import Done
from tests.tools.here import run_here

NOWHERE: Final = "projects/shop/topics/nowhere"


Run = Callable[..., Done]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    pubsub_emulator: PubSubEmulator,
) -> Run:
    """Return what runs the command to its end."""
    monkeypatch.setenv("PUBSUB_EMULATOR_HOST", pubsub_emulator.address)

    return partial(run_here, capfd.readouterr, "deadletters")


def lay_aside(emulator: PubSubEmulator, topic: str, messages: Iterable[Message]) -> str:
    """Publish messages to a dead-letter topic; return its subscription."""

    async def publish() -> None:
        topics = Topics(emulator.address)
        for message in messages:
            await topics.publish(
                topic,
                message.data,
                attributes=message.attributes,
                ordering_key=message.ordering_key,
            )
        await topics.close()

    asyncio.run(publish())
    return topic.replace("/topics/", "/subscriptions/")


def letter(number: int, reason: str = "money: missing", **attributes: str) -> Message:
    """Return a message that a function gave up on."""
    attributes = {
        "event_id": f"bev_{number}",
        "schema": "billing-event/1",
        "type": "purchase",
        "dead_letter_reason": reason,
        "dead_letter_function": "subscription_renewal",
        **attributes,
    }
    return Message(b'{"mail":"jane@example.com","n":%d}' % number, attributes, "sub_1")


def test_letters_are_shown_with_their_reasons_and_stay(
    run: Run, pubsub_emulator: PubSubEmulator
) -> None:
    """Counted by reason, without what they hold, as often as one likes."""
    dead = lay_aside(
        pubsub_emulator,
        pubsub_emulator.topic("dead-shown"),
        [letter(1), letter(2), letter(3, "schema: not billing-event/1")],
    )
    shown = run("pull", dead)
    again = run("pull", dead, "--json", "--reason", "money")

    assert (shown.status, again.status) == (0, 0)
    assert "3 dead letters" in shown.out
    assert "money: missing" in shown.out
    assert "bev_3" in shown.out
    assert "jane" not in shown.out + again.out
    assert [
        (printed["event_id"], printed["reason"], printed["origin"]) for printed in again.lines
    ] == [
        ("bev_1", "money: missing", "subscription_renewal"),
        ("bev_2", "money: missing", "subscription_renewal"),
    ]


def test_data_is_shown_where_that_is_asked_for(run: Run, pubsub_emulator: PubSubEmulator) -> None:
    """Text as it is, anything else in base64."""
    binary = Message(b"\xff\x00", {"CloudPubSubDeadLetterSourceDeliveryCount": "5"}, "")
    dead = lay_aside(pubsub_emulator, pubsub_emulator.topic("dead-data"), [binary, letter(1)])
    printed = {
        line["data"]: line["reason"] for line in run("pull", dead, "--json", "--show-data").lines
    }

    assert printed == {
        "base64:/wA=": "given up after 5 tries",
        '{"mail":"jane@example.com","n":1}': "money: missing",
    }


def test_a_replay_is_only_told_of_unless_it_is_asked_for(
    run: Run, pubsub_emulator: PubSubEmulator
) -> None:
    """So that nobody floods a topic by looking."""
    dead = lay_aside(pubsub_emulator, pubsub_emulator.topic("dead-dry"), [letter(1)])
    dry = run("replay", dead, "--topic", NOWHERE)

    assert dry.status == 0
    assert "1 dead letters would go back" in dry.out
    assert len(run("pull", dead, "--json").lines) == 1


def test_a_replay_brings_letters_back_as_they_came(
    run: Run, pubsub_emulator: PubSubEmulator
) -> None:
    """Data, attributes, key and order; those of another reason stay."""
    topic = pubsub_emulator.topic("dead-back")
    others = letter(99, "schema: not billing-event/1")
    dead = lay_aside(
        pubsub_emulator,
        pubsub_emulator.topic("dead-replayed"),
        [
            letter(0, CloudPubSubDeadLetterSourceDeliveryCount="5"),
            *map(letter, range(1, 5)),
            others,
        ],
    )
    done = run("replay", dead, "--topic", topic, "--reason", "money", "--apply", "--json")
    back = pubsub_emulator.messages(topic, 5)
    (left,) = run("pull", dead, "--json").lines

    assert (done.status, done.lines[0]["replayed"], done.lines[0]["left"]) == (0, 5, 1)
    assert [message.data for message in back] == [letter(n).data for n in range(5)]
    assert dict(back[0].attributes) == {
        "event_id": "bev_0",
        "schema": "billing-event/1",
        "type": "purchase",
    }
    assert {message.ordering_key for message in back} == {"sub_1"}
    assert left["event_id"] == "bev_99"


def test_what_cannot_be_published_is_not_taken_away(
    run: Run, pubsub_emulator: PubSubEmulator
) -> None:
    """It is acknowledged only once it is in its topic."""
    dead = lay_aside(pubsub_emulator, pubsub_emulator.topic("dead-kept"), [letter(1), letter(2)])
    done = run("replay", dead, "--topic", NOWHERE, "--apply")

    assert done.status == 1
    assert "Pub/Sub says NotFound" in done.error
    assert len(run("pull", dead, "--json").lines) == 2


def test_letters_that_come_back_end_the_replay(run: Run, pubsub_emulator: PubSubEmulator) -> None:
    """Whose cause is not fixed would go round and round."""
    topic = pubsub_emulator.topic("dead-round")
    dead = lay_aside(pubsub_emulator, topic, [letter(1)])
    done = run("replay", dead, "--topic", topic, "--apply")

    assert done.status == 1
    assert "1 came back at once" in done.out


@pytest.mark.parametrize(
    ("arguments", "status", "problem"),
    [
        (("pull", "dead"), 2, "projects/P/subscriptions/S"),
        (("pull", "projects/shop/subscriptions/nowhere"), 1, "Pub/Sub says NotFound"),
        (("replay", "projects/shop/subscriptions/nowhere", "--topic", "t"), 2, "--topic"),
    ],
)
def test_what_is_not_there_is_named(
    run: Run, arguments: tuple[str, ...], status: int, problem: str
) -> None:
    """With a line, and a status."""
    done = run(*arguments)

    assert (done.status, done.out) == (status, "")
    assert problem in done.error
