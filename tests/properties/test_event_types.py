"""Every type of event Stripe has, posted: each is acknowledged, and few are money."""

import asyncio
import json
from pathlib import Path
from typing import Final, get_args

from stripe import Event

from shared.outcome import Result
from shared.providers.stripe import MEANINGS
from tests.providers.stripe.shapes import new_invoice
from tests.support.posting import post
from tests.support.shop import Shop
from tests.support.stripe_json import Json, checkout_session, event, payment_intent

TYPES: Final[tuple[str, ...]] = get_args(Event.__annotations__["type"])


def about(kind: str, number: int) -> Json:
    """Return an object that looks like money, whatever the type says it is; each another."""
    if kind.startswith("checkout.session."):
        session = {"id": f"cs_{number}", "payment_intent": f"pi_{number}"}
        return checkout_session(**session, customer=f"cus_{number}")
    if kind.startswith("invoice."):
        return new_invoice(id=f"in_{number}", customer=f"cus_{number}")
    return payment_intent(id=f"pi_{number}", customer=f"cus_{number}", latest_charge=None)


def test_every_type_is_acknowledged_and_only_the_allow_list_is_money(tmp_path: Path) -> None:
    """None is answered with an error; what reaches GA4 came from a type that means money."""

    async def run() -> tuple[set[str], list[str]]:
        entry = {"secret": f"file:{tmp_path}/stripe", "payment_intents": True, "invoices": True}
        shop = Shop(tmp_path, PAYMENT_PROVIDERS=json.dumps({"stripe": entry}))
        sent: set[str] = set()
        for number, kind in enumerate(TYPES):
            body = event(about(kind, number), kind, id=f"evt_{number}")
            (outcome,) = await post(shop, "stripe", body)
            if outcome.result is Result.DELIVERED:
                sent.add(kind)
        await shop.payments.sender.stores.ledger.close()
        return sent, [body["events"][0]["name"] for body in shop.ga4.bodies]

    sent, names = asyncio.run(run())

    assert len(TYPES) > 200
    assert sent <= set(MEANINGS)
    assert sent == {
        "checkout.session.async_payment_succeeded",
        "checkout.session.completed",
        "invoice.paid",
        "payment_intent.succeeded",
    }
    assert names == ["purchase"] * 4
