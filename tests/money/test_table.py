"""The table of the documentation that says which event is the money: complete, and no other."""

import re
from pathlib import Path
from typing import Final

import pytest

from shared.messages.billing_mapping import PURCHASES
from shared.providers.paddle.mapping import MEANINGS as PADDLE
from shared.providers.shopify.mapping import MEANINGS as SHOPIFY
from shared.providers.stripe.mapping import MEANINGS as STRIPE

_ROW: Final = re.compile(r"^\| (?P<provider>[a-z][^|]*) \| [^|]+ \| (?P<event>[^|]+) \| [^|]+ \|$")
_TYPE: Final = re.compile(r"`([a-z_]+(?:[./][a-z_]+)+|purchase|refund)`")
# What says something about money that another event is, or about no money at all.
NO_MONEY: Final = {
    "stripe": {
        "charge.dispute.created",
        "checkout.session.async_payment_failed",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.trial_will_end",
        "customer.subscription.updated",
        "invoice.payment_failed",
        "invoice_payment.paid",
        "payment_intent.canceled",
    },
    "paddle": {"transaction.updated"},
    "shopify": {"orders/updated"},
    "standard": set(),
}
KNOWN: Final = {
    "stripe": set(STRIPE),
    "paddle": set(PADDLE),
    "shopify": set(SHOPIFY),
    "standard": {*PURCHASES, "refund"},
}


def _table() -> dict[str, set[str]]:
    """Return the events of the table by provider."""
    path = Path(__file__).parents[2] / "docs/decisions/0042-one-payment-one-purchase.md"
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if row := _ROW.match(line):
            provider = row["provider"].partition(",")[0]
            found.setdefault(provider, set()).update(_TYPE.findall(row["event"]))
    return found


@pytest.mark.parametrize("provider", KNOWN)
def test_every_event_that_is_money_stands_in_the_table(provider: str) -> None:
    """And no event stands there that is none."""
    assert _table()[provider] == KNOWN[provider] - NO_MONEY[provider]
