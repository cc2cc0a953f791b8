"""Which event of Mollie's is the money: a payment that is paid, and what went back of it.

`payment.authorized` is no money yet, and a capture, a payment link or a sales invoice tells the
same payment again.
"""

from datetime import UTC, datetime
from functools import partial
from typing import Final

from shared.decoding import read, read_tolerant
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money, currency_code
from shared.domain.refund import Refund, Reversal
from shared.domain.timestamps import UNIX_EPOCH
from shared.errors import UnusableError
from shared.faults import faults_in
from shared.providers.decimals import check_decimal
from shared.providers.event import ProviderEvent
from shared.providers.meanings import Meanings, by_type
from shared.providers.mollie.amounts import money_of
from shared.providers.mollie.events import CLASSIC, UNKNOWN, metadata
from shared.providers.mollie.objects import AT, Payment, Returned
from shared.providers.mollie.options import MollieOptions

_DISPENSABLE: Final = ("amountCaptured", "customerId", "failedAt", "lines", "orderId", "paidAt")
_KINDS: Final = {"first": PurchaseType.START, "recurring": PurchaseType.RENEWAL}


def _from_payment(event: ProviderEvent, options: MollieOptions) -> Conversion | Ignored:
    found, dropped = read_tolerant(event.object, Payment, _DISPENSABLE, at=AT)
    if found.status != "paid":
        return Ignored("not paid")
    money, items, line_notes = money_of(found)
    if money.total == 0:
        return Ignored("zero amount", uncounted=(found.id,))
    written = metadata(found.metadata)
    kind = _KINDS.get(found.sequence_type or "", PurchaseType.ONE_TIME)
    is_there = kind is not PurchaseType.RENEWAL
    keys = options.transaction_id_keys if is_there else ()
    transaction_id = written.transaction_id(keys) or found.id
    context = written.context()
    references = (found.id, found.order_id, transaction_id)
    subscriber = (found.subscription_id, found.customer_id)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=transaction_id,
        business_key=transaction_id,
        money=money,
        occurred_at=_known(found.paid_at, event),
        context=context if is_there else without_session(context),
        source=event.source,
        items=items,
        references=tuple(dict.fromkeys(each for each in references if each)),
        customer_references=tuple(each for each in subscriber if each),
        customer_ref=found.customer_id or found.subscription_id,
        purchase_type=kind,
        payment_id=f"mollie:{found.id}",
        # An authorisation may be captured in parts, and Mollie tells the sum so far.
        may_grow=True,
        params={"value_basis": "gross"} if money.tax is None else {},
        notes=(*dropped, *written.notes, *line_notes),
    )


def _from_failed(event: ProviderEvent, options: MollieOptions) -> Conversion | Ignored:
    if not (options.lifecycle or options.payment_failed):
        return Ignored("failed payments are not sent")
    found, dropped = read_tolerant(event.object, Payment, _DISPENSABLE, at=AT)
    written = metadata(found.metadata)
    return Conversion(
        kind=Kind.PAYMENT_FAILED,
        transaction_id=None,
        business_key=found.id,
        money=None,
        occurred_at=_known(found.failed_at, event),
        context=without_session(written.context()),
        source=event.source,
        customer_references=tuple(
            each for each in (found.id, found.subscription_id, found.customer_id) if each
        ),
        customer_ref=found.customer_id or found.subscription_id,
        notes=(*dropped, *written.notes),
    )


def _from_refund(event: ProviderEvent, options: MollieOptions) -> Refund | Ignored:  # noqa: ARG001
    return _refund(event)


def _from_chargeback(event: ProviderEvent, options: MollieOptions) -> Refund | Ignored:
    return _refund(event) if options.disputes else Ignored("disputes are not sent")


def _refund(event: ProviderEvent) -> Refund | Ignored:
    found = read(event.object, Returned, at=AT)
    money = _returned(found)
    if money.total == 0:
        return Ignored("zero amount")
    return Refund(
        refund_id=found.id,
        money=money,
        references=(found.payment_id,),
        fallback_transaction_id=found.payment_id,
        occurred_at=event.created_at,
    )


def _from_failed_refund(event: ProviderEvent, options: MollieOptions) -> Reversal:
    return _reversal(event, options, "the refund failed")


def _from_won_chargeback(event: ProviderEvent, options: MollieOptions) -> Reversal | Ignored:
    if not options.disputes:
        return Ignored("disputes are not sent")
    return _reversal(event, options, "the chargeback was reversed")


def _reversal(event: ProviderEvent, options: MollieOptions, reason: str) -> Reversal:
    found = read(event.object, Returned, at=AT)
    return Reversal(
        refund_id=found.id,
        money=_returned(found),
        references=(found.payment_id,),
        occurred_at=event.created_at,
        reason=reason,
        sent_as_purchase=options.reversals == "purchase",
    )


def _returned(found: Returned) -> Money:
    """Return what went back; tax and shipping follow from the payment, in proportion."""
    path = f"{AT}.amount"
    checks = (
        partial(check_decimal, found.amount.value, f"{path}.value"),
        partial(currency_code, found.amount.currency, f"{path}.currency"),
    )
    if faults := list(faults_in(checks)):
        raise UnusableError.of(faults)
    return Money(currency_code(found.amount.currency, f"{path}.currency"), abs(found.amount.value))


def _known(moment: object, event: ProviderEvent) -> datetime:
    """Return when it happened: as the payment says, else as the event does."""
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    if event.created_at == UNIX_EPOCH:
        raise UnusableError(f"{AT}.paidAt", "no time, and none of the event")
    return event.created_at


def _unknown(event: ProviderEvent, options: MollieOptions) -> Ignored:  # noqa: ARG001 - as all
    return Ignored("Mollie knows no such payment: wrong key, or nobody's id")


def _other(event: ProviderEvent, options: MollieOptions) -> Ignored:  # noqa: ARG001 - as all
    return Ignored("a classic webhook of something that is no payment")


MEANINGS: Final[Meanings[MollieOptions]] = {
    "payment.paid": _from_payment,
    "payment.failed": _from_failed,
    "refund.refunded": _from_refund,
    "refund.failed": _from_failed_refund,
    "chargeback.received": _from_chargeback,
    "chargeback.reversed": _from_won_chargeback,
    CLASSIC: _other,
    UNKNOWN: _unknown,
}
map_event: Final = by_type(MEANINGS)
