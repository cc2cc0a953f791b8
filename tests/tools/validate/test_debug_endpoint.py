"""`--debug-endpoint` shows a debug server's verdict beside ours."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.tools.collecting import collecting
from tests.tools.done import Done
from tests.tools.validate.running import ADVISED, BAD, GOOD, Validate, ValidateHere, lines
from tests.tools.validate.servers import answering

NOTHING = b'{"validationMessages": []}'
STREAM = ["--measurement-id", "G-TEST000001"]


def message(code: str, path: str | None, description: str = "because") -> dict[str, Any]:
    """One of Google's messages; a path may be missing."""
    place = {} if path is None else {"fieldPath": path}
    return {"description": description, "validationCode": code, **place}


def asked(
    validate: Validate | ValidateHere,
    payload: object,
    *messages: dict[str, Any],
    options: tuple[str, ...] = (),
) -> Done:
    """Validate one payload beside a server that answers with these messages."""
    answer = json.dumps({"validationMessages": messages}).encode()
    with answering(answer) as server:
        return validate("--debug-endpoint", server.url, *STREAM, *options, given=lines(payload))


def test_the_collector_agrees_with_us(validate: Validate, tmp_path: Path) -> None:
    """The local GA4 has the same rules, so that nothing differs for good and bad payloads."""
    file = tmp_path / "payloads.jsonl"
    file.write_bytes(lines(GOOD, ADVISED, BAD, [1]) + b"nope\n")

    with collecting() as url:
        done = validate("--json", "--debug-endpoint", url, *STREAM, str(file))

    assert (done.status, done.error) == (1, "")
    assert [line["verdict"] for line in done.lines] == [
        "ok",
        "advice",
        "error",
        "error",
        "error",
    ]
    assert [line["debug"]["verdict"] for line in done.lines] == ["ok", *["error"] * 4]
    assert not any(line["debug"]["differs"] for line in done.lines)


def test_both_verdicts_stand_side_by_side(validate: Validate) -> None:
    """The report tells what both say from what only one of them says."""
    payload = {**BAD, "client_id": "abc"}

    done = asked(
        validate,
        payload,
        message("NAME_INVALID", "events"),
        message("VALUE_REQUIRED", "api_secret"),
    )

    assert done.status == 1
    printed = [line.split()[:5] for line in done.out.splitlines()]
    assert "line 1: error here; the debug server finds a part of it, and more" in done.out
    assert ["here", "only", "advice", "VALUE_INVALID", "client_id:"] in printed
    assert ["server", "only", "server", "VALUE_REQUIRED", "api_secret:"] in printed
    assert ["both", "error", "NAME_INVALID", "events[0].name:", "a"] in printed
    assert "debug server: 0 ok, 1 error; 1 differ (first at line 1)" in done.out


def test_the_line_of_json_has_googles_own_messages(validate_here: ValidateHere) -> None:
    """A verdict as JSON gains one key, with the messages as Google writes them."""
    done = asked(validate_here, ADVISED, message("NAME_INVALID", "events"), options=("--json",))

    (line,) = done.lines
    assert [*line] == ["line", "verdict", "findings", "debug"]
    assert line["debug"] == {
        "verdict": "error",
        "messages": [message("NAME_INVALID", "events")],
        "differs": True,
        "only_here": [{"path": "client_id", "code": "VALUE_INVALID"}],
        "only_there": [{"path": "events", "code": "NAME_INVALID"}],
    }


@pytest.mark.parametrize(
    ("payload", "said", "arguments", "status"),
    [
        (GOOD, [], (), 0),
        (GOOD, [message("VALUE_INVALID", None)], (), 1),
        (ADVISED, [], (), 0),
        (ADVISED, [message("VALUE_INVALID", "client_id")], (), 0),
        (ADVISED, [message("VALUE_INVALID", None)], (), 0),
        (ADVISED, [message("VALUE_INVALID", "client_id")], ("--strict",), 1),
        (ADVISED, [message("VALUE_INVALID", "events")], (), 1),
        (BAD, [], (), 1),
    ],
)
def test_what_the_server_minds_fails_unless_it_is_advice(
    validate_here: ValidateHere,
    payload: object,
    said: list[dict[str, Any]],
    arguments: tuple[str, ...],
    status: int,
) -> None:
    """The server enforces recommendations, and tells them from errors as little as we must."""
    assert asked(validate_here, payload, *said, options=arguments).status == status


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (
            b' {"client_id" : "1.2"}\n',
            b'{"validation_behavior":"ENFORCE_RECOMMENDATIONS","client_id" : "1.2"}',
        ),
        (b"{ }\n", b'{"validation_behavior":"ENFORCE_RECOMMENDATIONS"}'),
        (
            b'{"validation_behavior":"RELAXED","user_id":"u"}\n',
            b'{"validation_behavior":"ENFORCE_RECOMMENDATIONS","user_id":"u"}',
        ),
        (
            b'{"a":1.10,"a":2}\n',
            b'{"validation_behavior":"ENFORCE_RECOMMENDATIONS","a":1.10,"a":2}',
        ),
        (b"nope\n", b"nope"),
    ],
)
def test_the_payload_is_sent_as_it_stands(
    validate_here: ValidateHere, given: bytes, sent: bytes
) -> None:
    """Nothing is changed but that recommendations are asked for."""
    with answering(NOTHING) as server:
        validate_here("--debug-endpoint", f"{server.url}/debug/mp/collect", *STREAM, given=given)

    assert server.bodies == [sent]


def test_many_payloads_keep_their_order(validate_here: ValidateHere) -> None:
    """Several are asked about at a time, and still answered one after the other."""
    payloads = [{**GOOD, "user_id": f"u{number}"} for number in range(60)]
    with answering(NOTHING) as server:
        done = validate_here(
            "--json", "--debug-endpoint", server.url, *STREAM, given=lines(*payloads)
        )

    assert done.status == 0
    assert [line["line"] for line in done.lines] == [*range(1, 61)]
    assert len(server.bodies) == 60


def test_the_file_may_follow_the_option(validate: Validate, tmp_path: Path) -> None:
    """The option's value may be left out, and then what follows is the file."""
    file = tmp_path / "f"
    file.write_bytes(lines(GOOD))

    done = validate("--debug-endpoint", str(file))

    assert (done.status, done.out) == (2, "")
    assert "--measurement-id" in done.error


@pytest.mark.parametrize(
    ("arguments", "environ", "query"),
    [
        (["--measurement-id", "G-1"], {}, "measurement_id=G-1"),
        ([], {"GA4_MEASUREMENT_ID": "G-2"}, "measurement_id=G-2"),
        (
            ["--stream", "app", "--firebase-app-id", "1:2:web:3"],
            {},
            "firebase_app_id=1%3A2%3Aweb%3A3",
        ),
    ],
)
def test_the_stream_is_named(
    validate_here: ValidateHere, arguments: list[str], environ: dict[str, str], query: str
) -> None:
    """The server minds a missing stream, so it is always named, and the secret never empty."""
    with answering(NOTHING) as server:
        validate_here("--debug-endpoint", server.url, *arguments, given=lines(GOOD), **environ)

    (path,) = server.paths
    assert path.startswith(f"/debug/mp/collect?{query}&api_secret=")
    assert not path.endswith("=")


def test_the_secret_comes_from_a_file_and_is_never_shown(
    validate: Validate, tmp_path: Path
) -> None:
    """The secret reaches the server and nothing else, even where that fails."""
    file = tmp_path / "secret"
    file.write_text("s3cr3t-s3cr3t\n")
    for status in (200, 500):
        with answering(NOTHING, status) as server:
            done = validate(
                "--debug-endpoint",
                server.url,
                *STREAM,
                given=lines(GOOD),
                GA4_API_SECRET=f"file:{file}",
            )

        assert server.paths[0].endswith("&api_secret=s3cr3t-s3cr3t")
        assert "s3cr3t" not in done.out + done.error


@pytest.mark.parametrize("value", ["s3cr3t-itself", "file:nowhere/s3cr3t"])
def test_a_secret_in_the_wrong_place_is_not_shown_either(
    validate_here: ValidateHere, value: str
) -> None:
    """A variable that holds no reference may hold the secret, so only its name is said."""
    done = validate_here(
        "--debug-endpoint", "http://127.0.0.1:9", *STREAM, given=lines(GOOD), GA4_API_SECRET=value
    )

    assert (done.status, done.out) == (2, "")
    assert "GA4_API_SECRET" in done.error
    assert "s3cr3t" not in done.error


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (b"busy", 503, "answered 503"),
        (b"", 204, "answered 204"),
        (b"<html>", 200, "holds no validation messages"),
        (b"{}", 200, "holds no validation messages"),
        (b"\xff", 200, "holds no validation messages"),
    ],
)
def test_other_answers_are_a_line_and_status_1(
    validate_here: ValidateHere, answer: bytes, status: int, says: str
) -> None:
    """What is no validation answer ends the command with its reason."""
    with answering(answer, status) as server:
        done = validate_here("--debug-endpoint", server.url, *STREAM, given=lines(*[GOOD] * 40))

    assert done.status == 1
    assert says in done.error
    assert done.error.count("\n") == 1


def test_nobody_there_is_a_line_and_status_1(validate: Validate) -> None:
    """A server out of reach ends the command with its reason."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: nobody can be reached there
        port = taken.getsockname()[1]
        done = validate("--debug-endpoint", f"http://127.0.0.1:{port}", *STREAM, given=lines(GOOD))

    assert done.status == 1
    assert done.error == (
        f"connectors: the debug server at 127.0.0.1:{port} gave no answer (ConnectError)\n"
    )


def test_a_server_cannot_steer_the_terminal(validate_here: ValidateHere) -> None:
    """What a server says is shown without its control characters."""
    done = asked(validate_here, GOOD, message("X\x1b[2J", "y\n", "z\x07"))

    assert done.status == 1
    assert "X [2J" in done.out
    assert not {"\x1b", "\x07"} & {*done.out}
