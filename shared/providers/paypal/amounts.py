"""PayPal's amounts: decimal text in major units, read exactly."""

from decimal import Decimal
from typing import Final

from shared.domain.money import Money, currency_code
from shared.errors import UnusableError
from shared.faults import faults_in
from shared.providers.decimals import check_decimal, check_positive
from shared.providers.line_items import share_of
from shared.providers.paypal.objects import AT, Amount, PurchaseUnit, Total

_NOTHING: Final = Decimal(0)


def money_of_capture(amount: Amount, unit: PurchaseUnit | None) -> tuple[Money, tuple[str, ...]]:
    """Return what was captured, and a note where its order does not fit to it.

    Args:
        amount: The capture's.
        unit: The part of the order that it pays, where it is known. A capture may pay a part of
            that: then tax and shipping are in proportion.

    Raises:
        UnusableError: The amount or its currency cannot be.
    """
    path = f"{AT}.amount"
    whole = _plain(amount.value, amount.currency_code, f"{path}.value", f"{path}.currency_code")
    if unit is None:
        return whole, ()
    try:
        parts = _of_unit(unit, whole.currency)
    except UnusableError as error:
        return whole, (f"order.{error}",)
    if parts is None or parts.total < whole.total:
        return whole, () if parts is None else ("order.amount: less than what was captured",)
    return parts if parts.total == whole.total else share_of(parts, whole.total), ()


def _of_unit(unit: PurchaseUnit, currency: str) -> Money | None:
    """Return what a part of an order costs; None where it is not said what that is made of."""
    breakdown = unit.amount.breakdown
    if breakdown is None:
        return None
    named = {
        "tax_total": breakdown.tax_total,
        "shipping": breakdown.shipping,
        "shipping_discount": breakdown.shipping_discount,
    }
    at = "purchase_units.amount"
    amounts = {"value": Amount(unit.amount.value, unit.amount.currency_code), **named}
    for name, each in amounts.items():
        if each is not None and each.currency_code.upper() != currency:
            raise UnusableError(f"{at}.{name}", "in another currency than the capture")
    found = {
        name: _NOTHING if each is None else check_positive(each.value, f"{at}.{name}")
        for name, each in amounts.items()
    }
    shipping = max(found["shipping"] - found["shipping_discount"], _NOTHING)
    money = Money(currency, found["value"], found["tax_total"], shipping)
    if money.net < 0 or money.total == 0:
        raise UnusableError(f"{at}.value", "less than its tax and shipping")
    return money


def money_of_sale(amount: Total) -> Money:
    """Return what a sale brought: it says itself what of it is tax and shipping.

    Args:
        amount: The sale's.

    Raises:
        UnusableError: An amount or the currency cannot be.
    """
    path = f"{AT}.amount"
    whole = _plain(amount.total, amount.currency, f"{path}.total", f"{path}.currency")
    details = amount.details
    if details is None or (details.subtotal is None and details.tax is None):
        return whole
    at = f"{path}.details"
    shipping = check_positive(details.shipping or _NOTHING, f"{at}.shipping")
    # PayPal's own samples have it with either sign.
    discount = abs(check_decimal(details.shipping_discount or _NOTHING, f"{at}.shipping_discount"))
    tax = check_positive(details.tax or _NOTHING, f"{at}.tax")
    money = Money(whole.currency, whole.total, tax, max(shipping - discount, _NOTHING))
    if money.net < 0:
        raise UnusableError(f"{path}.total", "less than its tax and shipping")
    return money


def money_back(value: Decimal, currency: str, path: str, currency_path: str) -> Money:
    """Return what went back: some senders write it negative.

    Args:
        value: The amount.
        currency: As PayPal writes it.
        path: Where the amount stands, for the error.
        currency_path: Where the currency stands.

    Raises:
        UnusableError: The amount or its currency cannot be.
    """
    finite = value if value.is_nan() else value.copy_abs()
    return _plain(finite, currency, path, currency_path)


def _plain(value: Decimal, currency: str, path: str, currency_path: str) -> Money:
    found: list[str] = []
    faults = list(
        faults_in(
            [
                lambda: check_positive(value, path),
                lambda: found.append(currency_code(currency, currency_path)),
            ]
        )
    )
    if faults:
        raise UnusableError.of(faults)
    return Money(found[0], value)
