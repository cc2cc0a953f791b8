"""What personal data looks like, and what only resembles it.

Numbers of orders, products, sessions and moments must not be taken for numbers of cards and
phones, so both need more than digits:

- A card number has the first digits and the length of a card brand and passes the Luhn check;
  either unbroken or in the groups printed on cards. Products and orders have 13 and 14 digits
  (GTIN, Shopify), as the shortest cards do: those are not looked for in fields ending in `_id`,
  nor where the digits check out as a GTIN.
- A phone number starts with `+` and has 8 to 15 digits (E.164), or follows `tel:`, or has its
  area code in parentheses, or is grouped 3-3-4 as in North America, the last not in fields ending
  in `_id`. Digits alone never are one.
- A token is a JWT by its shape: parts of base64url, the first an encoded JSON object.
- An e-mail address has a domain with a top level in letters; `logo@2x.png` is none.
"""

import re
from typing import Final
from urllib.parse import unquote

_EMAIL: Final = re.compile(r"(?<=[\w.+%'-])@(?![0-9]+x\.)(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,63}")
_TOKEN: Final = re.compile(r"(?<![\w-])eyJ[\w-]{8,}+\.[\w-]{8,}+\.", re.ASCII)
# In a URL's query a plus stands for a space.
_CARD: Final = re.compile(
    r"(?<![\w.])[0-9]{13,19}(?!\w|\.[0-9])"
    r"|(?<![\w.-])[0-9]{4}([ +-])"
    r"(?:[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{3})?|[0-9]{6}\1[0-9]{4,5})(?!\w)"
)
_BRAND: Final = re.compile(
    r"4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"  # Visa
    r"|(?:5[0-8]|2[2-7])[0-9]{14}"  # Mastercard, Maestro, Mir
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # Diners Club
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12,15}"  # JCB
    r"|6[0-9]{15,18}"  # Discover, UnionPay, RuPay, Maestro
)
_PHONE: Final = re.compile(
    r"(?<![\w+])\+(?=[1-9(])(?:[ \u00a0()./-]{0,3}[0-9]){8,15}(?![0-9])"
    r"|(?<!\w)tel:[0-9 ().-]{7,}"
    r"|\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[ .-][0-9]{4}(?!\w)"
    r"|\(0[0-9]{1,4}\)[ -]?[0-9]{3,}[ -]?[0-9]{2,}"
)
_GROUPED_PHONE: Final = re.compile(
    r"(?<![\w.+-])(?:1[.-])?[2-9][0-9]{2}([.-])[0-9]{3}\1[0-9]{4}(?![\w-])"
)
# What every one of the above holds, found fast in a long text.
_MARKS: Final = ("@", "eyJ", "tel:", "(0")
_DIGITS: Final = re.compile(
    r"[0-9][0-9][0-9](?:[0-9](?:[0-9]{9}|[ +-][0-9]{4,6}[ +-][0-9]{4})"
    r"|[.-][0-9]{3}[.-][0-9]{4}|\) ?[0-9]{3}[ .-])"
)
_PLUS: Final = re.compile(r"\+[0-9( ./\u00a0-]")

_SERIAL_SUFFIX: Final = "_id"
# These are given to people, whatever their suffix.
_OF_PEOPLE: Final = frozenset({"client_id", "customer_id", "user_id"})
_SHORT_CARD: Final = 14
_CARD_LENGTH: Final = 16
# URLs within URLs are encoded once more; nobody nests deeper.
_DECODINGS: Final = 3


def may_be_personal(text: str) -> bool:
    """Tell, fast, whether it is worth asking `kind_of_personal_data` about any part of a text."""
    if "%" in text:
        text = f"{text}\n{_decoded(text)}"
    for mark in _MARKS:
        if mark in text:
            return True
    if "+" in text and _PLUS.search(text):
        return True
    return _DIGITS.search(text) is not None


def kind_of_personal_data(text: str, name: str) -> str | None:
    """Return in words what personal data a text holds; None where it seems to hold none.

    Args:
        text: What may hold it, URL-encoded or not.
        name: The name of the parameter or identifier it belongs to.
    """
    serial = name.endswith(_SERIAL_SUFFIX) and name not in _OF_PEOPLE
    kind = _kind(text, serial=serial)
    if kind is None and "%" in text:
        kind = _kind(_decoded(text), serial=serial)
    return kind


def _kind(text: str, *, serial: bool) -> str | None:
    if _EMAIL.search(text):
        return "an e-mail address"
    if _TOKEN.search(text):
        return "a token (JWT)"
    if any(_is_card(found[0], serial=serial) for found in _CARD.finditer(text)):
        return "a card number"
    if _PHONE.search(text) or (not serial and _GROUPED_PHONE.search(text)):
        return "a phone number"
    return None


def _decoded(text: str) -> str:
    for _ in range(_DECODINGS):
        if "%" not in text:
            break
        text = unquote(text)
    return text


def _is_card(found: str, *, serial: bool) -> bool:
    digits = re.sub("[^0-9]", "", found)
    if len(digits) <= _SHORT_CARD and (serial or _is_gtin(digits)):
        return False
    # A grouped number may be followed by the three digits of the card's back.
    candidates = (digits,) if found == digits else (digits, digits[:_CARD_LENGTH])
    return any(_BRAND.fullmatch(number) and _passes_luhn(number) for number in candidates)


def _passes_luhn(digits: str) -> bool:
    """ISO/IEC 7812-1: every second digit from the right doubled, digits added, a multiple of 10."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        number = int(digit) << (index & 1)
        total += number - 9 if number > 9 else number  # noqa: PLR2004 - digits end at 9
    return total % 10 == 0


def _is_gtin(digits: str) -> bool:
    """GS1: digits times 1 and 3 in turn from the right, a multiple of 10."""
    total = sum(int(digit) * (1, 3)[index & 1] for index, digit in enumerate(reversed(digits)))
    return total % 10 == 0
