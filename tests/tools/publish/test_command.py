"""The command: against Google's emulator, against nobody, interrupted, killed and resumed."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.billing_json import billing_event
from tests.support.pubsub_emulator import PubSubEmulator
from tests.tools.publish.conftest import Publish, rows
from tools.ports import choose_ports

NOWHERE = "projects/shop/topics/nowhere"
BAD = json.dumps(billing_event(transaction_id="jane@example.com")).encode() + b"\n"


def await_journal(path: Path, *, past: int = 0) -> None:
    """Wait until a run is under way, and past a line."""
    give_up_at = time.monotonic() + 60
    while time.monotonic() < give_up_at:
        if path.exists() and json.loads(path.read_bytes())["line"] > past:
            return
        time.sleep(0.01)
    pytest.fail(f"{path} is not past line {past}")


def test_a_dry_run_needs_no_topic_and_leaves_nothing(publish: Publish, tmp_path: Path) -> None:
    """Every row is checked."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(3))
    done = publish(file, "--dry-run", "--json")

    assert done.status == 0
    assert (done.report["published"], done.report["rejected"], done.report["topic"]) == (3, 0, None)
    assert list(tmp_path.iterdir()) == [file]


def test_rejects_say_line_field_and_reason_and_never_a_value(
    publish: Publish, tmp_path: Path
) -> None:
    """In the file row by row, in the report by kind."""
    file, rejects = tmp_path / "rows.jsonl", tmp_path / "rejects"
    file.write_bytes(rows(2) + BAD + rows(1) + BAD + b"jane\n")
    done = publish(file, "--dry-run", "--rejects", str(rejects))

    assert done.status == 1
    assert [json.loads(line) for line in rejects.read_bytes().splitlines()] == [
        {"line": 3, "field": "transaction_id", "reason": "looks like an e-mail address"},
        {"line": 5, "field": "transaction_id", "reason": "looks like an e-mail address"},
        {"line": 6, "field": "body", "reason": "JSON is malformed: invalid character (byte 0)"},
    ]
    assert "3 rows would be published, 3 rejected" in done.out
    assert "jane" not in done.out + done.error + rejects.read_text()


def test_every_row_is_published(
    publish: Publish, tmp_path: Path, pubsub_emulator: PubSubEmulator
) -> None:
    """As it stands, with its attributes, into the topic that the setting names."""
    topic = pubsub_emulator.topic("published")
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(700) + BAD)
    done = publish(
        file, "--json", RENEWALS_TOPIC=topic, PUBSUB_EMULATOR_HOST=pubsub_emulator.address
    )

    assert done.status == 1
    assert (done.report["published"], done.report["rejected"]) == (700, 1)
    messages = pubsub_emulator.messages(topic, 700)
    assert {message.data for message in messages} == set(rows(700).splitlines())
    ids = {message.attributes["event_id"] for message in messages}
    assert ids == {f"bev_{n}" for n in range(700)}


def test_subscriptions_stay_in_order_where_that_is_asked_for(
    publish: Publish, tmp_path: Path, pubsub_emulator: PubSubEmulator
) -> None:
    """Each has its own key."""
    topic = pubsub_emulator.topic("ordered-rows")
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(20, subscription_id="sub_1") + rows(20, subscription_id="sub_2"))
    where = ("--topic", topic, "--ordered")
    done = publish(file, *where, PUBSUB_EMULATOR_HOST=pubsub_emulator.address)
    messages = pubsub_emulator.messages(topic, 40)

    assert done.status == 0
    for key in ("sub_1", "sub_2"):
        listed = [m.attributes["event_id"] for m in messages if m.ordering_key == key]
        assert listed == [f"bev_{n}" for n in range(20)]


def test_a_topic_that_is_not_there_ends_the_run(
    publish: Publish, tmp_path: Path, pubsub_emulator: PubSubEmulator
) -> None:
    """Nothing counts as published, and the next run starts where this one did."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(3))
    where = ("--topic", NOWHERE, "--json")
    done = publish(file, *where, PUBSUB_EMULATOR_HOST=pubsub_emulator.address)

    assert done.status == 1
    assert (done.report["failure"], done.report["published"]) == ("Pub/Sub says NotFound", 0)
    assert done.report["next_line"] == 1
    assert "--resume goes on at line 1" in done.error


def test_a_killed_run_is_gone_on_with(
    tmp_path: Path,
    command: list[str],
    environ: dict[str, str],
    publish: Publish,
    pubsub_emulator: PubSubEmulator,
) -> None:
    """Every row is there, what was published twice under the same id; each reject once."""
    topic = pubsub_emulator.topic("killed")
    file, rejects = tmp_path / "rows.jsonl", tmp_path / "rejects"
    file.write_bytes((rows(1_000) + BAD) * 12)
    arguments = ["--topic", topic, "--rejects", str(rejects)]
    started = subprocess.Popen(  # noqa: S603 - the command under test
        [*command, "publish", str(file), "--type", "billing-event", *arguments],
        env={**environ, "PUBSUB_EMULATOR_HOST": pubsub_emulator.address},
        stdout=subprocess.DEVNULL,
    )
    journal = tmp_path / "rows.jsonl.progress"
    await_journal(journal, past=1)
    os.kill(started.pid, signal.SIGKILL)
    started.wait()
    line = json.loads(journal.read_bytes())["line"]
    done = publish(
        file, *arguments, "--resume", "--json", PUBSUB_EMULATOR_HOST=pubsub_emulator.address
    )

    assert 1 < line < 12_012
    assert done.report["resumed_at_line"] == line
    assert (done.report["published"], done.report["rejected"]) == (12_000, 12)
    assert done.report["rows"] < 12_012
    assert [json.loads(listed)["line"] for listed in rejects.read_bytes().splitlines()] == [
        1_001 * n for n in range(1, 13)
    ]


def test_an_interrupted_run_says_where_to_go_on(
    tmp_path: Path, command: list[str], environ: dict[str, str]
) -> None:
    """Even where nobody answers: SIGTERM ends it at once."""
    (port,) = choose_ports(0, ["nobody"])
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(3))
    started = subprocess.Popen(  # noqa: S603 - the command under test
        [*command, "publish", str(file), "--type", "billing-event", "--topic", NOWHERE],
        env={**environ, "PUBSUB_EMULATOR_HOST": f"127.0.0.1:{port}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    await_journal(tmp_path / "rows.jsonl.progress")
    started.terminate()
    out, error = started.communicate(timeout=20)

    assert started.returncode == 1
    assert "0 rows published" in out
    assert error == "connectors: interrupted; --resume goes on at line 1\n"


def test_resuming_what_is_finished_does_nothing(
    publish: Publish, tmp_path: Path, pubsub_emulator: PubSubEmulator
) -> None:
    """And a file that changed is not gone on with."""
    topic = pubsub_emulator.topic("finished")
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(3))
    where = ("--topic", topic, "--resume", "--json")
    emulator = pubsub_emulator.address
    first = publish(file, *where, PUBSUB_EMULATOR_HOST=emulator)
    second = publish(file, *where, PUBSUB_EMULATOR_HOST=emulator)
    file.write_bytes(rows(4))
    third = publish(file, *where, PUBSUB_EMULATOR_HOST=emulator)

    assert (first.report["rows"], second.report["rows"]) == (3, 0)
    assert (second.status, second.report["published"]) == (0, 3)
    assert third.status == 2
    assert "it has changed" in third.error


@pytest.mark.parametrize(
    ("arguments", "environ", "problem"),
    [
        ((), {}, "--topic is missing, and RENEWALS_TOPIC"),
        (("--topic", "renewals"), {}, "--topic: takes projects/P/topics/T"),
        (("--topic", NOWHERE), {"PUBSUB_EMULATOR_HOST": "example.com:1"}, "PUBSUB_EMULATOR_HOST"),
        (("--dry-run", "--map", "a=b"), {}, "no column a"),
        (("--dry-run", "--set", "a"), {}, "--set: not PATH=TEXT"),
        (("--dry-run", "--map", "a=b", "--delimiter", ";;"), {}, "--delimiter"),
        (("--dry-run", "--rejects", "/nowhere/rejects"), {}, "--rejects"),
    ],
)
def test_wrong_usage_is_status_2(
    publish: Publish,
    tmp_path: Path,
    arguments: tuple[str, ...],
    environ: dict[str, str],
    problem: str,
) -> None:
    """And names what is wrong, before anything is published."""
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows(1))
    done = publish(file, *arguments, **environ)

    assert (done.status, done.out) == (2, "")
    assert problem in done.error
