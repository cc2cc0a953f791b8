"""The money of a payment: its authorisation where that captures, else its captures."""

from datetime import UTC
from functools import partial
from typing import Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import Link
from shared.domain.merge_contexts import without_session
from shared.domain.money import Money
from shared.errors import UnusableError
from shared.providers.adyen.fields import additional_data, metadata_of, text_of
from shared.providers.adyen.objects import AT, EXPONENTS, Item, currency_of
from shared.providers.adyen.options import AdyenOptions
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.providers.minor_units import Amount, money_of

_OWN: Final = "merchantReference"


def item_of(event: ProviderEvent) -> Item:
    """Return an item.

    Raises:
        UnusableError: A field of it cannot be read.
    """
    item = read(event.object, Item, at=AT)
    try:
        item.event_date.astimezone(UTC)
    except OverflowError:  # the first and the last day of the calendar
        raise UnusableError(f"{AT}.eventDate", "no believable time") from None
    return item


def succeeded(item: Item) -> bool:
    """Return whether what an item is about succeeded: a text, `true` or `false`.

    Raises:
        UnusableError: It does not say.
    """
    said = str(item.success).lower()
    if said not in ("true", "false"):
        raise UnusableError(f"{AT}.success", "not true or false")
    return said == "true"


def money_in(item: Item) -> Money:
    """Return how much an item is about, with whatever tax and shipping is in it.

    Raises:
        UnusableError: The amount is missing, or cannot be.
    """
    if item.amount is None:
        raise UnusableError(f"{AT}.amount", "missing")
    return money_of(
        partial(currency_of, item.amount.currency, f"{AT}.amount.currency"),
        Amount(item.amount.value, f"{AT}.amount.value"),
        exponents=EXPONENTS,
    )


def own_reference(item: Item) -> tuple[str | None, tuple[str, ...]]:
    """Return the shop's own reference where it can be a transaction id, and notes where not."""
    raw = msgspec.Raw(msgspec.json.encode({_OWN: item.merchant_reference}))
    found = Metadata(raw, at=AT)
    return found.transaction_id((_OWN,)), tuple(found.notes)


def from_authorisation(event: ProviderEvent, options: AdyenOptions) -> Conversion | Link | Ignored:
    """Return what `AUTHORISATION` means: money, unless it is captured by itself.

    Args:
        event: The item.
        options: The operator's choices.

    Raises:
        UnusableError: It is money and cannot be read.
    """
    item = item_of(event)
    if not succeeded(item):
        return _failed(item, event, options)
    money = money_in(item)
    if money.total == 0:
        return Ignored("zero amount: a card was checked", uncounted=(item.psp_reference,))
    if options.capture == "manual":
        metadata = metadata_of(event)
        return Link(
            "authorised: its capture is the money",
            orders=(item.psp_reference,),
            customer_references=(item.psp_reference,),
            context=metadata.context(),
            occurred_at=event.created_at,
        )
    return _purchase(item, money, event)


def from_capture(event: ProviderEvent, options: AdyenOptions) -> Conversion | Ignored:
    """Return what `CAPTURE` means: money, where captures are.

    Args:
        event: The item.
        options: Whether they are.

    Raises:
        UnusableError: It is money and cannot be read.
    """
    if options.capture == "automatic":
        return Ignored("captured automatically: its authorisation is the money")
    item = item_of(event)
    if not succeeded(item):
        return Ignored("not captured")
    money = money_in(item)
    if money.total == 0:
        return Ignored("zero amount", uncounted=(item.psp_reference,))
    return _purchase(item, money, event)


def _purchase(item: Item, money: Money, event: ProviderEvent) -> Conversion:
    metadata = metadata_of(event)
    fields = additional_data(item.additional_data) or {}
    kind = _kind(text_of(fields, "recurringProcessingModel"), text_of(fields, "shopperInteraction"))
    reference, notes = own_reference(item)
    if kind is PurchaseType.RENEWAL or reference is None:
        # The merchant may give all charges of a subscription one reference.
        reference = item.psp_reference
    shopper = text_of(fields, "recurring.shopperReference", "shopperReference")
    there = kind in (PurchaseType.ONE_TIME, PurchaseType.START)
    context = metadata.context()
    # Of a capture, what its authorisation brought is found by the payment.
    customers = (shopper, item.original_reference or None)
    return Conversion(
        kind=Kind.PURCHASE,
        transaction_id=reference,
        business_key=reference,
        money=money,
        occurred_at=event.created_at,
        context=context if there else without_session(context),
        source=event.source,
        references=tuple(dict.fromkeys((item.psp_reference, reference))),
        customer_references=tuple(each for each in customers if each),
        customer_ref=shopper,
        purchase_type=kind,
        params={"value_basis": "gross"},
        payment_id=f"{event.source.provider}:{item.psp_reference}",
        part_of=item.original_reference or None,
        placed_at=event.created_at,
        # A capture may arrive before its authorisation, which brings the metadata.
        buyer_may_come=item.event_code == "CAPTURE",
        notes=(*metadata.notes, *notes),
    )


def _kind(model: str | None, interaction: str | None) -> PurchaseType:
    """Return which kind of purchase it is; subscriptions are the merchant's own.

    Adyen sends both fields where they are switched on among the additional settings. A one-click
    payment is `ContAuth` too, and its shopper is there (Adyen, "Authorise a recurring payment").
    """
    away = interaction == "ContAuth" and model != "CardOnFile"
    if model == "Subscription":
        return PurchaseType.RENEWAL if away else PurchaseType.START
    return PurchaseType.USAGE if away else PurchaseType.ONE_TIME


def _failed(item: Item, event: ProviderEvent, options: AdyenOptions) -> Conversion | Ignored:
    if not (options.payment_failed or options.lifecycle):
        return Ignored("failed payments are not sent")
    metadata = metadata_of(event)
    shopper = text_of(
        additional_data(item.additional_data) or {},
        "recurring.shopperReference",
        "shopperReference",
    )
    return Conversion(
        kind=Kind.PAYMENT_FAILED,
        transaction_id=None,
        business_key=item.psp_reference,
        money=None,
        occurred_at=event.created_at,
        context=without_session(metadata.context()),
        source=event.source,
        # The shop's own reference is the next try's too: what was denied here counts there.
        customer_references=tuple(each for each in (shopper, own_reference(item)[0]) if each),
        customer_ref=shopper,
        notes=tuple(metadata.notes),
    )
