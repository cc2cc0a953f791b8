"""Which references a browser may name."""

import secrets
import string
import uuid
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messages.reference_pattern import read_pattern
from shared.messages.unguessable import problem_of

_LETTERS: Final = string.ascii_letters + string.digits
_SESSION: Final = "cs_live_b1IQVkc4GLbYaKaBLmJuHAiKuHvUxW2wOKMFkP7sXyZ0qWbTnR5uVcLd"


def drawn(length: int, alphabet: str = _LETTERS) -> str:
    """Return a text drawn at random."""
    return "".join(secrets.choice(alphabet) for _ in range(length))


@pytest.mark.parametrize(
    "reference",
    [
        _SESSION,
        "cs_test_a11YYufWQzNY63zpQ6QSNRQhkUpVph4WRmzW0zWJO2znZKdVujZ0N0S22u",
        "pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_YrKJUKribcBjcG8HVhfZluoGH",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
        "0F8FAD5B-D9CB-469F-A165-70867728950E",
    ],
)
def test_random_ids_are_taken(reference: str) -> None:
    """Checkout Sessions by their whole id, PaymentIntents by their secret, random UUIDs."""
    assert problem_of(reference) is None


@pytest.mark.parametrize(
    ("reference", "problem"),
    [
        ("cus_NffrFeUfNV2Hib", "a customer's id stands for every order"),
        ("sub_1MowQVLkdIwHu7ixeRlqHVzs", "a subscription's id stands for every renewal"),
        ("in_1MtHbELkdIwHu7ixl4OzzPMv", "an invoice's id is written on the invoice"),
        ("ch_3MmlLrLkdIwHu7ix0snN0B15", "a charge's id is known"),
        ("pi_3MtwBwLkdIwHu7ix28a3tqPa", "name its client secret"),
        ("pi_3MtwBwLkdIwHu7ix28a3tqPa_secret_1", "name its client secret"),
        ("cs_test_a1B2c3D4e5F6g7H8", "not the whole id of a Checkout Session"),
        ("cs_1", "not the whole id of a Checkout Session"),
        ("018F3B2C-7E5A-7C3D-9A1B-2F4E6D8C0B1A", "not a random one (version 4)"),
        ("6ba7b810-9dad-11d1-80b4-00c04fd430c8", "not a random one (version 4)"),
        ("00000000-0000-0000-0000-000000000017", "not a random one (version 4)"),
        ("00000000-0000-4000-8000-000000000017", "not a random one (version 4)"),
        ("01234567-89ab-4cde-8f01-23456789abcd", "not a random one (version 4)"),
        ("order_ABCDEFGHIJKLMNOPQRSTUV0123", "can be guessed"),
        ("id_20261125000123ABC", "can be guessed"),
        ("txn_01h04vsc0qhwtsbsxh3422wjs4", "can be guessed"),
        ("d41d8cd98f00b204e9800998ecf8427e", "can be guessed"),
        ("ORDER-20261125-000017", "can be guessed"),
        ("1001", "can be guessed"),
        ("jane@shop.example", "can be guessed"),
        ("shop-order-of-the-twentieth-of-may", "can be guessed"),
        ("", "can be guessed"),
        (f"{_SESSION}\n", "not the whole id"),
        ("cs_test_\uff411MFkP7sXyZ0qWbTnR5uVcLdIQVkc4GLbYaKaBLmJuHAiKuHv", "not the whole id"),
        (f"cs_live_{'a' * 58}", "can be guessed"),
        (f"cs_test_{_LETTERS[:58]}", "can be guessed"),
        (f"cs_test_{'0' * 50}MFkP7sXy", "can be guessed"),
    ],
)
def test_what_others_know_or_count_is_refused(reference: str, problem: str) -> None:
    """Each with what is wrong, and what a browser may name."""
    found = problem_of(reference)

    assert found is not None
    assert problem in found
    assert "CAPTURE_REFERENCES" in found or "signed capture" in found or "(" in found
    assert not reference or len(reference) < 8 or reference not in found


@pytest.mark.parametrize(
    ("pattern", "reference", "fits"),
    [
        ("ord_{base62:22}", "ord_7sXyZ0qWbTnR5uVcLdMFkP", True),
        ("ord_{base62:22}", "ord_7sXyZ0qWbTnR5uVcLdMFk", False),
        ("ord_{base62:22}", "ord_ABCDEFGHIJKLMNOPQR0123", False),
        ("ord_{base62:22}", "ord_20261125000123ABCDEFGH", False),
        ("ord_{base62:22}", "ord_aaaaaaaaaaaaaaaaaaaaaa", False),
        ("ord_{base62:22}", "ORD_7sXyZ0qWbTnR5uVcLdMFkP", False),
        ("txn_{base32:26}", "txn_01h04vsc0qhwtsbsxh3422wjs4", True),
        ("{hex:32}", "d41d8cd98f00b204e9800998ecf8427e", True),
        ("{hex:32}", "D41D8CD98F00B204E9800998ECF8427E", True),
        ("{hex:32}", "d41d8cd98f00b204e9800998ecf8427E", False),
        ("{hex:32}", "00000000000000000000000000000017", False),
        ("{hex:32}", "20261125041511000123456789012345", False),
        ("shop.{base64url:21}-x", "shop.V1StGXR8_Z5jdHi6B-myT-x", True),
        ("shop.{base64url:21}-x", "shopsV1StGXR8_Z5jdHi6B-myT-x", False),
    ],
)
def test_a_shops_own_references_have_its_form_and_look_random(
    pattern: str, reference: str, *, fits: bool
) -> None:
    """The form is the shop's word; a counter in it is refused all the same."""
    assert (problem_of(reference, [read_pattern(pattern)]) is None) is fits


@given(st.integers(0, 10**9), st.sampled_from(["{}", "ORD-{}", "ord_{:020}", "ORDER{:024}"]))
def test_no_padded_number_is_taken(number: int, form: str) -> None:
    """However it is written, and whatever the shop says its references look like."""
    own = [read_pattern(f"ord_{{{name}:20}}") for name in ("hex", "base32", "base62", "base64url")]

    assert problem_of(form.format(number), own) is not None


def test_what_is_drawn_at_random_is_nearly_always_taken() -> None:
    """A shop must not lose captures by chance.

    One of 17,000 tokens of 32 hex digits has fewer than three letters, and looks like a number:
    two among 500 come once in 2,400 runs, three once in 240,000.
    """
    own = [read_pattern("{hex:32}"), read_pattern("{base62:22}")]
    references = [secrets.token_hex(16) for _ in range(500)] + [drawn(22) for _ in range(500)]
    references += [str(uuid.uuid4()) for _ in range(500)]
    references += [f"cs_live_a1{drawn(56)}" for _ in range(500)]
    references += [f"pi_{drawn(24)}_secret_{drawn(25)}" for _ in range(500)]

    assert sum(problem_of(each, own) is None for each in references) >= len(references) - 2
