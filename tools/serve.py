"""`connectors serve` and `connectors collector`: run in the foreground until interrupted."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

from tools.collector import Collector
from tools.errors import StoppedError
from tools.foreground import run_in_foreground
from tools.functions import FUNCTIONS, Function
from tools.stack import LocalStack, local_stack

_TEXT: Final = """\
The local stack listens, until Ctrl-C:

{addresses}
  store            {store}
  measurement id   {measurement_id}
  signing secrets  {folder}/*_secret

Pay an order as Stripe would, then look at what GA4 got:

{recipe}
"""

_RECIPE: Final = """\
t=$(date +%s)
body='{"id":"evt_'$t'","object":"event","type":"checkout.session.completed","created":'$t',
"livemode":false,"data":{"object":{"id":"cs_test_'$t'","object":"checkout.session",
"mode":"payment","status":"complete","payment_status":"paid","currency":"eur",
"amount_total":2760,"total_details":{"amount_discount":200,"amount_shipping":500,"amount_tax":460},
"shipping_cost":{"amount_subtotal":500,"amount_tax":100,"amount_total":600},
"payment_intent":"pi_'$t'","metadata":{"order_id":"ORDER-'$t'",
"ga_client_id":"1170316824.1700000000","ga_session_id":"'$t'"}}}}'
v1=$(printf '%s.%s' "$t" "$body" | openssl dgst -sha256 -hmac "$(cat SECRET_FILE)" | sed 's/.* //')
curl -sS -H "Stripe-Signature: t=$t,v1=$v1" --data-raw "$body" FUNCTION_URL; echo
curl -sS COLLECTOR_URL/events; echo"""


def run(*, port: int, as_json: bool, functions: Sequence[Function] = FUNCTIONS) -> int:
    """Run the local stack until interrupted.

    Args:
        port: The collector's; the functions take the following ones; 0 for any free ones.
        as_json: Print one JSON line instead of the text.
        functions: What to serve.

    Returns:
        The exit status.
    """
    with suppress(StoppedError):
        run_in_foreground(_serve(os.environ, port, functions, as_json=as_json))
    return 0


def run_collector(*, port: int, as_json: bool) -> int:
    """Run the local GA4 alone until interrupted.

    Returns:
        The exit status.
    """
    with suppress(StoppedError):
        run_in_foreground(_collect(port, as_json=as_json))
    return 0


async def _serve(
    environ: Mapping[str, str], port: int, functions: Sequence[Function], *, as_json: bool
) -> int:
    async with local_stack(environ, port=port, functions=functions) as stack:
        _print(json.dumps(stack.describe()) if as_json else _text(stack))
        await stack.watch()
    return 0


async def _collect(port: int, *, as_json: bool) -> int:
    async with Collector(port) as collector:
        address = {"collector": collector.url}
        _print(json.dumps(address) if as_json else f"The local GA4 listens at {collector.url}")
        await asyncio.Event().wait()
    return 0


def _text(stack: LocalStack) -> str:
    addresses = {"collector": stack.collector, **stack.functions}
    recipe = (
        _RECIPE.replace("SECRET_FILE", f"'{stack.secret_file('stripe')}'")
        .replace("FUNCTION_URL", stack.functions.get("payment_webhook", stack.collector))
        .replace("COLLECTOR_URL", stack.collector)
    )
    return _TEXT.format(
        addresses="\n".join(f"  {name:<16} {url}" for name, url in addresses.items()),
        recipe=recipe,
        folder=stack.folder,
        **{key: stack.describe()[key] for key in ("store", "measurement_id")},
    )


def _print(text: str) -> None:
    sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()
