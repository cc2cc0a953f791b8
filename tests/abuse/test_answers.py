"""Strangers who ask a function that is set up wrongly: they learn that it is, and nothing else."""

import json
from pathlib import Path
from typing import Final

import pytest

from tests.functions.capturing import ORIGIN, Capturing
from tests.functions.running import GA4, Webhook

_SECRET: Final = "whsec_9fKq2LmZx7RtVb4N"
_REASON: Final = "settings are missing or wrong; the log names them"

# Keys and values swapped, a secret as a name, a secret in place of where it is.
SWAPPED: Final[dict[str, dict[str, str | None]]] = {
    "an option": {"PAYMENT_PROVIDERS": json.dumps({"stripe": {_SECRET: "secret"}})},
    "a provider": {"PAYMENT_PROVIDERS": json.dumps({_SECRET: {"secret": "file:x"}})},
    "an option's value": {
        "PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": "file:x", "item_id": _SECRET}})
    },
    "no JSON": {"PAYMENT_PROVIDERS": f"stripe={_SECRET}"},
    "the secret itself": {"PAYMENT_PROVIDERS": json.dumps({"stripe": {"secret": _SECRET}})},
    "the api_secret itself": {"GA4_API_SECRET": _SECRET},
    "another setting": {"LATE_EVENTS": _SECRET, "STORE": _SECRET, "GA4_ENDPOINT": _SECRET},
    "a number": {"MAX_DELIVERIES_IN_FLIGHT": _SECRET},
}


@pytest.mark.parametrize("case", SWAPPED)
def test_a_stranger_learns_no_setting(case: str, ga4: GA4, tmp_path: Path) -> None:
    """Neither a name nor a value, by any request; the log has the names, and no secret."""
    with Webhook(tmp_path, ga4.url, settings=SWAPPED[case]) as webhook:
        answers = [
            webhook.request("POST", content=b"{}", headers={"stripe-signature": "t=1,v1=00"}),
            webhook.request("POST", "/stripe"),
            webhook.request("POST", "/nobody"),
        ]
        said = webhook.said.decode(errors="replace")
        named = [name for name in SWAPPED[case] if name in said]

    assert [(answer.status_code, answer.json()["reason"]) for answer in answers] == [
        (500, _REASON)
    ] * len(answers)
    assert named == list(SWAPPED[case])
    assert _SECRET not in said


def test_a_page_learns_no_setting_either(tmp_path: Path) -> None:
    """Its preflight, and its capture."""
    with Capturing(tmp_path, CAPTURE_ORIGINS=ORIGIN, CAPTURE_REFERENCES=_SECRET) as function:
        asked = function.request("OPTIONS", headers={"origin": ORIGIN})
        posted = function.browse({"references": ["x"]})
        said = function.said.decode(errors="replace")

    assert [each.json()["reason"] for each in (asked, posted)] == [_REASON] * 2
    assert "CAPTURE_REFERENCES" in said
    assert _SECRET not in said
