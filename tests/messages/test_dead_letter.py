"""A message as it is laid aside."""

from shared.messages.dead_letter import FUNCTION, REASON, dead_letter, undead


def test_a_dead_letter_says_why_and_is_otherwise_as_it_came() -> None:
    """Data, attributes and key are the publisher's."""
    letter = dead_letter(b"x", {"event_id": "e"}, "sub_1", function="f", reason="money: missing")

    assert (letter.data, letter.ordering_key) == (b"x", "sub_1")
    assert letter.attributes == {"event_id": "e", REASON: "money: missing", FUNCTION: "f"}


def test_what_was_added_can_be_taken_away() -> None:
    """Ours, and what Pub/Sub adds when it gives up on retries."""
    letter = dead_letter(b"x", {"event_id": "e"}, "", function="f", reason="r")
    pubsubs = {"CloudPubSubDeadLetterSourceDeliveryCount": "5", **letter.attributes}

    assert undead(pubsubs) == {"event_id": "e"}


def test_a_letter_that_dies_twice_tells_its_last_reason() -> None:
    """The first one is history."""
    first = dead_letter(b"x", {}, "", function="f", reason="one")
    second = dead_letter(b"x", first.attributes, "", function="g", reason="two")

    assert second.attributes == {REASON: "two", FUNCTION: "g"}


def test_a_letter_keeps_within_pubsubs_limits() -> None:
    """Otherwise it could not be laid aside at all."""
    many = {f"a{n}": "v" for n in range(100)}
    letter = dead_letter(b"x", many, "", function="f", reason="ü" * 1_000)

    assert len(letter.attributes) == 100
    assert len(letter.attributes[REASON].encode()) == 1024
