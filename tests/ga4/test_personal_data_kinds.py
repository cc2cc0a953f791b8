"""What personal data looks like, and what only resembles it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ga4.personal_data import kind_of_personal_data, may_be_personal

_EMAIL = "an e-mail address"
_TOKEN = "a token (JWT)"
_CARD = "a card number"
_PHONE = "a phone number"
_JWT = (
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"
)

_PERSONAL = [
    ("jane@example.com", _EMAIL),
    ("Jane Doe <jane.doe+news@mail.example.co.uk>", _EMAIL),
    ("jürgen@müller.de", _EMAIL),
    ("mailto:jane@example.com?subject=x", _EMAIL),
    ("https://shop.example/thanks?email=jane@example.com&x=1", _EMAIL),
    ("https://shop.example/thanks?email=jane%40example.com", _EMAIL),
    ("https://shop.example/?next=%2Flogin%3Femail%3Djane%2540example.com", _EMAIL),
    (_JWT, _TOKEN),
    (f"https://shop.example/?token={_JWT}&x=1", _TOKEN),
    (f"Bearer {_JWT}", _TOKEN),
    ("4242424242424242", _CARD),
    ("4111 1111 1111 1111", _CARD),
    ("4111-1111-1111-1111", _CARD),
    ("card 5555555555554444 exp 12/27", _CARD),
    ("5555 5555 5555 4444 123", _CARD),
    ("2223003122003222", _CARD),
    ("378282246310005", _CARD),
    ("3782 822463 10005", _CARD),
    ("30569309025904", _CARD),
    ("3056 930902 5904", _CARD),
    ("6011111111111117", _CARD),
    ("3566002020360505", _CARD),
    ("6205500000000000004", _CARD),
    ("4222222222222", _CARD),
    ("https://shop.example/pay?pan=4242424242424242", _CARD),
    ("https://shop.example/pay?pan=4242+4242+4242+4242", _CARD),
    ("https://shop.example/pay?pan=4242%204242%204242%204242", _CARD),
    ("+4917112345678", _PHONE),
    ("+49 171 1234-5678", _PHONE),
    ("+49 (0) 171 / 12345678", _PHONE),
    ("+1 (555) 123-4567", _PHONE),
    ("+1.555.123.4567", _PHONE),
    ("+12345678", _PHONE),
    ("https://shop.example/?tel=%2B4917112345678", _PHONE),
    ("tel:0171 1234567", _PHONE),
    ("(555) 234-5678", _PHONE),
    ("(030) 1234567", _PHONE),
    ("555-123-4567", _PHONE),
    ("555.123.4567", _PHONE),
    ("1-555-123-4567", _PHONE),
]

_HARMLESS = [
    "1234567890.1234567890",
    "1234567890.1764000000",
    "GA1.1.1234567890.1764000000",
    "GS1.1.1764000000.5.1.1764000100.0.0.0",
    "GS2.1.s1764000000$o5$g1$t1764000100$j60$l0$h0",
    "1764000000",
    "1764000000000",
    "1764000000000000",
    "2026-11-23",
    "2026-11-23T12:00:00+01:00",
    "20261123120000",
    "ORD-2026-000123",
    "INV/2026/11/0004711",
    "#1001",
    "WEB-100200300400",
    "111-1234567-1234567",
    "100-200-3000-4000",
    "pi_3PabcDEF123456789012345678",
    "pi_4242424242424242",
    "cs_test_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0",
    "in_1MtHbELkdIwHu7ixl4OzzPMv",
    "550e8400-e29b-41d4-a716-446655440000",
    "12345678-1234-4567-8901-123456789012",
    "k3+abc/def==.1764000000",
    "4006381333931",
    "9780306406157",
    "4242424242424243",
    "1111222233334444",
    "0.4242424242424242",
    "19.90",
    "1,234,567.89",
    "12345678",
    "+1234567",
    "+1",
    "+ 20 % more",
    "T-shirt (100) 200 g",
    "Pack of 250 500 1000",
    "300x250",
    "192.168.100.200",
    "2001:db8::8a2e:370:7334",
    "logo@2x.png",
    "https://shop.example/logo@3x.webp?v=1764000000",
    "https://shop.example/@jane",
    "@jane",
    "left-pad@1.2.3",
    "5 @ 3.50",
    "user@localhost",
    "eyJust.a.name",
    "https://shop.example/kasse/danke?utm_source=mail&utm_campaign=2026-11",
    "50% off",
    "100%25",
    "%",
    "",
]


def test_personal() -> None:
    """Addresses, tokens, cards and phones are found in whatever they stand."""
    for text, kind in _PERSONAL:
        assert kind_of_personal_data(text, "note") == kind, text
        assert may_be_personal(text), text


def test_harmless() -> None:
    """Numbers of orders, products, sessions, moments and the like are nobody's."""
    for text in _HARMLESS:
        assert kind_of_personal_data(text, "note") is None, text


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("4222222222222", id="13 digits that could be an old Visa"),
        pytest.param("30569309025904", id="14 digits that could be a Diners Club"),
        pytest.param("555-123-4567", id="grouped like an American phone"),
    ],
)
def test_serial_numbers(text: str) -> None:
    """What a shop may well give an order or a product is nobody's in a field for that."""
    assert kind_of_personal_data(text, "item_id") is None
    assert kind_of_personal_data(text, "transaction_id") is None
    assert kind_of_personal_data(text, "user_id") is not None


@pytest.mark.parametrize("text", ["4242424242424242", "jane@example.com", "+4917112345678", _JWT])
def test_identifiers(text: str) -> None:
    """What nobody gives an order is personal in any identifier."""
    assert kind_of_personal_data(text, "transaction_id") is not None


@given(st.lists(st.sampled_from([text for text, _ in _PERSONAL] + _HARMLESS)))
def test_nothing_slips_past_the_fast_look(texts: list[str]) -> None:
    """Where a text is personal, the fast look at all texts together does not miss it."""
    if any(kind_of_personal_data(text, "note") for text in texts):
        assert may_be_personal("\n".join(texts))


@given(st.text(alphabet="0123456789 +-.()@%eyJ_aAtl:\ud800", max_size=60))
def test_fast_and_slow_agree(text: str) -> None:
    """The fast look may be wrong about a text only on the safe side."""
    if kind_of_personal_data(text, "note"):
        assert may_be_personal(f"x\n{text}\nx")
