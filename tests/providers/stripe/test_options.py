"""The operator's choices for Stripe, as they stand in `PAYMENT_PROVIDERS`."""

import msgspec
import pytest

from shared.providers.stripe import DEFAULT_KEYS, StripeOptions


def test_nothing_is_chosen_by_default() -> None:
    """Each choice may double what another event tells, so it has to be made."""
    options = msgspec.json.decode(b"{}", type=StripeOptions)

    assert msgspec.structs.asdict(options) == {
        "payment_intents": False,
        "invoices": False,
        "charges": False,
        "disputes": False,
        "lifecycle": False,
        "payment_failed": False,
        "balance_paid": False,
        "item_id": "product",
        "client_reference_id": "first_customer",
        "reversals": "ledger",
        "value": "payment",
        "transaction_id_keys": DEFAULT_KEYS,
    }


@pytest.mark.parametrize("item_id", ["product", "price", "metadata:sku", "metadata:a key"])
def test_an_items_id_comes_from_one_of_three_places(item_id: str) -> None:
    """Keys are Stripe's: of forty characters at most."""
    found = msgspec.json.decode(msgspec.json.encode({"item_id": item_id}), type=StripeOptions)

    assert found.item_id == item_id


@pytest.mark.parametrize(
    "entry",
    [
        {"item_id": "sku"},
        {"item_id": "metadata:"},
        {"item_id": "metadata:" + "x" * 41},
        {"item_id": ""},
        {"invoices": "yes"},
        {"invoice": True},
    ],
)
def test_a_choice_nobody_knows_is_refused(entry: object) -> None:
    """A misspelt one would be money lost."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(msgspec.json.encode(entry), type=StripeOptions)
