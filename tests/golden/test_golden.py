"""Golden cases: what a provider posts, and exactly what GA4 receives.

A case is a folder:

- `story.md` says in a sentence what happened.
- `request.json` is what the provider posts; a list: several, in order.
- `headers.json` says who posts and how: `provider`; where it matters also its `options`, our
  `settings`, the request's `headers` (a list: each request's own), the seconds that pass before
  each request (`after`), and what each is answered (`answers`: an outcome, or `unavailable` for
  what the provider has to deliver again). Where there are none, everything is delivered.
  A message of Pub/Sub's names the `function` it is pushed to instead; its `headers` are its
  attributes, and `files` are written beside the shop's secrets: a setting may name their `FOLDER`.
- `ga4.json` is every body GA4 receives, in order.

Two cases that differ only in `-old-shape` and `-new-shape` tell one story in the words of two
versions of the provider's API. `GOLDEN=write` rewrites `ga4.json` from what is sent now; the
difference is reviewed as text.
"""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from shared.errors import InProgressError, PendingError, UnavailableError
from shared.providers.registry import PROVIDERS
from tests.support.places import ROOT
from tests.support.posting import post
from tests.support.pushing import pipeline_of, push
from tests.support.shop import Shop
from tools.traffic.providers import SENDERS

CASES: Final = sorted(path.parent for path in (ROOT / "tests/golden/cases").rglob("story.md"))
OLD, NEW = "-old-shape", "-new-shape"


@dataclass
class Played:
    """What a case came to.

    Attributes:
        ga4: Every body GA4 received.
        answers: What each request was answered.
    """

    ga4: list[Any] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_ga4_receives_exactly_this(case: Path, tmp_path: Path) -> None:
    """Each body, to the digit of an amount, and each answer."""
    about = _read(case / "headers.json")
    requests = _read_requests(case)
    played = asyncio.run(_play(about, requests, tmp_path))
    if os.environ.get("GOLDEN") == "write":
        (case / "ga4.json").write_text(json.dumps(_written(played.ga4), indent=2) + "\n")

    assert played.ga4 == _read(case / "ga4.json")
    assert played.answers == about.get("answers", ["delivered"] * len(requests))


def test_there_are_enough_cases_and_each_tells_its_story() -> None:
    """A case nobody can read proves nothing."""
    stories = [(case / "story.md").read_text().strip() for case in CASES]

    assert len(CASES) >= 60
    assert all(story.endswith(".") and len(story) > 20 for story in stories)
    assert len({(case.parent, case.name.replace(OLD, NEW)) for case in CASES}) == len(set(stories))


def test_every_shape_is_repeated_and_alike() -> None:
    """A story in an old version's words has its twin in a new one's, and GA4 hears the same."""
    names = {case.name: case for case in CASES}
    shaped = [name for name in names if name.endswith((OLD, NEW))]
    stems = {name.removesuffix(OLD).removesuffix(NEW) for name in shaped}
    pairs = [(names[stem + OLD], names[stem + NEW]) for stem in stems]

    assert len(pairs) >= 10
    for old, new in pairs:
        assert _read(old / "ga4.json") == _read(new / "ga4.json"), old.name
        assert (old / "story.md").read_text() == (new / "story.md").read_text()
        assert (old / "request.json").read_text() != (new / "request.json").read_text()


def environment_of(provider: str, folder: Path) -> Mapping[str, str]:
    """Return the settings with which what the provider's test sender signs is taken."""
    sender = SENDERS.get(provider)
    return sender.environment(folder, "") if sender and sender.environment else {}


async def _play(about: Any, requests: list[Any], folder: Path) -> Played:  # noqa: ANN401 - JSON
    """Post the requests of a case to a shop of its own."""
    provider = about.get("provider", "stripe")
    kind = PROVIDERS.get(provider)
    # What needs no secret is proved by what stands in its options.
    secret = {"secret": f"file:{folder}/{provider}"}
    own = kind.local_options if kind is not None and not kind.secrets else secret
    entry = {**own, **about.get("options", {})}
    for name, content in about.get("files", {}).items():
        (folder / name).write_text(content)
    own_settings = about.get("settings", {})
    settings = {
        "PAYMENT_PROVIDERS": json.dumps({provider: entry}),
        "ACCEPT_TEST_EVENTS": "true",
        **environment_of(provider, folder),
        **{name: text.replace("FOLDER", str(folder)) for name, text in own_settings.items()},
    }
    shop = Shop(folder, **settings)
    played = Played(shop.ga4.bodies)
    headers = about.get("headers", {})
    each = headers if isinstance(headers, list) else [headers] * len(requests)
    passing = about.get("after", [0] * len(requests))
    try:
        for request, own, seconds in zip(requests, each, passing, strict=True):
            shop.clock.advance(int(seconds))
            played.answers.append(
                await _answer(shop, about.get("function", provider), request, own)
            )
    finally:
        await shop.payments.sender.stores.ledger.close()
    return played


async def _answer(
    shop: Shop,
    provider: str,
    request: Any,  # noqa: ANN401 - JSON
    headers: dict[str, str],
) -> str:
    try:
        if (pipeline := pipeline_of(shop, provider)) is not None:
            outcomes = [await push(pipeline, request, attributes=headers)]
        else:
            outcomes = await post(shop, provider, request, headers)
    except (InProgressError, PendingError, UnavailableError):
        return "unavailable"
    return " ".join(outcome.result.value for outcome in outcomes)


def _read_requests(case: Path) -> list[Any]:
    # As they are: a request is posted, nothing in it is compared.
    found = json.loads((case / "request.json").read_text())
    return found if isinstance(found, list) else [found]


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
