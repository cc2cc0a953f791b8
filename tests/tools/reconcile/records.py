"""Each provider's record on loopback, with a number of payments in it."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from tests.support import (
    chargebee_server,
    mollie_server,
    paddle_server,
    paypal_server,
    revenuecat_server,
    shopify_server,
    stripe_server,
    woocommerce_server,
)
from tests.support.api_server import ApiServer, Json
from tests.support.chargebee_server import ChargebeeServer
from tests.support.mollie_server import MollieServer
from tests.support.paddle_json import transaction
from tests.support.paddle_server import PaddleServer
from tests.support.paypal_server import PayPalServer
from tests.support.revenuecat_server import RevenueCatServer
from tests.support.shopify_json import order
from tests.support.shopify_server import ShopifyServer
from tests.support.stripe_json import checkout_session, event
from tests.support.stripe_server import StripeServer
from tests.support.woocommerce_server import WooCommerceServer
from tests.tools.reconcile import running
from tests.tools.reconcile.running import NOW, Ran, delivered, entry_of
from tools.traffic.facts import Facts
from tools.traffic.kinds import KINDS
from tools.traffic.sales import UNKNOWN


@dataclass(frozen=True)
class Record:
    """A provider whose record is compared.

    Attributes:
        provider: Its name.
        key: Its API key.
        path: The list that is asked for.
        serve: Makes its API with so many payments; takes what else is different.
        options: Options of its entry in `PAYMENT_PROVIDERS`.
        known: Writes into the ledger what it needs to be asked about anything.
    """

    provider: str
    key: str
    path: str
    serve: Callable[..., ApiServer]
    options: tuple[tuple[str, str], ...] = ()
    known: Callable[[Path], Awaitable[None]] | None = None

    async def reconcile(self, folder: Path, server: ApiServer, *arguments: str) -> Ran:
        """Run the command in a process of its own."""
        if self.known is not None:
            await self.known(folder)
        providers = entry_of(folder, self.provider, self.key, **dict(self.options))
        where = {"PAYMENT_PROVIDERS": providers, f"{self.provider.upper()}_API": server.url}
        return await running.reconcile(folder, self.provider, where, *arguments)


def completed(number: int, *, days_ago: float = 1, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a transaction of Paddle's of 21.60 EUR, paid some days ago."""
    paid = (NOW - timedelta(days=days_ago)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    its_fields = {
        "id": f"txn_{number:04}",
        "invoice_id": f"inv_{number}",
        "payments": [{"status": "captured", "captured_at": paid}],
        "created_at": paid,
        "billed_at": paid,
        "updated_at": paid,
    }
    return transaction(**{**its_fields, **fields})


def placed(number: int, *, days_ago: float = 1, changed: float = 0.1, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return an order of Shopify's of 27.60 EUR that was placed and paid, and changed since."""
    paid, updated = (
        (NOW - timedelta(days=d)).isoformat() for d in (days_ago, min(changed, days_ago))
    )
    its_fields = {
        "created_at": paid,
        "processed_at": paid,
        "updated_at": updated,
        "refunds": [],
    }
    return order(id=number, checkout_token=f"ck_{number}", **{**its_fields, **fields})


def paid(number: int, *, days_ago: float = 1, **fields: object) -> Json:
    """Return Stripe's event of a paid Checkout session of its own."""
    session = checkout_session(id=f"cs_{number}", payment_intent=f"pi_{number}", **fields)
    created = int((NOW - timedelta(days=days_ago)).timestamp())
    return event(session, id=f"evt_{number}", created=created)


def delivery(kind: str, order: object, *, days_ago: float = 1) -> Json:
    """Return the body of a test delivery of some days ago, as its webhook brings it."""
    now = int((NOW - timedelta(days=days_ago)).timestamp())
    body: Json = json.loads(KINDS[kind].make(Facts(str(order), UNKNOWN, now)).body)
    return body


def mollies(kind: str, number: object, *, days_ago: float = 1, **fields: object) -> Json:
    """Return a payment, a refund or a chargeback of Mollie's as its API has it, in live mode."""
    entity: Json = delivery(f"mollie.{kind}", number, days_ago=days_ago)["_embedded"]["entity"]
    made = (NOW - timedelta(days=days_ago, seconds=30)).isoformat()
    return {"createdAt": made, **entity, "mode": "live", **fields}


def ordered(number: int, *, days_ago: float = 1, **fields: object) -> Json:
    """Return an order of WooCommerce's of 27.60 EUR, which was paid some days ago."""
    body = delivery("woocommerce.order", number, days_ago=days_ago)
    return {**body, "id": number, "number": str(number), **fields}


def happened(
    kind: str, number: int, *, days_ago: float = 1, transaction: int | None = None
) -> Json:
    """Return an event of RevenueCat's of an Apple transaction, as its history has it."""
    event: Json = delivery(kind, number, days_ago=days_ago)["event"]
    own = f"2000000{transaction or number:09}"
    return {**event, "transaction_id": own, "environment": "PRODUCTION", "store": "APP_STORE"}


def _stripe(payments: int, **more: Any) -> StripeServer:  # noqa: ANN401 - the server's fields
    events = [paid(number) for number in range(1, payments + 1)]
    return StripeServer(lists={"/v1/events": events}, **more)


def _paddle(payments: int, **more: Any) -> PaddleServer:  # noqa: ANN401 - the server's fields
    return PaddleServer(transactions=[completed(n) for n in range(1, payments + 1)], **more)


def _shopify(payments: int, **more: Any) -> ShopifyServer:  # noqa: ANN401 - the server's fields
    return ShopifyServer(orders=[placed(n) for n in range(1, payments + 1)], page=2, **more)


def _chargebee(payments: int, **more: Any) -> ChargebeeServer:  # noqa: ANN401 - the server's fields
    events = [delivery("chargebee.payment", number) for number in range(1, payments + 1)]
    return ChargebeeServer(events=events, page=2, **more)


def _paypal(payments: int, **more: Any) -> PayPalServer:  # noqa: ANN401 - the server's fields
    at = (NOW - timedelta(days=1)).replace(microsecond=0)
    numbers = range(1, payments + 1)
    objects: Json = {}
    for number in numbers:
        objects |= paypal_server.capture(number, at)
    rows = [paypal_server.row(paypal_server.own_id("C", n), at) for n in numbers]
    return PayPalServer(transactions=rows, objects=objects, page=2, **more)


def _mollie(payments: int, **more: Any) -> MollieServer:  # noqa: ANN401 - the server's fields
    paid = [mollies("payment", number) for number in range(1, payments + 1)]
    return MollieServer(lists={"payments": paid}, page=2, **more)


def _woocommerce(payments: int, **more: Any) -> WooCommerceServer:  # noqa: ANN401 - its fields
    return WooCommerceServer(orders=[ordered(n) for n in range(1, payments + 1)], page=2, **more)


def _revenuecat(payments: int, **more: Any) -> RevenueCatServer:  # noqa: ANN401 - the server's fields
    renewals = [
        happened("revenuecat.renewal", 1, transaction=100 + number)
        for number in range(1, payments + 1)
    ]
    events = [happened("revenuecat.start", 1, days_ago=30), *renewals]
    return RevenueCatServer(customers={"user_1": events}, page=2, **more)


async def _customer(folder: Path) -> None:
    """Have a customer of RevenueCat's in the ledger, by its payment of last month."""
    start = happened("revenuecat.start", 1, days_ago=30)
    transaction = start["transaction_id"]
    source, at = f"revenuecat {start['type']} {start['id']}", NOW - timedelta(days=30)
    await delivered(folder, transaction, transaction_id=transaction, source=source, at=at)


STRIPE: Final = Record("stripe", stripe_server.KEY, "/v1/events", _stripe)
PADDLE: Final = Record("paddle", paddle_server.KEY, "/transactions", _paddle)
SHOPIFY: Final = Record(
    "shopify",
    shopify_server.TOKEN,
    f"{shopify_server.ROOT}/orders.json",
    _shopify,
    (("shop", shopify_server.SHOP),),
)
CHARGEBEE: Final = Record(
    "chargebee",
    chargebee_server.KEY,
    chargebee_server.EVENTS,
    _chargebee,
    (("site", "my-shop"),),
)
PAYPAL: Final = Record(
    "paypal",
    paypal_server.SECRET,
    paypal_server.SEARCH,
    _paypal,
    (("client_id", paypal_server.CLIENT_ID),),
)
MOLLIE: Final = Record("mollie", mollie_server.KEY, mollie_server.PAYMENTS, _mollie)
WOOCOMMERCE: Final = Record(
    "woocommerce",
    woocommerce_server.KEY,
    woocommerce_server.ORDERS,
    _woocommerce,
    (("shop", "shop.example.com"),),
)
REVENUECAT: Final = Record(
    "revenuecat",
    revenuecat_server.KEY,
    revenuecat_server.CUSTOMERS,
    _revenuecat,
    (("project", revenuecat_server.PROJECT),),
    _customer,
)
RECORDS: Final = (STRIPE, PADDLE, SHOPIFY, CHARGEBEE, PAYPAL, MOLLIE, WOOCOMMERCE, REVENUECAT)
