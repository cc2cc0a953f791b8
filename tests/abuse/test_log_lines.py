"""Floods of forged requests: the log stays readable, and its counts exact."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import pytest

from shared.web.request_log import FIRST, PAUSE_SECONDS
from tests.functions import stripe_events as stripe
from tests.functions.running import GA4, Json, Webhook, eventually, signed

Record = Any

_FORGED: Final = 4000
_ALIKE: Final = ("bad_signature", "not_found", "method_not_allowed", "too_large")


def flood(webhook: Webhook) -> Counter[str]:
    """Send forged requests of four kinds; return what they were answered."""
    headers = signed(b"{}", secret="whsec_guessed")

    def forge(number: int) -> str:
        match number % 4:
            case 0:
                answer = webhook.request("POST", content=b"{}", headers=headers)
            case 1:
                answer = webhook.request("POST", f"/{number}", content=b"{}", headers=headers)
            case 2:
                answer = webhook.request("GET")
            case _:
                answer = webhook.request(
                    "POST", headers={"stripe-signature": "x", "a": "x" * 40_000}
                )
        outcome: str = answer.json()["outcome"]
        return outcome

    with ThreadPoolExecutor(8) as senders:
        return Counter(senders.map(forge, range(_FORGED)))


def counted(lines: list[Json]) -> Counter[str]:
    """Return how many requests the lines stand for, as Terraform's metrics count them."""
    counts: Counter[str] = Counter()
    for line in lines:
        counts[line["outcome"]] += 1 + line.get("suppressed", 0)
    return counts


def test_forged_requests_leave_few_lines_that_count_them_all(
    ga4: GA4, tmp_path: Path, record_property: Record
) -> None:
    """Genuine ones among them have a line each."""
    with Webhook(tmp_path, ga4.url) as webhook:
        began = time.perf_counter()
        answered = flood(webhook)
        seconds = time.perf_counter() - began
        for number in range(50):
            assert webhook.post(stripe.paid(f"AMONG-{number}")).status_code == 200
        eventually(lambda: counted(webhook.lines("request")).total() >= _FORGED + 50, "all count")
        lines = webhook.lines("request")

    genuine = [line for line in lines if line["outcome"] == "delivered"]
    forged = [line for line in lines if line["outcome"] in _ALIKE]
    record_property(
        "figure",
        f"{_FORGED} forged requests in {seconds:.1f} s left {len(forged)} lines, which count "
        f"{counted(forged).total()}",
    )
    assert answered == dict.fromkeys(_ALIKE, _FORGED // 4)
    assert counted(forged) == answered
    assert len(forged) <= len(_ALIKE) * (FIRST + 2 + seconds // PAUSE_SECONDS)
    assert len(genuine) == 50
    assert not any("suppressed" in line for line in genuine)


@pytest.mark.parametrize("settings", [{"STORE": None}, {"PAYMENT_PROVIDERS": "{"}])
def test_a_function_without_settings_is_not_flooded_either(
    settings: dict[str, str | None], ga4: GA4, tmp_path: Path
) -> None:
    """Anybody can ask it, and each answer is an error in the log."""
    with Webhook(tmp_path, ga4.url, settings=settings) as webhook:
        for _ in range(200):
            webhook.post(b"{}")
        eventually(lambda: counted(webhook.lines("request")).total() >= 200, "all count")
        lines = webhook.lines("request")

    assert counted(lines) == {"misconfigured": 200}
    assert len(lines) <= FIRST + 10
