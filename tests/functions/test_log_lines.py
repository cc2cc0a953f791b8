"""Every request leaves its log line, whatever Google or the operator sets LOG_EXECUTION_ID to."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.functions import stripe_events as stripe
from tests.support.child_forks import forked_local_stack
from tests.support.places import ROOT
from tools.functions import FUNCTIONS, Function
from tools.stack import LocalStack, local_stack
from tools.traffic.request import stripe_signature

_REQUESTS: Final = 40
_SECRET: Final = "whsec_local"


async def _post_all(stack: LocalStack) -> None:
    """Post so many bodies to each function, twenty at once; one of them is a payment."""
    async with aiohttp.ClientSession() as client:
        places = asyncio.Semaphore(20)

        async def post(url: str, body: bytes, **headers: str) -> None:
            async with places, client.post(url, data=body, headers=headers) as answer:
                await answer.read()

        paid = stripe.paid("LOGGED-1")
        await post(
            f"{stack.functions['payment_webhook']}/stripe",
            paid,
            **{"stripe-signature": stripe_signature(paid, [_SECRET], timestamp=int(time.time()))},
        )
        await asyncio.gather(
            *(
                post(url, b"{}")
                for name, url in stack.functions.items()
                for _ in range(_REQUESTS - (name == "payment_webhook"))
            )
        )


@pytest.mark.parametrize(
    ("value", "functions"), [("true", FUNCTIONS), (None, FUNCTIONS[:2]), ("false", FUNCTIONS[:2])]
)
def test_each_request_of_each_function_is_one_line(
    value: str | None, functions: Sequence[Function], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `true` functions-framework disables every logger after the function was imported.

    That is what Google sets, so every function has to outlive it; the other values do nothing.
    """
    monkeypatch.setattr("tools.functions.GOOGLE", {})
    environ = {} if value is None else {"LOG_EXECUTION_ID": value}

    async def lines() -> list[dict[str, Any]]:
        with tempfile.TemporaryFile() as log:
            # What Google sets is tried on functions as Google starts them.
            run = local_stack if value == "true" else forked_local_stack
            async with run(environ, functions=functions, log=log) as stack:
                await _post_all(stack)
            log.seek(0)
            return [json.loads(line) for line in log if line.startswith(b'{"severity"')]

    found = asyncio.run(lines())

    requests = Counter(line["function"] for line in found if line["event"] == "request")
    assert requests == {function.name: _REQUESTS for function in functions}
    delivered = [line for line in found if line["event"] == "event"]
    assert [line["transaction_id"] for line in delivered if line["outcome"] == "delivered"] == [
        "LOGGED-1"
    ]


def test_the_lines_of_a_delivery_can_be_put_together(tmp_path: Path) -> None:
    """By `delivery`; and its event is in the ledger under `entry`, where `ledger show` finds it.

    Of a refused one the event is named too, unless nobody knows that it is the provider's.
    """
    paid_for = stripe.event(stripe.session("JOINED-1"), id="evt_paid")
    money_back = {
        "object": "refund",
        "id": "re_1",
        "amount": 500,
        "currency": "eur",
        "status": "succeeded",
        "payment_intent": "pi_unknown",
        "created": int(time.time()),
    }
    refund = stripe.event(money_back, "refund.created", id="evt_refund")
    posts = [
        (paid_for, _SECRET, 200),
        (paid_for, _SECRET, 200),
        (refund, _SECRET, 409),
        (paid_for, "whsec_another", 400),
    ]

    async def lines() -> list[dict[str, Any]]:
        store = f"sqlite:{tmp_path / 'ledger.sqlite'}"
        with tempfile.TemporaryFile() as log:
            async with (
                forked_local_stack({"STORE": store}, functions=FUNCTIONS[:1], log=log) as stack,
                aiohttp.ClientSession() as client,
            ):
                for body, secret, status in posts:
                    signature = stripe_signature(body, [secret], timestamp=int(time.time()))
                    url = f"{stack.functions['payment_webhook']}/stripe"
                    headers = {"stripe-signature": signature}
                    async with client.post(url, data=body, headers=headers) as answer:
                        assert answer.status == status, await answer.text()
            log.seek(0)
            return [json.loads(line) for line in log if line.startswith(b'{"severity"')]

    found = asyncio.run(lines())

    together = [[line["event"] for line in group] for group in _by_delivery(found)]
    assert together == [["event", "request"], ["event", "request"], ["request"], ["request"]]
    paid, again, waits, forged = (group[-1] for group in _by_delivery(found))
    assert (paid["source_event"], again["source_event"]) == ("evt_paid", "evt_paid")
    assert (waits["provider"], waits["source_event"]) == ("stripe", "evt_refund")
    assert not {"provider", "event_type", "source_event"} & set(forged)
    (entry,) = {line["entry"] for line in found if line["event"] == "event"}
    shown = subprocess.run(  # noqa: S603 - our own command
        [
            *(sys.executable, "-P", "-m", "tools.cli", "ledger", "show", entry, "--json"),
            *("--store", f"sqlite:{tmp_path / 'ledger.sqlite'}"),
        ],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
    )
    assert json.loads(shown.stdout)["transaction_id"] == "JOINED-1"


def _by_delivery(lines: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the lines of each delivery, in the order of their first ones."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        groups.setdefault(line["delivery"], []).append(line)
    return list(groups.values())
