"""The wire contract of `connectors validate`: exit status, standard output, standard error."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.tools.validate.running import ADVISED, BAD, GOOD, VERDICTS, Validate, ValidateHere, lines


@pytest.mark.parametrize(
    ("verdicts", "arguments", "status"),
    [
        (["ok", "ok"], [], 0),
        (["ok", "advice"], [], 0),
        (["ok", "advice"], ["--strict"], 1),
        (["ok"], ["--strict"], 0),
        (["ok", "error", "advice"], [], 1),
    ],
)
def test_status_and_a_line_for_each_payload(
    validate: Validate, verdicts: list[str], arguments: list[str], status: int
) -> None:
    """Errors end with status 1, advice only when strict; each payload has its line of JSON."""
    given = lines(*(VERDICTS[verdict] for verdict in verdicts))

    done = validate("--json", *arguments, given=given)

    assert (done.status, done.error) == (status, "")
    assert [line["verdict"] for line in done.lines] == verdicts
    assert [line["line"] for line in done.lines] == [*range(1, len(verdicts) + 1)]


def test_the_keys_of_a_verdict_are_the_contract(validate: Validate) -> None:
    """A line has three keys, a finding four, and nothing else."""
    done = validate("--json", "-", given=lines(BAD, GOOD))

    bad, good = done.lines
    assert bad["findings"][0] == {
        "level": "error",
        "path": "events[0].name",
        "code": "NAME_INVALID",
        "message": bad["findings"][0]["message"],
    }
    assert [*bad] == ["line", "verdict", "findings"]
    assert good == {"line": 2, "verdict": "ok", "findings": []}


def test_unreadable_lines_are_findings(validate: Validate) -> None:
    """What is no JSON is an error of its line, and the lines after it are read."""
    given = b"nope\n\n" + lines(GOOD) + b'{"client_id": "\xff"}\n'

    done = validate("--json", given=given)

    assert done.status == 1
    assert [(line["line"], line["verdict"]) for line in done.lines] == [
        (1, "error"),
        (3, "ok"),
        (4, "error"),
    ]
    assert "not JSON" in done.lines[0]["findings"][0]["message"]
    assert "UTF-8" in done.lines[2]["findings"][0]["message"]


@pytest.mark.parametrize(
    ("text", "payload_lines"),
    [
        (json.dumps(BAD), [1]),
        (json.dumps(BAD, indent=2), [1]),
        (json.dumps([BAD, BAD]), [1, 1]),
        (json.dumps([BAD, BAD], indent=1), [2, 11]),
    ],
    ids=["one line", "spread out", "array", "array spread out"],
)
def test_documents_and_arrays(
    validate: Validate, tmp_path: Path, text: str, payload_lines: list[int]
) -> None:
    """One document may be on one line or many, a payload or an array of them."""
    file = tmp_path / "payload.json"
    file.write_text(text)

    done = validate("--json", str(file))

    assert done.status == 1
    assert [line["line"] for line in done.lines] == payload_lines


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.jsonl"], "nowhere.jsonl cannot be read"),
        (["."], "cannot be read"),
        (["--jsno"], "Unknown option: --jsno"),
        (["--stream", "tv"], "--stream"),
    ],
)
def test_wrong_usage_is_status_2(validate: Validate, arguments: list[str], says: str) -> None:
    """What cannot be understood ends with status 2, the reason on standard error, nothing else."""
    done = validate(*arguments)

    assert (done.status, done.out) == (2, "")
    assert says in done.error
    assert "Traceback" not in done.error


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["another"], "Unused"),
        (["--now", "yesterday"], "--now"),
        (["--now", "2026-11-23T12:00:00"], "--now"),
        (["--debug-endpoint=http://127.0.0.1:9"], "--measurement-id"),
        (["--debug-endpoint=http://127.0.0.1:9", "--stream", "app"], "--firebase-app-id"),
        (["--debug-endpoint", "http://example.org", "--measurement-id", "G-1"], "loopback"),
        (["--debug-endpoint", "one.json"], "one.json"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(
    validate_here: ValidateHere, arguments: list[str], says: str
) -> None:
    """Each option says what it takes."""
    done = validate_here(*arguments)

    assert (done.status, done.out) == (2, "")
    assert says in done.error


def test_the_moment_may_be_given(validate_here: ValidateHere) -> None:
    """Old samples are checked by the moment they were made for."""
    given = lines({**GOOD, "timestamp_micros": 1_700_000_000_000_000})

    assert validate_here(given=given).status == 1
    assert validate_here("--now", "2023-11-14T23:00:00Z", given=given).status == 0


def test_the_stream_may_be_an_app(validate_here: ValidateHere) -> None:
    """A payload of an app is right for an app stream only."""
    given = lines({"app_instance_id": "0123456789abcdef" * 2, "events": GOOD["events"]})

    assert validate_here(given=given).status == 1
    assert validate_here("--stream", "app", given=given).status == 0


def test_names_may_be_exempted(validate_here: ValidateHere) -> None:
    """The guard against personal data leaves out the names it is told to."""
    params = {"desk": "info@example.org", "agent": "me@example.org"}
    given = lines({**GOOD, "events": [{"name": "call", "params": params}]})

    once = validate_here("--json", "--exempt", "desk", given=given)

    assert [finding["path"] for finding in once.lines[0]["findings"]] == ["events[0].params.agent"]
    assert validate_here("--exempt", "desk", "--exempt", "agent", given=given).status == 0


def test_no_value_is_repeated(validate_here: ValidateHere) -> None:
    """Neither the report nor the lines show what a payload holds."""
    given = lines({**GOOD, "user_id": "jane@example.org"}) + b'{"user_id": jane@example.org}\n'

    for arguments in ([], ["--json"]):
        done = validate_here(*arguments, given=given)
        assert done.status == 1
        assert "jane" not in done.out + done.error


def test_nothing_to_validate_is_said(validate: Validate, tmp_path: Path) -> None:
    """An empty input breaks no rule, but somebody may have meant another file."""
    file = tmp_path / "empty.jsonl"
    file.write_bytes(b"\n\n")

    done = validate("--json", str(file))

    assert (done.status, done.out) == (0, "")
    assert done.error == f"connectors: {file} holds no payload\n"


def test_answers_come_while_the_input_is_open(validate: Validate) -> None:
    """Behind a pipe each payload is answered at once, before the next one is written."""
    with subprocess.Popen(  # noqa: S603 - the command under test
        [*validate.command, "validate", "--json"],
        env=validate.environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for payload, verdict in ((GOOD, "ok"), (ADVISED, "advice")):
            process.stdin.write(lines(payload))
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["verdict"] == verdict
        process.stdin.close()

        assert process.wait(30) == 0


def test_a_reader_that_leaves_is_no_accident(validate: Validate, tmp_path: Path) -> None:
    """When nobody reads on, as behind `head`, the command ends without a word."""
    file = tmp_path / "many.jsonl"
    file.write_bytes(lines(BAD) * 20_000)
    with subprocess.Popen(  # noqa: S603 - the command under test
        [*validate.command, "validate", "--json", str(file)],
        env=validate.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()

        assert process.wait(30) == 141
        assert process.stderr.read() == b""
