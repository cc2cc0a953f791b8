"""Rules for `user_data`: hashes where hashes belong, and not too many.

Source: https://developers.google.com/analytics/devguides/collection/ga4/uid-data
"""

import re
from hashlib import sha256
from typing import Final

from shared.ga4.findings import Code, Finding, advice, error
from shared.ga4.limits import USER_DATA_ADDRESSES, USER_DATA_EMAILS, USER_DATA_PHONES
from shared.ga4.rules import sources
from shared.ga4.rules.describe import described, under
from shared.ga4.rules.value import is_blank, is_text

_HASHED_LISTS: Final = {
    "sha256_email_address": USER_DATA_EMAILS,
    "sha256_phone_number": USER_DATA_PHONES,
}
_HASHED_PARTS: Final = frozenset({"sha256_first_name", "sha256_last_name", "sha256_street"})
_PLAIN_PARTS: Final = frozenset({"city", "region", "postal_code", "country"})
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
_HASH_OF_NOTHING: Final = sha256(b"").hexdigest()


def check_user_data(user_data: object, findings: list[Finding]) -> None:
    """Add what is wrong with a request's `user_data`."""
    if not isinstance(user_data, dict):
        message = f"user_data has to be an object; this is {described(user_data)}"
        findings.append(error("user_data", Code.VALUE_INVALID, message, sources.USER_DATA))
        return
    for name, value in user_data.items():
        path = under("user_data", name)
        if name in _HASHED_LISTS:
            for place, entry in _entries(value, path, _HASHED_LISTS[name], findings):
                _check_hash(entry, place, findings)
        elif name == "address":
            for place, entry in _entries(value, path, USER_DATA_ADDRESSES, findings):
                _check_address(entry, place, findings)
        else:
            message = "user_data has sha256_email_address, sha256_phone_number and address only"
            findings.append(error(path, Code.VALUE_INVALID, message, sources.USER_DATA))


def _entries(
    value: object, path: str, most: int, findings: list[Finding]
) -> list[tuple[str, object]]:
    """Return the entries of a list with their paths; one value may stand without a list."""
    if not isinstance(value, list):
        return [(path, value)]
    if len(value) > most:
        message = f"at most {most} here; this is {described(value)}"
        findings.append(error(path, Code.EXCEEDED_MAX_ENTITIES, message, sources.USER_DATA))
    return [(f"{path}[{index}]", entry) for index, entry in enumerate(value[:most])]


def _check_hash(value: object, path: str, findings: list[Finding]) -> None:
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        message = (
            "has to be a SHA-256 hash, 64 small hexadecimal digits: GA4 does not hash; "
            f"this is {described(value)}"
        )
        findings.append(error(path, Code.VALUE_INVALID, message, sources.USER_DATA))
    elif value == _HASH_OF_NOTHING:
        message = "the hash of empty text: leave the field out"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.USER_DATA))


def _check_address(address: object, path: str, findings: list[Finding]) -> None:
    if not isinstance(address, dict):
        message = f"an address has to be an object; this is {described(address)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.USER_DATA))
        return
    for name, value in address.items():
        place = under(path, name)
        if name in _HASHED_PARTS:
            _check_hash(value, place, findings)
        elif name in _PLAIN_PARTS:
            _check_plain(name, value, place, findings)
        else:
            message = (
                f"an address has {', '.join(sorted(_HASHED_PARTS | _PLAIN_PARTS))}, no other key"
            )
            findings.append(error(place, Code.VALUE_INVALID, message, sources.USER_DATA))


def _check_plain(name: str, value: object, path: str, findings: list[Finding]) -> None:
    if not is_text(value) or is_blank(value):
        message = f"has to be text; this is {described(value)}"
        findings.append(error(path, Code.VALUE_INVALID, message, sources.USER_DATA))
    elif name == "country":
        if not _COUNTRY.fullmatch(value):
            message = f"has to be an ISO 3166-1 alpha-2 code; this is {described(value)}"
            findings.append(error(path, Code.VALUE_INVALID, message, sources.USER_DATA))
    elif name != "postal_code" and value != value.lower().strip():
        message = "small letters and no white space around, or it matches nobody"
        findings.append(advice(path, Code.VALUE_INVALID, message, sources.USER_DATA))
