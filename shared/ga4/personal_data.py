"""The guard against personal data: addresses, numbers and tokens that must never reach GA4.

Google forbids data that identifies a person
(https://developers.google.com/analytics/devguides/collection/protocol/ga4/policy) and looks for
none of it; an account can lose its data over it. Only text is looked at, not numbers, and text
that is URL-encoded is looked at decoded as well. The request's `user_agent` alone is left out,
since crawlers write their owner's address there.

Numbers of orders, products, sessions and times must not be taken for numbers of cards and phones,
so both need more than digits:

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
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from shared.ga4.findings import Code, Finding, error
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, under

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
    """Return, fast, whether it is worth asking `kind_of_personal_data` about any part of a text."""
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
    if any(_is_card(match[0], serial=serial) for match in _CARD.finditer(text)):
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


def _is_card(text: str, *, serial: bool) -> bool:
    digits = re.sub("[^0-9]", "", text)
    if len(digits) <= _SHORT_CARD and (serial or _is_gtin(digits)):
        return False
    # A grouped number may be followed by the three digits of the card's back.
    candidates = (digits,) if text == digits else (digits, digits[:_CARD_LENGTH])
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


_NEVER_LOOKED_AT: Final = "user_agent"
# Nothing valid lies deeper than a field of an item, and paths need not grow without end.
_DEPTH_SHOWN: Final = 8
# Written out, `dict | list` would be made again for every number in every request.
_HOLDERS: Final = (dict, list)


def check_personal(payload: object, exempt: frozenset[str], findings: list[Finding]) -> None:
    """Add a finding for every text that looks personal.

    Args:
        payload: Any JSON.
        exempt: Names under which such text may stand.
        findings: Where findings are added.
    """
    if isinstance(payload, dict) and _NEVER_LOOKED_AT in payload:
        payload = {key: value for key, value in payload.items() if key != _NEVER_LOOKED_AT}
    # One look at everything at once: nearly every payload ends here.
    if not may_be_personal("\n".join(_texts(payload))):
        return
    for path, name, text in _places(payload):
        if name not in exempt and (kind := kind_of_personal_data(text, name)):
            message = (
                f"looks like {kind}, which must not be sent ({described(text)}); "
                "a name may be exempted in the settings"
            )
            findings.append(error(path, Code.PERSONAL_DATA, message, sources.POLICY))


def _texts(payload: object) -> list[str]:
    """Return every text in a JSON value, in no particular order."""
    texts: list[str] = []
    pending: list[Any] = [[payload]]
    while pending:
        holder = pending.pop()
        for value in holder.values() if isinstance(holder, dict) else holder:
            kind = type(value)
            if kind is str:
                texts.append(value)
            elif kind is float or kind is int:
                continue
            elif isinstance(value, _HOLDERS):
                pending.append(value)
            elif isinstance(value, str):
                texts.append(value)
    return texts


def _places(payload: object) -> Iterator[tuple[str, str, str]]:
    """Yield path, name and text of every text in a JSON value, in the order of the body.

    The name is that of the parameter, the item field or the user property the text belongs to.
    """
    pending: list[tuple[str, str, int, Any]] = [("", "", 0, payload)]
    while pending:
        path, name, depth, value = pending.pop()
        if isinstance(value, str):
            yield path, name, value
        elif isinstance(value, dict):
            pending.extend(
                (
                    under(path, key) if depth < _DEPTH_SHOWN else path,
                    name if key == "value" and path.startswith("user_properties.") else str(key),
                    depth + 1,
                    child,
                )
                for key, child in reversed(value.items())
            )
        elif isinstance(value, list):
            pending.extend(
                (
                    f"{path}[{index}]" if depth < _DEPTH_SHOWN else path,
                    name,
                    depth + 1,
                    value[index],
                )
                for index in reversed(range(len(value)))
            )
