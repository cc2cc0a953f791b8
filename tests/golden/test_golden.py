"""Golden cases: what a provider posts, and exactly what GA4 receives.

A case is a folder: `story.md` says in a sentence what happened; `request.json` is what the provider
posts (a list: several, in order); `headers.json` names the provider and, where it matters, its
options, its headers and our settings; `ga4.json` is every body GA4 receives, in order.

`GOLDEN=write` rewrites `ga4.json` from what is sent now; the difference is reviewed as text.
"""

import asyncio
import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.places import ROOT
from tests.support.posting import post
from tests.support.shop import Shop

CASES = sorted(path.parent for path in (ROOT / "tests/golden/cases").rglob("story.md"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_ga4_receives_exactly_this(case: Path, tmp_path: Path) -> None:
    """Each body, to the digit of an amount."""
    sent = asyncio.run(_sent(case, tmp_path))
    if os.environ.get("GOLDEN") == "write":
        (case / "ga4.json").write_text(json.dumps(_written(sent), indent=2) + "\n")

    assert sent == _read(case / "ga4.json")


def test_there_are_enough_cases_and_each_tells_its_story() -> None:
    """A case nobody can read proves nothing."""
    stories = [(case / "story.md").read_text().strip() for case in CASES]

    assert len(CASES) >= 60
    assert all(story.endswith(".") and len(story) > 20 for story in stories)
    assert len(set(stories)) == len(stories)


async def _sent(case: Path, folder: Path) -> list[Any]:
    about = _read(case / "headers.json")
    provider = about["provider"]
    entry = {"secret": f"file:{folder}/{provider}", **about.get("options", {})}
    shop = Shop(
        folder,
        PAYMENT_PROVIDERS=json.dumps({provider: entry}),
        ACCEPT_TEST_EVENTS="true",
        **about.get("settings", {}),
    )
    try:
        requests = json.loads((case / "request.json").read_text())
        for request in requests if isinstance(requests, list) else [requests]:
            await post(shop, provider, request, about.get("headers", {}))
    finally:
        await shop.connectors.ledger.close()
    return shop.ga4.bodies


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON
    return json.loads(path.read_text(), parse_float=Decimal)


def _written(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON's own types; a float shows as few digits as tell it apart."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: _written(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_written(child) for child in value]
    return value
