"""The guides' code, run as a shop runs it: with Stripe's own package, in Python and in Node."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

import stripe

from tests.support.guides import GUIDES, guide
from tests.support.node import node_modules, run
from tools.ports import HOST

KEY: Final = "sk_test_12345"
# Arguments: where `stripe` is, the file, the function, its arguments, and the port or none.
_NODE: Final = """
import { createRequire } from "node:module";
const [modules, file, name, words, port] = process.argv.slice(1);
const guide = await import(file);
const client = () => {
  const Stripe = createRequire(modules + "/")("stripe");
  const api = { host: "127.0.0.1", port, protocol: "http", maxNetworkRetries: 0 };
  return new (Stripe.default ?? Stripe)("sk_test_12345", { ...api, telemetry: false });
};
const found = await guide[name](...(port ? [client()] : []), ...JSON.parse(words));
console.log(JSON.stringify(found ?? null));
"""

Call = Callable[..., Any]


def in_python(module: str, name: str, *words: Any, port: int | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return what a function of `docs/guides/python` answers.

    Args:
        module: The file.
        name: The function.
        words: Its arguments.
        port: Where Stripe's API is, for functions that want a client first.
    """
    function = getattr(guide(module), name)
    if port is None:
        return function(*words)
    http = stripe.RequestsClient()
    client = stripe.StripeClient(
        KEY,
        base_addresses={"api": f"http://{HOST}:{port}"},
        http_client=http,
        max_network_retries=0,
    )
    try:
        return function(client, *words).to_dict()
    finally:
        http.close()  # type: ignore[no-untyped-call]


def in_node(module: str, name: str, *words: Any, port: int | None = None) -> Any:  # noqa: ANN401 - JSON
    """Return what the function of the same meaning in `docs/guides/node` answers."""
    file = GUIDES / "node" / f"{module.replace('_', '-')}.mjs"
    camel = re.sub(r"_([a-z])", lambda found: found[1].upper(), name)
    modules = node_modules(GUIDES / "node")
    arguments = [str(modules), file.as_uri(), camel, json.dumps(words), str(port or "")]
    said = run("node", "--input-type=module", "--eval", _NODE, "--", *arguments, folder=GUIDES)
    return json.loads(said)


LANGUAGES: Final = {"Python": in_python, "Node": in_node}
