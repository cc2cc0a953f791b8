"""Very many messages through Google's batching client, against Google's own emulator."""

import os
import subprocess
import sys

import pytest

from shared.errors import MisconfiguredError, UnavailableError
from shared.messages.outgoing import Message
from tests.support.places import ROOT
from tests.support.pubsub_emulator import PubSubEmulator
from tools.ports import HOST, choose_ports
from tools.pubsub.bulk import BulkTopic


def message(number: int, key: str = "") -> Message:
    """Return a message."""
    return Message(b"%d" % number, {"event_id": str(number), "schema": "x/1"}, key)


def test_messages_arrive_as_they_were_published(pubsub_emulator: PubSubEmulator) -> None:
    """All of them: data, attributes, and in order under a key."""
    topic = pubsub_emulator.topic("bulk")
    bulk = BulkTopic(topic, pubsub_emulator.address)
    keys = ("", "sub_1")
    sent = [bulk.publish(message(n, keys[n % 2])) for n in range(1_200)]
    for publication in sent:
        publication.confirm()
    bulk.close()
    found = pubsub_emulator.messages(topic, 1_200)

    assert all(publication.settled for publication in sent)
    assert {(m.data.decode(), m.attributes["event_id"]) for m in found} == {
        (str(n), str(n)) for n in range(1_200)
    }
    keyed = [int(m.data) for m in found if m.ordering_key]
    assert keyed == sorted(keyed)


@pytest.mark.parametrize("key", ["", "sub_1"])
def test_a_topic_that_is_not_there_is_a_misconfiguration(
    pubsub_emulator: PubSubEmulator, key: str
) -> None:
    """No retry helps."""
    bulk = BulkTopic("projects/shop/topics/no-bulk", pubsub_emulator.address)
    sent = bulk.publish(message(1, key))
    with pytest.raises(MisconfiguredError, match=r"^Pub/Sub says NotFound$"):
        sent.confirm()
    bulk.close()


def test_what_follows_a_failure_under_its_key_is_not_sent(
    pubsub_emulator: PubSubEmulator,
) -> None:
    """Otherwise it would overtake."""
    bulk = BulkTopic("projects/shop/topics/no-bulk", pubsub_emulator.address)
    first = bulk.publish(message(1, "sub_1"))
    with pytest.raises(MisconfiguredError):
        first.confirm()
    second = bulk.publish(message(2, "sub_1"))
    with pytest.raises(UnavailableError, match="was not asked"):
        second.confirm()
    bulk.close()


# In a process of its own: the client's thread tries on for minutes, drawing from `random`, which
# another test's generator of examples would take for its own doing.
_NOBODY = """
import logging, os, sys

from shared.errors import UnavailableError
from tools.pubsub.bulk import BulkTopic
from shared.messages.outgoing import Message

logging.basicConfig(level=logging.NOTSET, stream=sys.stdout)
sent = BulkTopic("projects/shop/topics/bulk", sys.argv[1]).publish(
    Message(b"jane@example.com", {}, "")
)
try:
    sent.confirm(0.3)
except UnavailableError as error:
    print(f"{error}; settled: {sent.settled}", flush=True)
os._exit(0)
"""


def test_where_nobody_listens_is_out_of_reach() -> None:
    """After so long as somebody is ready to wait; and no message is logged."""
    (port,) = choose_ports(0, ["nobody"])
    ran = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", _NOBODY, f"{HOST}:{port}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert "Pub/Sub says nothing; settled: False" in ran.stdout
    assert "jane" not in ran.stdout + ran.stderr
