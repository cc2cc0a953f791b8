"""The ids that stand in an object which is no event of ours: people look for it by any of them.

It is read by the names of its fields alone, for whatever a provider or a sender of messages has
types of objects. A context, a person or money is none of them.
"""

from typing import Any, Final

import msgspec

from shared.decoding import read
from shared.errors import UnusableError
from shared.providers.transaction_ids import DEFAULT_KEYS

_FIELDS: Final = (
    *("id", "payment_intent", "charge", "latest_charge", "invoice", "subscription", "refund"),
    *("transaction_id", "original_transaction_id", "invoice_id", "subscription_id", "order_id"),
    *("checkout_token", "customer", "customer_id", "customer_ref", "client_reference_id"),
    "references",
)
_INNER: Final = {
    "metadata": DEFAULT_KEYS,
    "custom_data": DEFAULT_KEYS,
    "payment_details": ("order_reference",),
}
"""Fields that hold fields of their own, and which of those are ids."""

_MAX_LENGTH: Final = 255
_MAX_LISTED: Final = 20
_SHOPS_NAME: Final = "#"  # Shopify's orders are named #1001; people have other names


def object_ids(raw: msgspec.Raw | bytes) -> tuple[str, ...]:
    """Return the ids that an object names; none of what cannot be read.

    Args:
        raw: The object, as JSON.
    """
    try:
        fields = read(raw, dict[str, Any])
    except UnusableError:
        return ()
    found = [fields.get(name) for name in _FIELDS]
    for name, keys in _INNER.items():
        inner = fields.get(name)
        if isinstance(inner, dict):
            found += [inner.get(key) for key in keys]
    shops_name = fields.get("name")
    if isinstance(shops_name, str) and shops_name.startswith(_SHOPS_NAME):
        found.append(shops_name)
    return tuple(dict.fromkeys(text for value in found for text in _texts(value)))


def _texts(value: object) -> list[str]:
    """Return a field's ids: an id, an object that stands in its place, or several of them."""
    match value:
        case bool():
            return []
        case int():
            return [str(value)]
        case str() if 0 < len(value) <= _MAX_LENGTH:
            return [value]
        case dict():
            return _texts(value.get("id")) if not isinstance(value.get("id"), dict) else []
        case list():
            plain = [each for each in value[:_MAX_LISTED] if isinstance(each, str)]
            return [text for each in plain for text in _texts(each)]
    return []
