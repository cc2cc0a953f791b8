"""Rules for what an event is worth: value, currency, order id and cart."""

import re
from decimal import Decimal
from typing import Final

from shared.data_manager.event import Event, Item
from shared.data_manager.rules import reasons
from shared.data_manager.rules.reasons import Reason
from shared.ga4.findings import Finding, error
from shared.ga4.limits import CURRENCY, ITEM_CUSTOM_PARAMS, ITEMS_PER_EVENT, PARAM_VALUE_LENGTH
from shared.ga4.recommended import ITEM_TYPES, VIRTUAL_CURRENCY_EVENTS
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.value import is_blank, is_text

_QUANTITY: Final = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_LARGEST_QUANTITY: Final = 2**63 - 1
_LARGEST: Final = Decimal("1E+300")  # a double holds a little more


def check_cart(event: Event, findings: list[Finding]) -> None:
    """Add what is wrong with an event's money and cart."""
    currency = event.currency
    if currency is not None and not CURRENCY.fullmatch(currency):
        message = f"a currency is three capital letters (ISO 4217); this is {described(currency)}"
        findings.append(error("currency", Reason.INVALID_CURRENCY_CODE, message, reasons.REASONS))
    if event.conversion_value is not None:
        _check_number(event.conversion_value, "conversionValue", findings)
        if currency is None and event.event_name not in VIRTUAL_CURRENCY_EVENTS:
            message = "currency is required beside a conversionValue: without it no revenue"
            findings.append(
                error("currency", Reason.REQUIRED_FIELD_MISSING, message, sources.EVENTS)
            )
    if event.transaction_id is not None:
        _check_id(event.transaction_id, "transactionId", findings)
    cart = event.cart_data
    if cart is None:
        return
    if not cart.items:
        message = "a cart has at least one item: without any, leave cartData out"
        findings.append(
            error("cartData.items", Reason.TOO_FEW_ELEMENTS, message, reasons.SEND_EVENTS)
        )
    if len(cart.items) > ITEMS_PER_EVENT:
        message = f"at most {ITEMS_PER_EVENT} items in an event; these are {len(cart.items)}"
        findings.append(error("cartData.items", Reason.TOO_MANY_ELEMENTS, message, sources.EVENTS))
    for at, coupon in enumerate(cart.coupon_codes):
        _check_id(coupon, f"cartData.couponCodes[{at}]", findings)
    for at, item in enumerate(cart.items[:ITEMS_PER_EVENT]):
        _check_item(item, f"cartData.items[{at}]", findings)


def _check_item(item: Item, path: str, findings: list[Finding]) -> None:
    _check_id(item.item_id, f"{path}.itemId", findings)
    _check_number(item.unit_price, f"{path}.unitPrice", findings)
    if item.unit_price < 0:
        message = "the price is never negative"
        findings.append(
            error(f"{path}.unitPrice", Reason.INVALID_NUMBER_FORMAT, message, sources.EVENTS)
        )
    quantity = item.quantity
    if not _QUANTITY.fullmatch(quantity) or int(quantity) > _LARGEST_QUANTITY:
        message = f"quantity is a whole number above 0, as text; this is {described(quantity)}"
        findings.append(
            error(f"{path}.quantity", Reason.INVALID_NUMBER_FORMAT, message, reasons.EVENT)
        )
    further = [p for p in item.additional_item_parameters if p.parameter_name not in ITEM_TYPES]
    if len(further) > ITEM_CUSTOM_PARAMS:
        message = f"at most {ITEM_CUSTOM_PARAMS} custom parameters; these are {len(further)}"
        findings.append(
            error(
                f"{path}.additionalItemParameters",
                Reason.TOO_MANY_ELEMENTS,
                message,
                sources.HELP_COLLECTION_LIMITS,
            )
        )


def _check_id(text: str, path: str, findings: list[Finding]) -> None:
    """Add what is wrong with an id: it is never blank, and never cut."""
    if is_blank(text) or not is_text(text):
        message = "has to be text that is not blank: leave the field out"
        findings.append(error(path, Reason.REQUIRED_FIELD_MISSING, message, reasons.SEND_EVENTS))
    elif len(text) > PARAM_VALUE_LENGTH:
        message = f"at most {PARAM_VALUE_LENGTH} characters; this is {described(text)}"
        findings.append(error(path, Reason.FIELD_VALUE_TOO_LONG, message, reasons.REASONS))


def _check_number(number: Decimal, path: str, findings: list[Finding]) -> None:
    if not number.is_finite() or abs(number) > _LARGEST:
        message = "has to be a finite number"
        findings.append(error(path, Reason.INVALID_NUMBER_FORMAT, message, reasons.REASONS))
