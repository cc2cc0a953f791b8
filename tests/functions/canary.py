"""A word that stands for everything private in a request, and must come out nowhere."""

from typing import Final

from tests.functions.running import Webhook

CANARY: Final = "zq8canary7vx"


def assert_discreet(webhook: Webhook, *answers: str) -> None:
    """Neither the process nor an answer ever said the word, or showed a traceback."""
    for text in (webhook.said.decode(errors="replace"), *answers):
        assert CANARY not in text.lower()
        assert "Traceback" not in text
    assert webhook.alive
