"""PayPal's API on loopback: tokens, Transaction Search, and the payments that it shows."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aiohttp import web

from tests.support.api_server import ApiServer, Json

CLIENT_ID: Final = "AbCdEf-app"
SECRET: Final = "sEcReT-of-the-app"
SEARCH: Final = "/v1/reporting/transactions"
TOKEN: Final = "/v1/oauth2/token"
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_MOST_DAYS: Final = timedelta(days=31)
_NAMES: Final = {400: "RESULTSET_TOO_LARGE", 401: "AUTHENTICATION_FAILURE", 403: "NOT_AUTHORIZED"}


@dataclass
class PayPalServer(ApiServer):
    """Serves while its context is open.

    Attributes:
        transactions: What moved, as `row` makes it.
        objects: What it shows, by its path.
        page: How many rows a page has at most, whatever is asked for.
        most: How many rows a question may have.
        listed_after: How long it takes until a transaction is listed.
        withdrawn: How many tokens that it gave are known no more.
    """

    transactions: Sequence[Json] = ()
    objects: Mapping[str, Json] = field(default_factory=dict)
    page: int = 500
    most: int = 10_000
    listed_after: timedelta = timedelta(hours=3)
    withdrawn: int = 0
    tokens: int = 0

    def is_known(self, headers: Mapping[str, str]) -> bool:
        """Tell whether the headers bring the app, or the newest token."""
        pair = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
        given = headers.get("authorization")
        if given == f"Basic {pair}":
            return True
        return given == f"Bearer token-{self.tokens}" and self.tokens > self.withdrawn

    async def reply(self, request: web.Request) -> tuple[Json, dict[str, str]] | int:
        """Return a token, a page of transactions, or a payment."""
        if request.path == TOKEN:
            self.tokens += 1
            return {"access_token": f"token-{self.tokens}", "expires_in": 32400}, {}
        if request.path == SEARCH:
            return self._page(dict(request.query))
        found = self.objects.get(request.path)
        return 404 if found is None else (found, {})

    def refusal(self, status: int) -> Json:
        """Return the body of a refusal, as PayPal writes one."""
        name = _NAMES.get(status, "INTERNAL_SERVER_ERROR")
        return {"name": name, "message": "of jane@example.com", "debug_id": "90957fca61718"}

    def _page(self, query: Mapping[str, str]) -> tuple[Json, dict[str, str]] | int:
        texts = (query["start_date"], query["end_date"])
        size, number = int(query["page_size"]), int(query["page"])
        if not all(map(_TIME.fullmatch, texts)) or not 1 <= size <= 500 or number < 1:
            return 422
        since, until = map(datetime.fromisoformat, texts)
        if until - since > _MOST_DAYS:
            return 422
        found = [row for row in self.transactions if self._is_listed(row, since, until)]
        if len(found) > self.most:
            return 400
        size = min(size, self.page)
        start = (number - 1) * size
        return {
            "transaction_details": found[start : start + size],
            "account_number": "XZXSPECPDZHZU",
            "page": number,
            "total_items": len(found),
            "total_pages": -(-len(found) // size),
            "links": [],
        }, {}

    def _is_listed(self, row: Json, since: datetime, until: datetime) -> bool:
        at = datetime.fromisoformat(row["transaction_info"]["transaction_initiation_date"])
        return since <= at <= until and at <= datetime.now(UTC) - self.listed_after


def own_id(kind: str, number: int) -> str:
    """Return an id of seventeen characters, as PayPal's are."""
    return f"{kind}{number:016}"


def row(  # noqa: PLR0913 - what a row says
    transaction_id: str,
    at: datetime,
    value: str = "21.60",
    *,
    code: str = "T0006",
    status: str = "S",
    currency: str = "EUR",
    **fields: object,
) -> Json:
    """Return a transaction as Transaction Search lists it."""
    return {
        "transaction_info": {
            "paypal_account_id": "XZXSPECPDZHZU",
            "transaction_id": transaction_id,
            "transaction_event_code": code,
            "transaction_initiation_date": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "transaction_updated_date": at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "transaction_amount": {"currency_code": currency, "value": value},
            "transaction_status": status,
            "protection_eligibility": "01",
            **fields,
        }
    }


def capture(number: int, at: datetime, value: str = "21.60", **fields: Any) -> Json:  # noqa: ANN401
    """Return a capture, and its order, by their paths."""
    own, order = own_id("C", number), own_id("O", number)
    amount = {"value": value, "currency_code": "EUR"}
    tax = {"value": "3.60", "currency_code": "EUR"}
    unit = {"amount": {**amount, "breakdown": {"tax_total": tax}}}
    shown = {
        "id": own,
        "status": "COMPLETED",
        "amount": amount,
        "invoice_id": f"ORDER-{number}",
        "supplementary_data": {"related_ids": {"order_id": order}},
        "create_time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        **fields,
    }
    return {
        f"/v2/payments/captures/{own}": shown,
        f"/v2/checkout/orders/{order}": {"id": order, "purchase_units": [unit]},
    }


def refund(number: int, of: int, at: datetime, value: str = "10.80") -> Json:
    """Return a refund of a capture by its path."""
    own = own_id("R", number)
    up = f"https://api.paypal.com/v2/payments/captures/{own_id('C', of)}"
    return {
        f"/v2/payments/refunds/{own}": {
            "id": own,
            "status": "COMPLETED",
            "amount": {"value": value, "currency_code": "EUR"},
            "links": [{"rel": "up", "href": up}],
            "create_time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    }


def sale(number: int, at: datetime, *, subscription: str = "I-1") -> Json:
    """Return a sale of 21.60 EUR of a subscription by its path."""
    own = own_id("S", number)
    details = {"subtotal": "18.00", "tax": "3.60"}
    return {
        f"/v1/payments/sale/{own}": {
            "id": own,
            "state": "completed",
            "amount": {"total": "21.60", "currency": "EUR", "details": details},
            "billing_agreement_id": subscription,
            "create_time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    }
