"""Data the user provided, hashed: no e-mail address or phone number is ever kept as it is.

Source: https://developers.google.com/analytics/devguides/collection/ga4/uid-data
"""

import re
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Final, TypeVar

T = TypeVar("T")

MAX_EMAILS: Final = 3
MAX_PHONES: Final = 3
MAX_ADDRESSES: Final = 2
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HASH_OF_NOTHING: Final = sha256(b"").hexdigest()
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}", re.ASCII)
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address: names and street hashed, the rest in the clear, as Google wants it."""

    sha256_first_name: str | None = None
    sha256_last_name: str | None = None
    sha256_street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class UserData:
    """SHA-256 hashes in small hexadecimal digits, of values normalised by Google's steps.

    Attributes:
        sha256_email_address: Up to 3.
        sha256_phone_number: Up to 3.
        address: Up to 2.
    """

    sha256_email_address: tuple[str, ...] = ()
    sha256_phone_number: tuple[str, ...] = ()
    address: tuple[Address, ...] = ()


def believable_user_data(told: UserData, notes: list[str], *, at: str) -> UserData | None:
    """Return what of user data is hashed as GA4 wants it; None where nothing is left.

    Args:
        told: As somebody's code sent it; what is not hashed is left out, and so never kept.
        notes: Where `AT.FIELD: problem` is added for what is left out, never the value.
        at: Where it was told.
    """
    addresses = (_address(address, notes, f"{at}.address") for address in told.address)
    kept = UserData(
        _hashes(told.sha256_email_address, MAX_EMAILS, notes, f"{at}.sha256_email_address"),
        _hashes(told.sha256_phone_number, MAX_PHONES, notes, f"{at}.sha256_phone_number"),
        _few(tuple(filter(None, addresses)), MAX_ADDRESSES, notes, f"{at}.address"),
    )
    return None if kept == UserData() else kept


def _hashes(told: tuple[str, ...], most: int, notes: list[str], at: str) -> tuple[str, ...]:
    hashes = (_hash(text, notes, at) for text in told)
    return _few(tuple(dict.fromkeys(filter(None, hashes))), most, notes, at)


def _few(found: tuple[T, ...], most: int, notes: list[str], at: str) -> tuple[T, ...]:
    if len(found) > most:
        notes.append(f"{at}: more than {most}")
    return found[:most]


def _hash(told: str, notes: list[str], at: str) -> str | None:
    digits = told.strip().lower()
    if _HASH.fullmatch(digits) and digits != _HASH_OF_NOTHING:
        return digits
    notes.append(f"{at}: not a SHA-256 hash")
    return None


def _address(told: Address, notes: list[str], at: str) -> Address | None:
    kept = {name: text.strip() for name, text in asdict(told).items() if text and text.strip()}
    for name, text in tuple(kept.items()):
        if name.startswith("sha256_"):
            digits = _hash(text, notes, f"{at}.{name}")
            if digits is None:
                del kept[name]
            else:
                kept[name] = digits
        elif not _plain(name, text):
            notes.append(f"{at}.{name}: not usable")
            del kept[name]
    return Address(**kept) if kept else None


def _plain(name: str, text: str) -> bool:
    """Tell whether a part that is not hashed is what it should be."""
    if name == "country":
        return _COUNTRY.fullmatch(text) is not None
    return len(text) <= _LONGEST and "@" not in text
