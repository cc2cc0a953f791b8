"""Money that went back, or did not stay: refunds, cancellations, failed captures, disputes.

Every event of one refund, and every event of one dispute, has the same `pspReference`. Adyen says
that a dispute names its payment as `originalReference`. Recorded ones have none: then
`pspReference` may be the payment's, and else `merchantReference` finds it.
"""

from typing import Final

from shared.domain.context import Context
from shared.domain.conversion import Conversion, Ignored, Kind
from shared.domain.refund import Refund, Reversal
from shared.errors import UnusableError
from shared.providers.adyen.fields import additional_data, text_of
from shared.providers.adyen.objects import AT, Item
from shared.providers.adyen.options import AdyenOptions
from shared.providers.adyen.payment import item_of, money_in, own_reference, succeeded
from shared.providers.event import ProviderEvent

_ACTION: Final = "modification.action"
_NO_DISPUTES: Final = "disputes are not sent"
_NOT_DONE: Final = "it did not succeed"
_AGAIN: Final = ":second"
_ALONE: Final = ":chargeback"
_TAKEN_BY_BANKS: Final = frozenset(
    """
    CHARGEBACK SECOND_CHARGEBACK PREARBITRATION_LOST CHARGEBACK_REVERSED PREARBITRATION_WON
    """.split()
)


def from_refund(event: ProviderEvent, options: AdyenOptions) -> Refund | Ignored:  # noqa: ARG001 - as all
    """Return the refund of `REFUND`, whole or in part.

    Args:
        event: The item.
        options: The operator's choices.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    item = item_of(event)
    return _refund(item, event) if succeeded(item) else Ignored(_NOT_DONE)


def from_failed_refund(event: ProviderEvent, options: AdyenOptions) -> Reversal | Ignored:
    """Return that a refund is none: `REFUND_FAILED`, `REFUNDED_REVERSED`.

    Args:
        event: The item.
        options: Whether GA4 is sent a purchase where it has the refund.

    Raises:
        UnusableError: The refund cannot be read.
    """
    item = item_of(event)
    if not succeeded(item):
        return Ignored(_NOT_DONE)
    return _reversal(item, event, options, "the refund failed before it was sent")


def from_cancellation(event: ProviderEvent, options: AdyenOptions) -> Refund | Ignored:
    """Return what `CANCELLATION` means: an authorisation is no money after all.

    Args:
        event: The item.
        options: Whether authorisations count.

    Raises:
        UnusableError: It takes money back and cannot be read.
    """
    if options.capture == "manual":
        return Ignored("cancelled before it was captured")
    return from_refund(event, options)


def from_failed_capture(event: ProviderEvent, options: AdyenOptions) -> Refund | Ignored:  # noqa: ARG001
    """Return what `CAPTURE_FAILED` takes back: a capture that had succeeded.

    Args:
        event: The item.
        options: The operator's choices.

    Raises:
        UnusableError: It cannot be read.
    """
    item = item_of(event)
    if not succeeded(item):
        return Ignored(_NOT_DONE)
    return _refund(item, event, ":capture_failed", captured=True)


def from_either(event: ProviderEvent, options: AdyenOptions) -> Refund | Ignored:
    """Return what `CANCEL_OR_REFUND` did: Adyen chooses, and says which.

    Args:
        event: The item.
        options: Whether authorisations count.

    Raises:
        UnusableError: It does not say, and that matters; or it cannot be read.
    """
    item = item_of(event)
    if not succeeded(item):
        return Ignored(_NOT_DONE)
    action = text_of(additional_data(item.additional_data) or {}, _ACTION)
    if options.capture == "manual":
        if action == "cancel":
            return Ignored("cancelled before it was captured")
        if action != "refund":
            raise UnusableError(f"{AT}.additionalData.{_ACTION}", "not cancel or refund")
    return _refund(item, event)


def from_dispute(event: ProviderEvent, options: AdyenOptions) -> Conversion | Ignored:
    """Return what `NOTIFICATION_OF_CHARGEBACK` means: a dispute was opened, and no money moved yet.

    Args:
        event: The item.
        options: Whether disputes are sent.

    Raises:
        UnusableError: It cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    item = item_of(event)
    reference, _ = own_reference(item)
    original = item.original_reference or None
    return Conversion(
        kind=Kind.DISPUTE_OPENED,
        transaction_id=reference or original,
        business_key=item.psp_reference,
        money=money_in(item),
        occurred_at=event.created_at,
        context=Context(),
        source=event.source,
        references=tuple(each for each in (original or item.psp_reference, reference) if each),
    )


def from_chargeback(event: ProviderEvent, options: AdyenOptions) -> Refund | Ignored:
    """Return the refund that `CHARGEBACK`, or a second one, is.

    Args:
        event: The item.
        options: Whether disputes are sent.

    Raises:
        UnusableError: Money went back and cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    item = item_of(event)
    if not succeeded(item):
        return Ignored(_NOT_DONE)
    return _refund(item, event, "" if item.event_code == "CHARGEBACK" else _AGAIN)


def from_won_dispute(event: ProviderEvent, options: AdyenOptions) -> Reversal | Ignored:
    """Return that a chargeback came back to the shop: `CHARGEBACK_REVERSED`, `PREARBITRATION_WON`.

    Args:
        event: The item.
        options: Whether disputes are sent, and what becomes of a reversed one.

    Raises:
        UnusableError: It cannot be read.
    """
    if not options.disputes:
        return Ignored(_NO_DISPUTES)
    item = item_of(event)
    if not succeeded(item):
        return Ignored(_NOT_DONE)
    which = "" if item.event_code == "CHARGEBACK_REVERSED" else _AGAIN
    return _reversal(item, event, options, "the dispute was won before it was sent", which)


def _refund(
    item: Item, event: ProviderEvent, which: str = "", *, captured: bool = False
) -> Refund | Ignored:
    money = money_in(item)
    if money.total == 0:
        return Ignored("zero amount")
    paid_by = _paid_by(item, captured=captured)
    if not paid_by:
        return Ignored("a refund of no payment")
    reference, _ = own_reference(item)
    return Refund(
        refund_id=_refund_id(item, which),
        money=money,
        references=paid_by,
        fallback_transaction_id=reference or paid_by[0],
        occurred_at=event.created_at,
        transaction_id=reference,
    )


def _reversal(
    item: Item, event: ProviderEvent, options: AdyenOptions, reason: str, which: str = ""
) -> Reversal | Ignored:
    money = money_in(item)
    paid_by = _paid_by(item)
    if money.total == 0 or not paid_by:
        return Ignored("zero amount" if paid_by else "a refund of no payment")
    return Reversal(
        refund_id=_refund_id(item, which),
        money=money,
        references=paid_by,
        occurred_at=event.created_at,
        reason=reason,
        sent_as_purchase=options.reversals == "purchase",
    )


def _paid_by(item: Item, *, captured: bool = False) -> tuple[str, ...]:
    """Return the ids of the payment; of a capture, its own first."""
    alone = not item.original_reference and item.event_code in _TAKEN_BY_BANKS
    found = (item.psp_reference if captured or alone else None, item.original_reference)
    return tuple(each for each in found if each)


def _refund_id(item: Item, which: str) -> str:
    """Return the id of what went back; never the payment's own."""
    suffix = which or ("" if item.original_reference else _ALONE)
    return f"{item.psp_reference}{suffix}"
