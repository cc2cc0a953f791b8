"""PayPal's own record: the transactions of an account, as the webhooks of its app bring them.

The list says how much moved. It does not show a payment in the shape of a webhook, and it has
payments that no webhook brings. So what the ledger lacks, or has with another value, is asked for
by its id before anything is said of it.
"""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated, Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.errors import MalformedError, MisconfiguredError, UnavailableError, UnusableError
from shared.handlers.paypal_order import with_order
from shared.provider_api.paypal_payments import Money, PayPalPayments, Transaction
from shared.providers.event import ProviderEvent
from shared.providers.paypal.events import parse
from shared.providers.paypal.mapping import CAPTURED
from shared.providers.paypal.options import PayPalOptions
from shared.reconciliation.provider.record import UnansweredError
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent
from shared.webhooks.delivery import VerifiedDelivery

SOLD: Final = "PAYMENT.SALE.COMPLETED"
REFUNDED: Final = "PAYMENT.CAPTURE.REFUNDED"
REVERSED: Final = "PAYMENT.CAPTURE.REVERSED"
_SALE_REFUNDED: Final = "PAYMENT.SALE.REFUNDED"
_SALE_REVERSED: Final = "PAYMENT.SALE.REVERSED"

# PayPal "Transaction event codes": payments that an app can take by the API. Not eBay, MassPay, the
# virtual terminal, postage, rebates, payouts and transfers.
_RECEIVED: Final = frozenset("T0000 T0002 T0003 T0005 T0006 T0007 T0011 T0013 T0019".split())
_SUBSCRIBED: Final = "T0002"
_BACK: Final = {"T1107": REFUNDED, "T1106": REVERSED}
_DONE: Final = ("S", "V")
_OF_SUBSCRIPTION: Final = "SUB"

_CAPTURES: Final = "v2/payments/captures"
_REFUNDS: Final = "v2/payments/refunds"
_SALES: Final = "v1/payments/sale"
_SALE_REFUNDS: Final = "v1/payments/refund"
_SHOWN: Final = {
    CAPTURED: ((_CAPTURES, CAPTURED), (_SALES, SOLD)),
    SOLD: ((_SALES, SOLD), (_CAPTURES, CAPTURED)),
    REFUNDED: ((_REFUNDS, REFUNDED), (_SALE_REFUNDS, _SALE_REFUNDED)),
    REVERSED: ((_REFUNDS, REVERSED), (_SALE_REFUNDS, _SALE_REVERSED)),
}
_PAID: Final = frozenset({CAPTURED, SOLD})
_WENT_BACK: Final = frozenset({REFUNDED, REVERSED, _SALE_REFUNDED, _SALE_REVERSED})
_ID: Final = re.compile(r"[A-Z0-9]{17}")
_SECOND: Final = timedelta(seconds=1)
_NOTHING: Final = Decimal(0)


class _Made(msgspec.Struct, frozen=True):
    create_time: Annotated[datetime, msgspec.Meta(tz=True)]


class PayPalRecord(msgspec.Struct, frozen=True):
    """Reads as an app that has the feature Transaction Search.

    Attributes:
        payments: PayPal's, with the app's account.
        options: The operator's choices.
        now: The current time, UTC.
    """

    payments: PayPalPayments
    options: PayPalOptions
    now: datetime

    @property
    def name(self) -> str:
        """PayPal's name."""
        return "paypal"

    @property
    def account(self) -> None:
        """No account: it is the app's own."""
        return

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return what moved, day after day; see `Record`.

        Args:
            span: When it began. PayPal lists it up to three hours later.
        """
        return [self._of(day) for day in span.slices()]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent:
        """Return a payment or a refund as PayPal shows it, with its order; see `Record`."""
        del span
        found = await self._shown(event.source.event_id, _SHOWN[event.source.event_type])
        if found is None:
            raise UnansweredError(
                "PayPal lists it, and shows no capture, sale or refund of it to this app"
            )
        account = self.payments.account
        return await with_order(found, account.secret, self.options, self.payments.api, self.now)

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return the id of an entry's capture, sale or refund; see `Record`."""
        types = frozenset(fact.source.split(" "))
        own = fact.business_key if _ID.fullmatch(fact.business_key) else None
        if types & _WENT_BACK:
            return own
        return payment_id or own if types & _PAID else None

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return what PayPal shows under an id, which it does at once; see `Record`."""
        return await self._shown(reference, (*_SHOWN[CAPTURED], *_SHOWN[REFUNDED]))

    async def close(self) -> None:
        """Close the client."""
        await self.payments.close()

    async def _of(self, day: Span) -> AsyncIterator[ProviderEvent]:
        found = [
            row
            async for row in self.payments.transactions(day.start, day.end + _SECOND)
            if day.start <= row.began_at < day.end
        ]
        # A refund of the same day comes after its payment.
        for row in sorted(found, key=lambda row: row.began_at):
            event = _event_of(row)
            if event is not None:
                yield event

    async def _shown(self, own_id: str, kinds: Iterable[tuple[str, str]]) -> ProviderEvent | None:
        """Return an object as a webhook would bring it; None where PayPal has none of that id."""
        for path, event_type in kinds:
            try:
                raw = await self.payments.show(path, own_id)
            except MisconfiguredError as error:
                raise UnansweredError(str(error)) from None
            if raw is not None:
                return _event(event_type, own_id, _made_at(raw), raw)
        return None


def _event_of(row: Transaction) -> ProviderEvent | None:
    """Return what a row of the list says, in the shape of a webhook; None for other movements."""
    amount, code = row.transaction_amount, row.transaction_event_code
    moved = _decimal(amount)
    if amount is None or row.transaction_status not in _DONE:
        return None
    if code in _RECEIVED and moved > 0:
        if code == _SUBSCRIBED or row.paypal_reference_id_type == _OF_SUBSCRIPTION:
            return _written(SOLD, row, _sale(row, amount))
        event = _written(CAPTURED, row, _capture(row, amount))
        return replace(event, asked=msgspec.Raw(msgspec.json.encode(_order(row, amount))))
    if code in _BACK and moved < 0:
        return _written(_BACK[code], row, _refund(row, amount))
    return None


def _capture(row: Transaction, amount: Money) -> dict[str, object]:
    fields = {"id": row.transaction_id, "amount": amount}
    return _given({**fields, "invoice_id": row.invoice_id, "custom_id": row.custom_field})


def _order(row: Transaction, amount: Money) -> dict[str, object]:
    """Return what a row says of its order: what of the amount is tax and shipping."""
    parts = {
        "tax_total": row.sales_tax_amount,
        "shipping": row.shipping_amount,
        "shipping_discount": row.shipping_discount_amount,
    }
    breakdown = {name: part for name, part in parts.items() if _decimal(part) > 0}
    unit = {**msgspec.to_builtins(amount), **({"breakdown": breakdown} if breakdown else {})}
    return {"purchase_units": [{"amount": unit}]}


def _sale(row: Transaction, amount: Money) -> dict[str, object]:
    tax, shipping = _decimal(row.sales_tax_amount), _decimal(row.shipping_amount)
    details = {"tax": str(tax), "shipping": str(shipping)} if tax > 0 or shipping > 0 else None
    of_subscription = row.paypal_reference_id_type == _OF_SUBSCRIPTION
    total = {"total": amount.value, "currency": amount.currency_code, "details": details}
    return _given(
        {
            "id": row.transaction_id,
            "amount": _given(total),
            "billing_agreement_id": row.paypal_reference_id if of_subscription else None,
            "custom": row.custom_field,
        }
    )


def _refund(row: Transaction, amount: Money) -> dict[str, object]:
    related = {"related_ids": {"capture_id": row.paypal_reference_id}}
    fields = {"id": row.transaction_id, "amount": amount, "invoice_id": row.invoice_id}
    return _given({**fields, "supplementary_data": related if row.paypal_reference_id else None})


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _decimal(money: Money | None) -> Decimal:
    try:
        found = _NOTHING if money is None else Decimal(money.value)
    except InvalidOperation:
        return _NOTHING
    return found if found.is_finite() else _NOTHING


def _written(event_type: str, row: Transaction, resource: dict[str, object]) -> ProviderEvent:
    raw = msgspec.Raw(msgspec.json.encode(resource))
    return _event(event_type, row.transaction_id, row.began_at, raw)


def _made_at(raw: msgspec.Raw) -> datetime:
    try:
        return read(raw, _Made).create_time
    except UnusableError as error:
        raise UnavailableError(f"PayPal's API gives a payment with {error}") from None


def _event(event_type: str, own_id: str, at: datetime, raw: msgspec.Raw) -> ProviderEvent:
    """Return an object as a signed webhook of it would be read: PayPal itself was asked."""
    envelope = {
        "id": own_id,
        "event_type": event_type,
        "create_time": at.astimezone(UTC),
        "resource": raw,
    }
    try:
        (event,) = parse(VerifiedDelivery("paypal", msgspec.json.encode(envelope)))
    except MalformedError as error:
        raise UnavailableError(f"PayPal's API gives a payment with {error}") from None
    return event
