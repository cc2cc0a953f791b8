"""The ids that an object of a provider's, or a message, names: people look for it by any of them.

They are read by the names of the fields alone, whatever the object is: what the mapping has no use
for is an id all the same. A context, a person or money is none of them, and nothing is decided by
them.
"""

from collections.abc import Container, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError
from shared.providers.transaction_ids import DEFAULT_KEYS

_OWN: Final = ("id", "event_id")
"""Fields that name the object itself, and in what it holds something else: a price, for example."""

_FIELDS: Final = frozenset(
    """
    payment_intent charge latest_charge invoice subscription refund transaction_id
    original_transaction_id invoice_id subscription_id billing_agreement_id order_id order_reference
    order_number refunded_txn_id reference_transaction_id reference_invoice_id linked_payments
    paymentId subscriptionId customerId orderId transactionId originalTransactionId
    checkout_token purchase_token references customer customer_id customer_ref client_reference_id
    transaction credit_note pspReference originalReference merchantReference
    """.split()
)
_HOLDERS: Final = frozenset(
    """
    metadata custom_data payment_details parent subscription_details payments payment refunds lines
    data subscription_item_details transaction credit_note linked_invoices linked_credit_notes
    transactionInfo supplementary_data related_ids additionalData
    """.split()
)
_BUYERS: Final = frozenset(
    """
    app_user_id original_app_user_id aliases appAccountToken custom_id custom shopperReference
    recurring.shopperReference
    """.split()
)
"""Fields by which a shop names its buyer: a denial counts there, and nobody looks for them."""

_ATTRIBUTES: Final = "note_attributes"
_MAX_LENGTH: Final = 255
_LARGEST: Final = 10**64
_MAX_LISTED: Final = 20
_DEEPEST: Final = 4
_SHOPS_NAME: Final = "#"  # Shopify's orders are named #1001; people have other names


def object_ids(raw: msgspec.Raw | bytes, keys: Sequence[str] = DEFAULT_KEYS) -> tuple[str, ...]:
    """Return the ids that an object names, its own first; none of what cannot be read.

    Args:
        raw: The object, as JSON.
        keys: The names under which the shop writes its own id of the order.
    """
    try:
        fields = read(raw, dict[str, Any])
    except UnusableError:
        return ()
    ids = [each for name in _OWN if name in fields for each in _texts(fields[name])]
    name = fields.get("name")
    if isinstance(name, str) and name.startswith(_SHOPS_NAME):
        ids += [name, name.removeprefix(_SHOPS_NAME)]
    return tuple(dict.fromkeys(ids + _named(fields, _fields(tuple(keys)), _DEEPEST)))


def buyer_ids(raw: msgspec.Raw | bytes) -> tuple[str, ...]:
    """Return what else an object calls its buyer by; no address, and none of what cannot be read.

    Args:
        raw: The object, as JSON.
    """
    try:
        fields = read(raw, dict[str, Any])
    except UnusableError:
        return ()
    found = dict.fromkeys(_named(fields, _BUYERS, _DEEPEST))
    return tuple(each for each in found if "@" not in each and not each.startswith("{"))


@lru_cache(maxsize=64)
def _fields(keys: tuple[str, ...]) -> frozenset[str]:
    return _FIELDS.union(keys)


def _named(fields: Mapping[str, Any], names: Container[str], depth: int) -> list[str]:
    """Return the ids in fields of some names, and in what holds such fields."""
    found = []
    for name, value in fields.items():
        if value is None:
            continue
        if name in names:
            found += _texts(value)
        if name in _HOLDERS and depth:
            for each in value[:_MAX_LISTED] if isinstance(value, list) else (value,):
                if isinstance(each, dict):
                    found += _named(each, names, depth - 1)
        elif name == _ATTRIBUTES and isinstance(value, list):
            for each in value[:_MAX_LISTED]:
                if isinstance(each, dict) and each.get("name") in names:
                    found += _texts(each.get("value"))
    return found


def _texts(value: object) -> list[str]:
    """Return a field's ids: an id, an object that stands in its place, or several of them."""
    if isinstance(value, str):
        return [value] if 0 < len(value) <= _MAX_LENGTH else []
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)] if abs(value) < _LARGEST else []
    if isinstance(value, dict):
        inner = value.get("id")
        return [] if isinstance(inner, dict) else _texts(inner)
    if isinstance(value, list):
        named = [each.get("id") if isinstance(each, dict) else each for each in value]
        return [
            each
            for each in named[:_MAX_LISTED]
            if isinstance(each, str) and 0 < len(each) <= _MAX_LENGTH
        ]
    return []
