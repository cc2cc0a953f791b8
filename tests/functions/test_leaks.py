"""No secret is ever said: whatever is logged, however GA4 misbehaves.

The function runs inside a source file that turns every logger of the process up to DEBUG and has
each record written out whole, extra fields and tracebacks included.
"""

import base64
import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.functions import stripe_events as stripe
from tests.functions.running import API_SECRET, GA4, SIGNING_SECRET, Webhook
from tools.stand_ins.secret_manager import SecretManagerStandIn

# What a developer may do who wants to see everything.
_LOUD: Final = """
    import logging

    class Whole(logging.Formatter):
        def format(self, record):
            return super().format(record) + repr(record.__dict__)

    handler = logging.StreamHandler()
    handler.setFormatter(Whole("%(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.DEBUG, handlers=[handler])
    for name in ("google", "google.cloud", "grpc", "httpx", "httpcore", "aiohttp", "asyncio"):
        logging.getLogger(name).setLevel(logging.DEBUG)

    logging.getLogger("google.cloud").debug("a record", extra={"response": "heard as well"})

    from functions.payment_webhook import main
"""

_AS_IT_IS: Final = """
    payment_webhook = main.payment_webhook
"""

_UNSILENCED: Final = """
    import functions_framework.aio

    @functions_framework.aio.http
    async def payment_webhook(request):
        main.process()
        for name in ("httpx", "httpcore", "aiohttp", "aiohttp.client", "asyncio", "connectors"):
            logging.getLogger(name).disabled = False
            logging.getLogger(name).propagate = True
        logging.getLogger("httpx").info("httpx is heard")
        return await main.payment_webhook(request)
"""


@pytest.fixture
def stand_in() -> Iterator[SecretManagerStandIn]:
    """Secret Manager with both secrets."""
    with SecretManagerStandIn(api_secret=API_SECRET, stripe=SIGNING_SECRET) as running:
        yield running


@pytest.fixture
def settings(stand_in: SecretManagerStandIn) -> dict[str, str]:
    """Secrets in Secret Manager, and every switch on that makes a library talk."""
    return {
        "GA4_API_SECRET": "projects/shop/secrets/api_secret",
        "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": "projects/shop/secrets/stripe"}}),
        "SECRET_MANAGER_EMULATOR_HOST": stand_in.address,
        "GOOGLE_SDK_PYTHON_LOGGING_SCOPE": "google",
        "PYTHONASYNCIODEBUG": "1",
        # With "true" functions-framework would quiet every logger that is made loud here.
        "LOG_EXECUTION_ID": "false",
    }


def test_no_secret_is_said_at_debug(settings: dict[str, str], tmp_path: Path) -> None:
    """With every logger at DEBUG httpx stays silent, and no library says a secret."""
    source = _source(tmp_path, _AS_IT_IS)
    with (
        GA4(tmp_path / "ga4") as ga4,
        Webhook(tmp_path / "fn", ga4.url, source=source, settings=settings) as webhook,
    ):
        answer = webhook.post(stripe.paid("TAKEN"))

        assert answer.status_code == 200
        assert b"heard as well" in webhook.said
        assert b"HTTP Request" not in webhook.said
        _assert_unsaid(answer.content, webhook.said, ga4.said, ga4.shown, webhook.ledger.content)


def test_no_secret_is_said_when_all_goes_wrong(
    settings: dict[str, str], stand_in: SecretManagerStandIn, tmp_path: Path
) -> None:
    """With httpx heard again: whether GA4 takes, refuses, drops, is slow or away, none is said."""
    source = _source(tmp_path, _UNSILENCED)
    answers = []
    with GA4(tmp_path / "ga4") as ga4:
        with Webhook(tmp_path / "fn", ga4.url, source=source, settings=settings) as webhook:

            def sender(order: str, body: bytes | None = None, secret: str = SIGNING_SECRET) -> int:
                answer = webhook.post(body or stripe.paid(order), secret=secret)
                answers.append(answer.content + str(answer.headers).encode())
                return answer.status_code

            assert sender("TAKEN") == 200
            for status, expected in ((503, 503), (400, 200), (500, 503), (302, 200)):
                ga4.misbehave(status=status)
                assert sender(f"ANSWERED-{status}") == expected
            ga4.misbehave(drop_after_read=True)
            assert sender("DROPPED") == 503
            ga4.misbehave(delay_ms=4000)
            assert sender("SLOW") == 503
            assert sender("FORGED", secret="whsec_guessed") == 400
            assert sender("BROKEN", b"{") == 400
            shown = ga4.shown
            ga4.kill()
            assert sender("AWAY") == 503
            stand_in.stop()
            assert sender("ALONE", secret="whsec_guessed") == 400

        assert b"httpx is heard" in webhook.said
        _assert_unsaid(*answers, webhook.said, ga4.said, shown, webhook.ledger.content)


def _source(folder: Path, rest: str) -> Path:
    source = folder / "main.py"
    source.write_text(textwrap.dedent(_LOUD + rest), encoding="utf-8")
    return source


def _assert_unsaid(*places: bytes) -> None:
    for secret in (API_SECRET.encode(), SIGNING_SECRET.encode()):
        for form in (secret, base64.b64encode(secret), secret.hex().encode()):
            assert not [place for place in places if form in place]
