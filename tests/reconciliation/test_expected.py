"""What an event should have left behind, told before and without its being settled."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pytest

from shared.delivery.refunds import REPORTED
from shared.errors import InProgressError, PendingError
from shared.outcome import Result
from shared.reconciliation.expected import Expectation, Expected
from shared.stores.entry import State
from shared.webhooks.delivery import VerifiedDelivery
from tests.golden.test_golden import environment_of
from tests.support.loop import in_a_loop
from tests.support.places import ROOT
from tests.support.posting import post
from tests.support.shop import Shop

PROVIDERS: Final = ("chargebee", "paddle", "paypal", "revenuecat", "shopify", "stripe")


def read(path: Path) -> Any:  # noqa: ANN401 - JSON
    """Return a file's JSON."""
    return json.loads(path.read_text())


def listed(values: Any, length: int) -> list[Any]:  # noqa: ANN401 - JSON
    """Return a list that may stand as its only value."""
    return values if isinstance(values, list) else [values] * length


def kind_of(case: Path) -> str:
    """Return what a story is made of: event types, options and answers, each once."""
    about, requests = read(case / "headers.json"), listed(read(case / "request.json"), 1)
    headers = listed(about.get("headers", {}), len(requests))
    types = {
        request.get("type") or request.get("event_type") or own.get("x-shopify-topic")
        for request, own in zip(requests, headers, strict=True)
    }
    answers = set(about.get("answers", ["delivered"]))
    return json.dumps([case.parent.name, sorted(types), about.get("options"), sorted(answers)])


# Stories that differ in amounts or buyers alone are settled under keys that are made alike.
CASES: Final = list(
    {
        kind_of(case): case
        for name in PROVIDERS
        for case in sorted((ROOT / "tests/golden/cases" / name).iterdir())
    }.values()
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
@in_a_loop
async def test_each_event_is_expected_under_the_key_it_is_settled_under(
    case: Path, tmp_path: Path
) -> None:
    """Whatever the order: reconciliation looks for an entry where the webhook put it."""
    about, requests = read(case / "headers.json"), read(case / "request.json")
    name = case.parent.name
    entry = {"secret": f"file:{tmp_path}/{name}", **about.get("options", {})}
    settings = {
        "PAYMENT_PROVIDERS": json.dumps({name: entry}),
        "ACCEPT_TEST_EVENTS": "true",
        **environment_of(name, tmp_path),
        **about.get("settings", {}),
    }
    shop = Shop(tmp_path, **settings)
    provider, ledger = shop.settings.providers[name], shop.payments.sender.stores.ledger
    expected = Expected(shop.settings, shop.payments.history.stores.orders)
    settled = 0
    requests = listed(requests, 1)
    headers = listed(about.get("headers", {}), len(requests))
    after = about.get("after", [0] * len(requests))
    for request, own, seconds in zip(requests, headers, after, strict=True):
        shop.clock.advance(int(seconds))
        with suppress(InProgressError, PendingError):
            (outcome,) = await post(shop, name, request, own)
            body = json.dumps(request).encode()
            (event,) = provider.kind.parse(VerifiedDelivery(name, body, tuple(own.items())))
            found = await expected.of(provider, event)

            kept = await ledger.find(found.fact.key) if isinstance(found, Expectation) else None
            if outcome.reason == REPORTED:
                assert kept is not None  # that event's entry
            elif outcome.result is Result.IGNORED:
                assert not isinstance(found, Expectation)
            else:
                assert kept is not None
                assert kept.state is not State.CLAIMED
                settled += 1
    await ledger.close()

    assert settled == sum(
        word not in ("ignored", "unavailable") for word in _answers(about, requests)
    )


def _answers(about: Any, requests: list[Any]) -> list[str]:  # noqa: ANN401 - JSON
    answers: list[str] = about.get("answers", ["delivered"] * len(requests))
    return answers
