"""What PayPal's API says of payments: Transaction Search lists them, Payments shows each.

Sources: PayPal "Transaction Search" v1 (31 days and 10,000 rows a question, listed up to three
hours late), "Payments" v2 for captures and refunds, "Payments" v1 for sales of subscriptions.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from shared.decoding import read
from shared.errors import UnavailableError, UnusableError
from shared.provider_api.client import Patience
from shared.provider_api.paypal import PayPalAccount, PayPalApi, paypal
from shared.provider_api.reply import GoneError

_SECONDS: Final = 60.0
_PATIENCE: Final = Patience(attempts=6, attempt_seconds=30.0, max_bytes=16 * 1024 * 1024)
_SEARCH: Final = "/v1/reporting/transactions"
_PAGE: Final = "500"  # the most that PayPal gives
_MOST_PAGES: Final = 10_000  # of a list that would go on for ever
_TOO_MANY: Final = "RESULTSET_TOO_LARGE"
_SHORTEST: Final = timedelta(seconds=2)
_BAD_REQUEST: Final = 400
_ID: Final = re.compile(r"[A-Za-z0-9]{1,24}")
_SEARCHING: Final = paypal("the app needs the feature Transaction Search, for up to nine hours")
_SHOWING: Final = paypal("the app may not read this payment")


class Money(msgspec.Struct, frozen=True):
    """An amount, which is negative where it left the account."""

    currency_code: str
    value: str


class Transaction(msgspec.Struct, frozen=True):
    """What the list says of one movement of money.

    Attributes:
        transaction_id: The id of the capture, the sale or the refund.
        transaction_event_code: Which kind of movement it is, `T0006` for example.
        transaction_initiation_date: When it began, with its zone.
        paypal_reference_id: What it belongs to.
        paypal_reference_id_type: What that is: `ODR`, `TXN`, `SUB` or `PAP`.
        transaction_status: `S` done, `V` done and given back, `P` pending, `D` denied.
    """

    transaction_id: Annotated[str, msgspec.Meta(min_length=1, max_length=24)]
    transaction_event_code: str
    transaction_initiation_date: str
    transaction_amount: Money | None = None
    paypal_reference_id: str | None = None
    paypal_reference_id_type: str | None = None
    transaction_status: str | None = None
    sales_tax_amount: Money | None = None
    shipping_amount: Money | None = None
    shipping_discount_amount: Money | None = None
    invoice_id: str | None = None
    custom_field: str | None = None

    @property
    def began_at(self) -> datetime:
        """When it began, UTC.

        Raises:
            UnavailableError: PayPal does not write times like this.
        """
        try:
            # PayPal writes +0000.
            found = datetime.fromisoformat(self.transaction_initiation_date)
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            raise UnavailableError("PayPal's API gives a transaction without its time") from None


class _Listed(msgspec.Struct, frozen=True):
    transaction_info: Transaction


class _Page(msgspec.Struct, frozen=True):
    transaction_details: list[_Listed] = []
    total_pages: int = 1


class _Refusal(msgspec.Struct, frozen=True):
    name: str = ""


class PayPalPayments:
    """Asks PayPal for payments as long as a comparison may wait.

    Args:
        account: The app that asks, and where.
    """

    def __init__(self, account: PayPalAccount) -> None:
        self.account = account
        self.api = PayPalApi(_SECONDS, _PATIENCE)

    async def transactions(self, since: datetime, until: datetime) -> AsyncIterator[Transaction]:
        """Yield what moved in a time; where that is too much for one answer, half of it first.

        Args:
            since: The beginning, UTC.
            until: The end, UTC, at most 31 days after it. What moved just then may be yielded too.

        Raises:
            UnavailableError: PayPal is out of reach, or does not answer as PayPal does.
            MisconfiguredError: PayPal does not know the app, or it may not search.
        """
        number = total = 1
        while number <= total:
            page = await self._page(since, until, number)
            if page is None:
                middle = since + (until - since) / 2
                for half in ((since, middle), (middle, until)):
                    async for each in self.transactions(*half):
                        yield each
                return
            for listed in page.transaction_details:
                yield listed.transaction_info
            total = min(page.total_pages, _MOST_PAGES)
            number += 1

    async def _page(self, since: datetime, until: datetime, number: int) -> _Page | None:
        """Return a page; None where the time has more rows than PayPal lists."""
        query = {
            "start_date": _rfc3339(since),
            "end_date": _rfc3339(until),
            "fields": "transaction_info",  # nothing of the payer
            "page_size": _PAGE,
            "page": str(number),
        }
        reply = await self.api.ask(self.account, _SEARCH, query)
        if reply.status == _BAD_REQUEST and _name_of(reply.body) == _TOO_MANY:
            if until - since > _SHORTEST:
                return None
            raise UnavailableError("PayPal's API lists no second with so many transactions")
        try:
            return read(_SEARCHING.object_of(reply, f"GET {_SEARCH}"), _Page)
        except UnusableError as error:
            raise UnavailableError(f"PayPal's API gives a list with {error}") from None

    async def show(self, kind: str, payment_id: str) -> msgspec.Raw | None:
        """Return a payment or a refund as a webhook brings it; None where PayPal has none such.

        Args:
            kind: The path of its kind, `v2/payments/captures` for example.
            payment_id: Its id.

        Raises:
            UnavailableError: PayPal is out of reach, or does not answer as PayPal does.
            MisconfiguredError: The app may not read it.
        """
        if not _ID.fullmatch(payment_id):
            return None
        reply = await self.api.ask(self.account, f"/{kind}/{payment_id}")
        try:
            return _SHOWING.object_of(reply, f"GET /{kind}/…")
        except GoneError:
            return None

    async def close(self) -> None:
        """Close the kept connections."""
        await self.api.close()


def _rfc3339(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _name_of(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Refusal).name
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return ""
