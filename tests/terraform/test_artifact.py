"""The zip that Terraform makes is all a function needs, and changes only with its content."""

import asyncio
import json
import os
import re
import time
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.functions.capturing import CAPTURE_SECRET
from tests.functions.capturing import signed as signed_capture
from tests.functions.running import API_SECRET, GA4, MEASUREMENT_ID, SIGNING_SECRET, signed
from tests.support.billing_json import renewal
from tests.support.builders import CLIENT_ID
from tests.support.places import ROOT
from tests.support.pushing import PUBLISHED_AT
from tests.support.server_json import enrichment, server_event
from tests.support.stripe_json import checkout_session, event
from tests.support.stripe_server import KEY, StripeServer
from tests.terraform.artifact import environment, interpreter, serving, unpack
from tests.terraform.planning import Json, Plan, copy_tree, init, missing, plan, plans
from tools.traffic.request import push_body

pytestmark = pytest.mark.terraform

Start = Callable[..., AbstractContextManager[httpx.Client]]

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PYTHONS = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))
FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/main.py"))


@pytest.fixture(scope="module")
def ga4(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GA4]:
    """The local GA4."""
    with GA4(tmp_path_factory.mktemp("ga4")) as process:
        yield process


@pytest.fixture(scope="module", params=[PYTHONS[0], PYTHONS[-1]])
def made(request: pytest.FixtureRequest, pytestconfig: pytest.Config) -> Path:
    """An environment of what is deployed alone, with the oldest and with the newest Python."""
    python = interpreter(request.param)
    if python is None:
        missing(f"Python {request.param} is not installed")
    return environment(
        ROOT / "functions" / "requirements.txt",
        pytestconfig.cache.mkdir("deployed-environment"),
        python,
    )


def settings(folder: Path, ga4: GA4, **more: str) -> dict[str, str]:
    """Return the environment of a function whose secrets and store are files."""
    secrets = {"ga4": API_SECRET, "stripe": SIGNING_SECRET, "capture": CAPTURE_SECRET, "key": KEY}
    for name, secret in secrets.items():
        (folder / name).write_text(secret, encoding="utf-8")
    (folder / "costs.csv").write_text("item_id,unit_cost,currency\nmug,4.00,EUR\n")
    stripe = {"secret": f"file:{folder / 'stripe'}", "api_key": f"file:{folder / 'key'}"}
    return {
        "GA4_MEASUREMENT_ID": MEASUREMENT_ID,
        "GA4_API_SECRET": f"file:{folder / 'ga4'}",
        "GA4_ENDPOINT": ga4.url,
        "PAYMENT_PROVIDERS": json.dumps({"stripe": stripe}),
        "CAPTURE_SECRET": f"file:{folder / 'capture'}",
        "CATALOGUE": f"csv:{folder / 'costs.csv'}",
        "STORE": f"sqlite:{folder / 'store.sqlite'}",
        "ACCEPT_TEST_EVENTS": "true",
        **more,
    }


@pytest.fixture
def start(bundles: dict[str, Path], made: Path, ga4: GA4, tmp_path: Path) -> Start:
    """Start a function from its zip, with settings that differ from the usual."""

    def started(name: str, **more: str) -> AbstractContextManager[httpx.Client]:
        folder = unpack(bundles[name], tmp_path / "workspace")
        return serving(folder, made, name, settings(tmp_path, ga4, **more), tmp_path / "log")

    return started


def body(document: Json) -> bytes:
    """Return a document as it is sent."""
    return json.dumps(document).encode()


def now() -> str:
    """Return the time, as messages write it."""
    return datetime.fromtimestamp(int(time.time()), UTC).isoformat()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_zip_holds_the_function_what_it_shares_and_its_list(
    bundles: dict[str, Path], name: str
) -> None:
    """Byte for byte, and nothing else."""
    expected = {
        "main.py": ROOT / "functions" / name / "main.py",
        "requirements.txt": ROOT / "functions" / "requirements.txt",
        **{str(path.relative_to(ROOT)): path for path in (ROOT / "shared").rglob("*.py")},
    }
    with zipfile.ZipFile(bundles[name]) as archive:
        found = {entry: archive.read(entry) for entry in archive.namelist()}

    assert found == {entry: path.read_bytes() for entry, path in expected.items()}


def test_the_webhook_delivers_a_signed_payment_from_its_zip_alone(
    start: Start, tmp_path: Path
) -> None:
    """All the way to GA4; what nobody signed is refused; each request leaves its log line."""
    paid = body(event(checkout_session()))

    with start("payment_webhook") as webhook:
        forged = webhook.post("/stripe", content=paid)
        answer = webhook.post("/stripe", content=paid, headers=signed(paid))

    assert forged.status_code == 400
    assert (answer.status_code, answer.json()["outcome"]) == (200, "delivered")
    lines = map(json.loads, (tmp_path / "log").read_text(encoding="utf-8").splitlines())
    assert [line["status"] for line in lines if line["event"] == "request"] == [400, 200]


def test_a_capture_is_stored_from_its_zip_alone(start: Start) -> None:
    """As the shop's backend signs it."""
    capture = body({"references": ["cs_test_a1"], "client_id": CLIENT_ID})

    with start("context_capture") as function:
        answer = function.post("/", content=capture, headers=signed_capture(capture))

    assert (answer.status_code, answer.json()["outcome"]) == (200, "stored")


@pytest.mark.parametrize(
    ("name", "message", "given"),
    [
        ("subscription_renewal", renewal(transaction_id="ZIP-1"), "purchase"),
        ("data_enrichment", enrichment(transaction_id="ZIP-2"), "purchase_enriched"),
        ("offline_event", server_event(analytics={"client_id": CLIENT_ID}), "generate_lead"),
    ],
)
def test_a_push_is_delivered_from_the_zip_alone(
    start: Start, ga4: GA4, name: str, message: Json, given: str
) -> None:
    """All the way to GA4."""
    ga4.forget()
    pushed = push_body(body({**message, "occurred_at": now()}), published_at=PUBLISHED_AT)

    with start(name) as function:
        answer = function.post("/", content=pushed, headers={"content-type": "application/json"})

    assert answer.status_code == 204
    assert [found["body"]["events"][0]["name"] for found in ga4.events] == [given]


def test_the_days_are_compared_from_the_zip_alone(start: Start) -> None:
    """As Cloud Scheduler asks for it."""

    def ask(stripe: StripeServer) -> httpx.Response:
        with start("reconciliation", STRIPE_API=stripe.url) as function:
            return function.post("/")

    async def asked() -> httpx.Response:
        async with StripeServer(lists={"/v1/events": []}) as stripe:
            return await asyncio.to_thread(ask, stripe)

    answer = asyncio.run(asked())

    assert (answer.status_code, answer.json()["reason"]) == (200, "stripe: balanced")


def test_a_zip_is_the_same_on_another_machine(everything: Plan, tmp_path: Path) -> None:
    """Other times, other modes and what lies about change nothing: nothing is deployed again."""
    before = os.umask(0o077)
    try:
        root = copy_tree(tmp_path)
        (root.parent / "shared" / "__pycache__").mkdir()
        (root.parent / "shared" / "__pycache__" / "wire.cpython-311.pyc").write_bytes(b"\xff")
        (root.parent / "shared" / "notes.txt").write_text("mine", encoding="utf-8")
        for path in (root.parent / "shared").rglob("*"):
            path.chmod(0o700)
            os.utime(path, (86_400, 86_400))
        init(root)
        plan(root, "payments")
    finally:
        os.umask(before)
    again = plans(root)["nothing_but_payments"].outputs["bundles"]["payment_webhook"]

    assert again == everything.outputs["bundles"]["payment_webhook"]
