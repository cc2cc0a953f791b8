"""Rules for what an event is worth: `value`, `currency`, `transaction_id`, tax and shipping.

Source: https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference/events
"""

from collections.abc import Mapping
from typing import Any, Final

from shared.domain.identifiers import is_placeholder
from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import ADS_TRANSACTION_ID_LENGTH, CURRENCY
from shared.ga4.recommended import CUSTOMER_TYPES, VIRTUAL_CURRENCY_EVENTS
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described
from shared.ga4.rules.value import is_number

_HARDLY_NEGATIVE: Final = ("value", "tax", "shipping")
# Its table has a `currency` and no `value`.
_CURRENCY_ALONE: Final = "view_item_list"


def check_money(params: Mapping[str, Any], event: str, path: str, findings: list[Finding]) -> None:
    """Add what is wrong with the money of an event, beyond the types of its parameters.

    Args:
        params: The event's parameters.
        event: The event's name.
        path: Where the parameters stand.
        findings: Where findings are added.
    """
    if "currency" in params:
        _check_currency(params["currency"], f"{path}.currency", findings)
        if "value" not in params and event != _CURRENCY_ALONE:
            message = "currency says nothing without value: send both or neither"
            findings.append(
                advice(f"{path}.value", Code.VALUE_REQUIRED, message, sources.EVENT_BUILDER)
            )
    elif "value" in params and event not in VIRTUAL_CURRENCY_EVENTS:
        message = "currency is required whenever value is sent: without it there is no revenue"
        findings.append(error(f"{path}.currency", Code.VALUE_REQUIRED, message, sources.EVENTS))
    for name in _HARDLY_NEGATIVE:
        if name in params and is_number(value := params[name]) and value < 0:
            message = "the sum of price times quantity, and what is added to it, is not negative"
            findings.append(
                advice(f"{path}.{name}", Code.VALUE_OUT_OF_BOUNDS, message, sources.EVENTS)
            )
    if "transaction_id" in params:
        _check_transaction_id(params["transaction_id"], f"{path}.transaction_id", findings)


def check_customer_type(
    params: Mapping[str, Any], event: str, path: str, findings: list[Finding]
) -> None:
    """Add what is wrong with the `customer_type` of a purchase."""
    if event == "purchase" and "customer_type" in params:
        value = params["customer_type"]
        if isinstance(value, str) and value not in CUSTOMER_TYPES:
            message = f"customer_type is new or returning; this is {described(value)}"
            findings.append(
                error(f"{path}.customer_type", Code.VALUE_INVALID, message, sources.EVENTS)
            )


def _check_currency(currency: object, path: str, findings: list[Finding]) -> None:
    # Lowercase is an error, not advice: Google documents ISO 4217, its own tool insists on
    # capitals, and nobody says what GA4 makes of anything else. It is money, and easily fixed.
    if not isinstance(currency, str) or not CURRENCY.fullmatch(currency):
        message = f"a currency is three capital letters (ISO 4217); this is {described(currency)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.HELP_CURRENCIES))


def _check_transaction_id(value: object, path: str, findings: list[Finding]) -> None:
    if not isinstance(value, str):
        return
    if is_placeholder(value):
        message = "blank or a placeholder: GA4 merges all purchases that share a transaction_id"
        findings.append(error(path, Code.VALUE_REQUIRED, message, sources.HELP_TRANSACTION_ID))
    elif len(value) > ADS_TRANSACTION_ID_LENGTH:
        message = (
            f"Google Ads takes at most {ADS_TRANSACTION_ID_LENGTH} characters; "
            f"this is {described(value)}"
        )
        findings.append(advice(path, Code.VALUE_OUT_OF_BOUNDS, message, sources.HELP_GOOGLE_ADS))
