"""`docs/quickstart.md`: each command that needs nobody else runs, and shows what the page shows."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.faulty_server import FaultyServer, answer
from tests.support.local_stack import ServedStack, served
from tests.support.loop import in_a_loop
from tests.support.places import ROOT

PAGE: Final = (ROOT / "docs/quickstart.md").read_text(encoding="utf-8")
_BLOCK: Final = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What is another one each time.
_CHANGING: Final = (
    (re.compile(r"\b(ORDER|SALE)-[a-z0-9]+"), r"\1-ID"),
    (re.compile(r"\b(evt|sev_s)_[a-z0-9]+"), r"\1_ID"),
)


def blocks(step: int, kind: str) -> list[str]:
    """Return the commands, or what they show, of a step."""
    text = PAGE.split(f"\n## {step}. ")[1].split("\n## ")[0]
    return [block for found, block in _BLOCK.findall(text) if found == kind]


def steady(text: str) -> str:
    """Return a text with every id that changes as the same word."""
    for pattern, word in _CHANGING:
        text = pattern.sub(word, text)
    return text


@pytest.fixture(scope="module")
def stack() -> Iterator[ServedStack]:
    """The stack that step 1 starts, on other ports."""
    with served() as running:
        yield running


def pasted(commands: str, stack: ServedStack, folder: Path) -> str:
    """Run commands in a shell, with `connectors` on its PATH; return what they print."""
    program = folder / "connectors"
    collector = stack.line["collector"]
    # The stack is not at its usual ports: a test must not need those.
    program.write_text(
        f'#!/bin/sh\nexec "{sys.executable}" -P -m tools.cli "$@" --collector {collector}\n'
    )
    program.chmod(0o755)
    done = subprocess.run(  # noqa: S603 - what is under test
        ["/bin/sh", "-eu", "-c", commands.replace("http://127.0.0.1:8787", collector)],
        env={**stack.environ, "PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_the_stack_prints_what_step_1_shows(stack: ServedStack) -> None:
    """The functions, in this order, at consecutive ports."""
    (shown,) = blocks(1, "text")
    names = [*re.findall(r"^  (\w+) +http://127\.0\.0\.1:(\d+)$", shown, re.MULTILINE)]

    assert names == [
        (name, str(8787 + number))
        for number, name in enumerate(["collector", *stack.line["functions"]][:3])
    ]


def test_steps_2_to_4_show_what_the_page_shows(stack: ServedStack, tmp_path: Path) -> None:
    """Pay an order, try what goes wrong, and ask what became of it."""
    pay, look = blocks(2, "sh")
    paid = pasted(pay, stack, tmp_path)
    assert steady(paid) == steady(blocks(2, "text")[0])
    (request,) = json.loads(pasted(look, stack, tmp_path))
    (event,) = request["body"]["events"]
    assert (event["name"], event["params"]["value"]) == ("purchase", 18)

    (wrong,) = blocks(3, "sh")
    printed = pasted(wrong, stack, tmp_path)
    (shown,) = blocks(3, "text")
    assert steady(printed).startswith(steady(shown))
    assert "\nrenewal " in printed[len(shown) :]

    (ask,) = blocks(4, "sh")
    order = re.findall(r"ORDER-\w+", paid)[0]
    explained = pasted(re.sub(r"ORDER-\w+", order, ask), stack, tmp_path)
    (shown,) = blocks(4, "text")
    assert steady(explained).startswith(steady(shown).removesuffix("…\n"))


@in_a_loop
async def test_step_6_reaches_the_real_ga4(tmp_path: Path) -> None:
    """With a stand-in of Google: the banner, and an event that DebugView would show."""
    start, send = blocks(6, "sh")
    (options,) = re.findall(r"^connectors serve (.*)$", start, re.MULTILINE)
    secret = tmp_path / "api_secret"
    secret.write_text("a-secret-of-ga4\n")
    words = [str(secret) if word == secret.name else word for word in options.split()]
    async with FaultyServer([answer(204)]) as google:
        endpoint = f"http://127.0.0.1:{google.port}"
        running = served(*words, GA4_ENDPOINT=endpoint)
        stack = await asyncio.to_thread(running.__enter__)
        try:
            printed = await asyncio.to_thread(pasted, send, stack, tmp_path)
            log = stack.log.read_text()
        finally:
            await asyncio.to_thread(running.__exit__, None, None, None)

    assert printed.startswith("stripe.checkout: delivered (200)")
    (seen,) = google.seen
    assert json.loads(seen.body)["events"][0]["params"]["debug_mode"] == 1
    (banner,) = blocks(6, "text")
    assert banner.replace("https://www.google-analytics.com", endpoint) in log


def test_step_5_names_the_functions_own_address() -> None:
    """Stripe's command line is not here: its arguments are compared with what is served."""
    start, forward = blocks(5, "sh")

    assert "CONNECTORS_STRIPE_SECRET=" in start
    assert "--forward-to http://127.0.0.1:8788/stripe" in forward
