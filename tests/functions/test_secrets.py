"""Secrets out of Secret Manager: read, rotated, out of reach, absent."""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest

from shared.web.responses import NOT_SET_UP
from tests.functions import stripe_events as stripe
from tests.functions.running import API_SECRET, GA4, SIGNING_SECRET, Webhook, eventually
from tools.ports import HOST
from tools.stand_ins.secret_manager import SecretManagerStandIn

_KEPT: Final = {"api_secret": f" {API_SECRET}\n", "stripe": f"{SIGNING_SECRET}\n"}


# A read that failed is tried again after ten seconds: tests/secrets says so by a clock, and the
# test of a rotated secret waits for them. Here it is one second.
_SOON: Final = """
from shared.secrets import cache

cache.REFRESH_SECONDS = 1.0

from functions.payment_webhook.main import payment_webhook
"""


def trying_again_soon(folder: Path) -> Path:
    """Return the source of a webhook that does not wait as long as ours."""
    source = folder / "main.py"
    source.write_text(_SOON, encoding="utf-8")
    return source


def managed(stand_in: SecretManagerStandIn) -> Mapping[str, str]:
    """The settings that point at secrets in Secret Manager."""
    return {
        "GA4_API_SECRET": "projects/shop/secrets/api_secret",
        "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": "projects/shop/secrets/stripe"}}),
        "SECRET_MANAGER_EMULATOR_HOST": stand_in.address,
    }


@pytest.fixture(scope="module")
def stand_in() -> Iterator[SecretManagerStandIn]:
    """Secret Manager, with secrets that end in a line break as hand-made ones do."""
    with SecretManagerStandIn(**_KEPT) as running:
        yield running


@pytest.fixture(scope="module")
def webhook(
    ga4: GA4, stand_in: SecretManagerStandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Webhook]:
    """A webhook whose secrets are all in Secret Manager."""
    folder = tmp_path_factory.mktemp("managed")
    with Webhook(folder, ga4.url, settings=managed(stand_in)) as process:
        yield process


def test_secrets_are_read_once_and_kept(
    ga4: GA4, stand_in: SecretManagerStandIn, webhook: Webhook
) -> None:
    """Each secret is read at its first use, and not again for the next delivery."""
    answers = [webhook.post(stripe.paid(f"KEPT-{number}")) for number in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert len(ga4.events) == 3
    assert stand_in.reads == {
        "projects/shop/secrets/stripe": 1,
        "projects/shop/secrets/api_secret": 1,
    }


def test_a_rotated_signing_secret_works_without_redeploy(ga4: GA4, tmp_path: Path) -> None:
    """A signature by the new secret is soon accepted, and one by the old no more."""
    with (
        SecretManagerStandIn(**_KEPT) as stand_in,
        Webhook(tmp_path, ga4.url, settings=managed(stand_in)) as webhook,
    ):
        assert webhook.post(stripe.paid("BEFORE")).status_code == 200
        stand_in.rotate("stripe", "whsec_rotated")
        body = stripe.paid("ROTATED")

        def accepted() -> bool:
            return webhook.post(body, secret="whsec_rotated").status_code == 200

        eventually(accepted, "a delivery signed with the new secret is accepted")
        assert webhook.post(stripe.paid("OLD")).status_code == 400
    assert len(ga4.about("ROTATED")) == 1
    assert ga4.about("OLD") == []


def test_known_secrets_serve_on_while_secret_manager_is_away(
    stand_in: SecretManagerStandIn, webhook: Webhook
) -> None:
    """Deliveries go on, and a forgery is still a forgery."""
    assert webhook.post(stripe.paid("NEAR")).status_code == 200
    stand_in.stop()
    try:
        assert webhook.post(stripe.paid("AWAY")).status_code == 200
        assert webhook.post(stripe.paid("FORGED"), secret="whsec_guessed").status_code == 400
    finally:
        stand_in.start()


def test_without_secret_manager_nothing_is_claimed(ga4: GA4, tmp_path: Path) -> None:
    """A function that cannot read its secrets asks for a retry, and a retry delivers."""
    stand_in = SecretManagerStandIn(**_KEPT)
    source = trying_again_soon(tmp_path)
    with Webhook(tmp_path, ga4.url, source=source, settings=managed(stand_in)) as webhook:
        body = stripe.paid("DARK")

        answer = webhook.post(body)

        assert answer.status_code == 503
        assert answer.headers["retry-after"] == "30"
        assert answer.json() == {
            "outcome": "unavailable",
            "reason": "PAYMENT_PROVIDERS stripe: Secret Manager says ServiceUnavailable",
            "events": [],
        }
        assert webhook.ledger.rows == []
        (line,) = webhook.lines("request")
        assert (line["severity"], line["status"]) == ("ERROR", 503)
        with stand_in:
            eventually(lambda: webhook.post(body).status_code == 200, "a retry delivers")
    assert len(ga4.about("DARK")) == 1


def test_nobody_waits_in_line_for_secret_manager(ga4: GA4, tmp_path: Path) -> None:
    """Deliveries that come at once while it is away are answered at once, not one by one."""
    stand_in = SecretManagerStandIn(**_KEPT)
    with Webhook(tmp_path, ga4.url, settings=managed(stand_in)) as webhook:
        bodies = [stripe.paid(f"LINE-{number}") for number in range(8)]
        began = time.monotonic()

        with ThreadPoolExecutor(8) as senders:
            answers = list(senders.map(webhook.post, bodies))

        assert {answer.status_code for answer in answers} == {503}
        assert time.monotonic() - began < 8


def test_a_secret_that_does_not_exist_is_named(ga4: GA4, tmp_path: Path) -> None:
    """The log alone names the setting whose secret is missing, and nothing is claimed."""
    source = trying_again_soon(tmp_path)
    with (
        SecretManagerStandIn(stripe=SIGNING_SECRET) as stand_in,
        Webhook(tmp_path, ga4.url, source=source, settings=managed(stand_in)) as webhook,
    ):
        answer = webhook.post(stripe.paid("NOWHERE"))

        assert answer.status_code == 500
        assert answer.json() == {
            "outcome": "misconfigured",
            "reason": NOT_SET_UP,
            "events": [],
        }
        (line,) = webhook.lines("request")
        assert line["reason"] == "GA4_API_SECRET: Secret Manager says NotFound"
        assert webhook.ledger.rows == []
        stand_in.rotate("api_secret", API_SECRET)
        body = stripe.paid("NOWHERE")
        eventually(lambda: webhook.post(body).status_code == 200, "it is read some time later")


def test_a_second_secret_without_a_version_stops_nobody(ga4: GA4, tmp_path: Path) -> None:
    """It is set up before its value is put in; a log line says that it cannot be read."""
    names = ["projects/shop/secrets/stripe", "projects/shop/secrets/stripe-2"]
    with SecretManagerStandIn(**_KEPT) as stand_in:
        settings = {
            **managed(stand_in),
            "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": names}}),
        }
        with Webhook(tmp_path, ga4.url, settings=settings) as webhook:
            assert webhook.post(stripe.paid("ROTATING")).status_code == 200
            (line,) = webhook.lines("secret")

    assert (line["severity"], line["reason"]) == (
        "WARNING",
        "PAYMENT_PROVIDERS stripe: secret 2 of 2: Secret Manager says NotFound",
    )


def test_an_empty_secret_is_no_secret(ga4: GA4, tmp_path: Path) -> None:
    """A secret of white space would let anybody sign: it is a mistake of the configuration."""
    with (
        SecretManagerStandIn(stripe=" \n", api_secret=API_SECRET) as stand_in,
        Webhook(tmp_path, ga4.url, settings=managed(stand_in)) as webhook,
    ):
        answer = webhook.post(stripe.paid("EMPTY"), secret="")

        assert answer.status_code == 500
        assert answer.json()["reason"] == NOT_SET_UP
        (line,) = webhook.lines("request")
        assert line["reason"] == "PAYMENT_PROVIDERS stripe: the secret is empty"
    assert ga4.about("EMPTY") == []


def test_missing_settings_are_all_named(ga4: GA4, tmp_path: Path) -> None:
    """A function without settings answers 500 and names every one it needs, in the log alone."""
    names = ["GA4_MEASUREMENT_ID", "GA4_API_SECRET", "PAYMENT_PROVIDERS", "STORE"]
    with Webhook(tmp_path, ga4.url, settings=dict.fromkeys(names)) as webhook:
        answer = webhook.post(stripe.paid("BARE"))

        assert answer.status_code == 500
        assert answer.json() == {"outcome": "misconfigured", "reason": NOT_SET_UP, "events": []}
        (line,) = webhook.lines("request")
        assert line["severity"] == "ERROR"
        assert set(re.findall(r"([A-Z0-9_]+): missing", line["reason"])) == set(names)


def test_a_secret_in_place_of_its_address_is_not_shown(ga4: GA4, tmp_path: Path) -> None:
    """Whoever puts the secrets themselves into the settings is told so, without them."""
    settings = {
        "GA4_API_SECRET": API_SECRET,
        "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": SIGNING_SECRET}}),
    }
    with Webhook(tmp_path, ga4.url, settings=settings) as webhook:
        answer = webhook.post(stripe.paid("MISPLACED"))

        assert answer.status_code == 500
        assert answer.json()["reason"] == NOT_SET_UP
        (line,) = webhook.lines("request")
        assert "GA4_API_SECRET: holds the secret itself" in line["reason"]
        assert "PAYMENT_PROVIDERS: stripe.secret: holds the secret itself" in line["reason"]
        for secret in (API_SECRET, SIGNING_SECRET):
            assert secret not in answer.text
            assert secret.encode() not in webhook.said


def test_ga4_gets_the_secret_without_white_space(
    stand_in: SecretManagerStandIn, tmp_path: Path
) -> None:
    """The line break at the end of a hand-made secret does not reach GA4."""
    with (
        listening() as (url, paths),
        Webhook(tmp_path, url, settings=managed(stand_in)) as webhook,
    ):
        assert webhook.post(stripe.paid("STRIPPED")).status_code == 200

    assert paths == [f"/mp/collect?measurement_id=G-TEST000001&api_secret={API_SECRET}"]


@contextmanager
def listening() -> Iterator[tuple[str, list[str]]]:
    """Run a server that takes everything; yield its address and the paths it is sent."""
    paths: list[str] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            paths.append(self.path)
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer((HOST, 0), Taker) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}", paths
        finally:
            server.shutdown()
            thread.join()
