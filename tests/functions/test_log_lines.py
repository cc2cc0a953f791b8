"""Every request leaves its log line, whatever Google or the operator sets LOG_EXECUTION_ID to."""

import asyncio
import json
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import aiohttp
import pytest

from tests.functions import stripe_events as stripe
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
            async with local_stack(environ, functions=functions, log=log) as stack:
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
