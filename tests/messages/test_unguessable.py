"""Which references a browser may name."""

import secrets
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messages.unguessable import is_unguessable


@pytest.mark.parametrize(
    "reference",
    [
        "cs_test_a1MFkP7sXyZ0qWbTnR5uVcLd",
        "cs_live_b1IQVkc4GLbYaKaBLmJuHAiKuHvUxW2wOK",
        "pi_3MtwBwLkdIwHu7ix28a3tqPa",
        "cus_NffrFeUfNV2Hib",
        "txn_01h04vsc0qhwtsbsxh3422wjs4",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "018F3B2C-7E5A-7C3D-9A1B-2F4E6D8C0B1A",
        "01H04VSC0QHWTSBSXH3422WJS4",
        "d41d8cd98f00b204e9800998ecf8427e",
        "d41d8cd98f00b204e980099812345678",
    ],
)
def test_random_ids_are_taken(reference: str) -> None:
    """Providers', UUIDs, ULIDs, tokens."""
    assert is_unguessable(reference)


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "1001",
        "ORD-9",
        "#1001",
        "ORDER-20261125-000017",
        "ORDER2026112500000000017",
        "order_20261125000017",
        "cs_1",
        "cs_00000000000000001",
        "ord_aaaaaaaaaaaaaaaaaa",
        "00000000000000000000000000000017",
        "20261125041511000123456789012345",
        "jane@shop.example",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "00000000-0000-0000-0000-000000000017",
        "shop-order-of-the-twentieth-of-may",
        "pi_3MtwBwLkdIwHu7ix28a3tqPa\n",
        "cs_test_\uff411MFkP7sXyZ0qWbTnR5uVcLd",
    ],
)
def test_what_counts_or_can_be_guessed_is_not(reference: str) -> None:
    """Order numbers, padded and prefixed; clocks; persons."""
    assert not is_unguessable(reference)


@given(st.integers(0, 10**9), st.sampled_from(["{}", "ORD-{}", "ord_{:020}", "ORDER{:024}"]))
def test_no_padded_number_is_taken(number: int, form: str) -> None:
    """However it is written."""
    assert not is_unguessable(form.format(number))


def test_what_is_drawn_at_random_is_nearly_always_taken() -> None:
    """A shop must not lose captures by chance.

    One of 17,000 tokens of 32 hex digits has fewer than three letters, and looks like a number:
    two among 500 come once in 2,400 runs, three once in 240,000.
    """
    drawn = [secrets.token_hex(16) for _ in range(500)] + [str(uuid.uuid4()) for _ in range(500)]

    assert sum(map(is_unguessable, drawn)) >= len(drawn) - 2
