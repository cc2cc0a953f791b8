"""`connectors serve --to`: the real GA4, a stand-in on the wire, gets what the local one gets."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support import loopback
from tests.support.faulty_server import DROP, HANG, FaultyServer, answer
from tests.support.forks import COMMAND, run_connectors
from tests.support.local_stack import FORKED, ServedStack, clean_environment, served
from tests.support.loop import in_a_loop

STREAM: Final = "G-REAL123456"
SECRET: Final = "r3al-s3cret-of-ga4"
TAKEN: Final = answer(204)


@asynccontextmanager
async def sending(
    script: Sequence[bytes | str], folder: Path, *, program: str = FORKED
) -> AsyncIterator[tuple[ServedStack, FaultyServer]]:
    """Run a stack that sends to a stand-in of Google, which answers as a script says."""
    file = folder / "api_secret"
    file.write_text(f"{SECRET}\n")
    async with FaultyServer(script) as google:
        running = served(
            *("--to", STREAM, "--api-secret-file", str(file)),
            GA4_ENDPOINT=f"http://127.0.0.1:{google.port}",
            # Neither of them is meant: the options say what is.
            GA4_MEASUREMENT_ID="G-OTHER12345",
            GA4_API_SECRET="file:/nowhere",
            program=program,
        )
        stack = await asyncio.to_thread(running.__enter__)
        try:
            yield stack, google
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)


async def triggered(stack: ServedStack, *arguments: str) -> list[dict[str, Any]]:
    """Run `connectors trigger` while the stand-in answers."""
    return await asyncio.to_thread(stack.answers, *arguments)


async def shown(stack: ServedStack) -> list[Any]:
    """Return what the collector shows."""
    return await asyncio.to_thread(stack.events)


def raw_bodies(stack: ServedStack) -> bytes:
    """Return `GET /events` as it is on the wire."""
    return loopback.get(f"{stack.line['collector']}/events").content


def functions_processes() -> bytes:
    """Return the environment and the arguments of each process of a function."""
    found = b""
    for arguments in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has just ended, or is somebody else's
            if b"functions_framework" in (text := arguments.read_bytes()):
                found += text + arguments.with_name("environ").read_bytes()
    return found


@in_a_loop
async def test_google_gets_the_exact_bytes(tmp_path: Path) -> None:
    """Under the real id and secret; the local GA4 shows the event, its verdict and the answer."""
    async with sending([TAKEN], tmp_path) as (stack, google):
        (sale,) = await triggered(stack, "sale", "--amount", "10.10")
        answers = await triggered(stack, "stripe.refund")
        events = await shown(stack)
        raw = await asyncio.to_thread(raw_bodies, stack)

    assert stack.line["measurement_id"] == STREAM
    assert stack.line["forwards_to"] == f"http://127.0.0.1:{google.port}"
    assert [sale["outcome"], *(each["outcome"] for each in answers)] == ["delivered"] * 3
    assert [urlsplit(seen.target).path for seen in google.seen] == ["/mp/collect"] * 3
    for seen, event in zip(google.seen, events, strict=True):
        assert parse_qs(urlsplit(seen.target).query) == {
            "measurement_id": [STREAM],
            "api_secret": [SECRET],
        }
        assert seen.body in raw
        assert json.loads(seen.body) == event["body"]
        assert event["measurement_id"] == STREAM
        assert event["verdict"] in ("ok", "advice")
        assert event["forwarded"] == {"to": stack.line["forwards_to"], "status": 204, "error": None}


@in_a_loop
async def test_the_secret_stays_in_one_process(tmp_path: Path) -> None:
    """It is in no log line, no answer, no environment and no argument of a function."""
    async with sending([TAKEN], tmp_path, program=COMMAND) as (stack, _):
        await triggered(stack, "stripe.checkout")
        raw = await asyncio.to_thread(raw_bodies, stack)
        described = (await asyncio.to_thread(loopback.get, f"{stack.line['collector']}/stack")).text
        processes = await asyncio.to_thread(functions_processes)
        log = stack.log.read_bytes()

    assert b"functions_framework" in processes
    for text in (raw, described.encode(), processes, log):
        assert SECRET.encode() not in text
    assert STREAM.encode() in log  # the banner says where it goes
    assert b"count there like real ones" in log


@in_a_loop
async def test_what_strangers_post_stays_here(tmp_path: Path) -> None:
    """Any page or program on this machine can post to the local GA4, and never to the real one."""
    async with sending([TAKEN], tmp_path) as (stack, google):
        body = b'{"client_id": "1.2", "events": [{"name": "purchase"}]}'
        for query in ("", f"?measurement_id={STREAM}&api_secret=guess", f"?api_secret={SECRET}"):
            url = f"{stack.line['collector']}/mp/collect{query}"
            found = await asyncio.to_thread(loopback.post, url, content=body)
            assert found.status_code == 204
        events = await shown(stack)

    assert google.seen == []
    assert len(events) == 3
    assert all("forwarded" not in event for event in events)


@in_a_loop
async def test_what_google_did_not_take_is_sent_again(tmp_path: Path) -> None:
    """Google's own answer reaches the function, which tries again by its own rules."""
    async with sending([answer(503), TAKEN], tmp_path) as (stack, google):
        (sent,) = await triggered(stack, "stripe.checkout")
        events = await shown(stack)

    assert sent["outcome"] == "delivered"
    assert [event["forwarded"]["status"] for event in events] == [503, 204]
    assert google.seen[0].body == google.seen[1].body


@pytest.mark.parametrize("act", [DROP, HANG])
@in_a_loop
async def test_what_may_have_arrived_is_never_doubled(tmp_path: Path, act: str) -> None:
    """A refund is not sent again, as a purchase would be: it is recorded as uncertain."""
    async with sending([TAKEN, act, TAKEN], tmp_path) as (stack, google):
        purchase, refund = await triggered(stack, "stripe.refund")
        events = await shown(stack)

    assert (purchase["outcome"], refund["outcome"]) == ("delivered", "uncertain")
    assert len(google.seen) == 2
    assert [event["forwarded"]["status"] for event in events] == [204, None]
    assert events[1]["forwarded"]["error"]


@in_a_loop
async def test_google_out_of_reach_loses_nothing(tmp_path: Path) -> None:
    """Nothing left this machine: the provider is asked to try again, and then it arrives."""
    async with sending([TAKEN], tmp_path) as (stack, google):
        await google.stop()
        (sent,) = await triggered(stack, "stripe.checkout")
        log = stack.log.read_text()

    assert (sent["status"], sent["outcome"]) == (503, "unavailable")
    assert "the real GA4 gave no answer: ClientConnectorError" in log


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--to", STREAM), "--api-secret-file"),
        (("--api-secret-file", "SECRET"), "--to"),
        (("--to", "UA-1", "--api-secret-file", "SECRET"), "--to"),
        (("--to", STREAM, "--api-secret-file", "NOWHERE"), "--api-secret-file"),
        (("--to", STREAM, "--api-secret-file", "EMPTY"), "--api-secret-file"),
        (("--to", STREAM, "--api-secret-file", "WORDS"), "--api-secret-file"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(
    tmp_path: Path, arguments: tuple[str, ...], says: str
) -> None:
    """Exit status 2 and one line, before anything starts; no secret is ever quoted."""
    (tmp_path / "SECRET").write_text(SECRET)
    (tmp_path / "EMPTY").write_text("")
    (tmp_path / "WORDS").write_text(f"api_secret = {SECRET}\n")

    done = run_connectors(
        "serve", *arguments, "--port", "0", environ=clean_environment(), working_folder=tmp_path
    )

    assert (done.status, done.out) == (2, "")
    assert says in done.error
    assert SECRET not in done.error


def test_several_streams_are_not_one(tmp_path: Path) -> None:
    """`--to` beside `STREAMS` would leave open which is meant."""
    (tmp_path / "SECRET").write_text(SECRET)

    done = run_connectors(
        "serve",
        *("--to", STREAM, "--api-secret-file", "SECRET", "--port", "0"),
        environ=clean_environment(STREAMS="{}"),
        working_folder=tmp_path,
    )

    assert (done.status, "STREAMS" in done.error) == (2, True)
