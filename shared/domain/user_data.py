"""Data the user provided, hashed: no e-mail address or phone number is ever kept as it is.

Source: https://developers.google.com/analytics/devguides/collection/ga4/uid-data
"""

import re
from hashlib import sha256
from typing import Final, TypeVar

import msgspec

from shared.domain.notes import Notes

T = TypeVar("T")

MAX_EMAILS: Final = 3
MAX_PHONES: Final = 3
MAX_ADDRESSES: Final = 2
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_HASH_OF_NOTHING: Final = sha256(b"").hexdigest()
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}", re.ASCII)
_LONGEST: Final = 100


class Address(msgspec.Struct, frozen=True):
    """A postal address: names and street hashed, the rest in the clear, as Google wants it."""

    sha256_first_name: str | None = None
    sha256_last_name: str | None = None
    sha256_street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class HashedUserData(msgspec.Struct, frozen=True):
    """SHA-256 hashes in small hexadecimal digits, of values normalised by Google's steps.

    Attributes:
        sha256_email_address: Up to 3.
        sha256_phone_number: Up to 3.
        address: Up to 2.
    """

    sha256_email_address: tuple[str, ...] = ()
    sha256_phone_number: tuple[str, ...] = ()
    address: tuple[Address, ...] = ()


class UserData(HashedUserData, frozen=True):
    """A person's data, hashed by the steps of the Measurement Protocol.

    Attributes:
        data_manager: The same data by the steps of the Data Manager API, where we hashed it
            ourselves and the two differ. What arrived hashed is one and the same for both.
    """

    data_manager: HashedUserData | None = None

    @property
    def for_data_manager(self) -> HashedUserData:
        """What the Data Manager API takes."""
        return self.data_manager or self


def believable_user_data(raw: HashedUserData, notes: Notes) -> UserData | None:
    """Return what of user data is hashed as GA4 wants it; None where nothing is left.

    Args:
        raw: As somebody's code sent it; what is not hashed is left out, and so never stored.
        notes: Those under its path; each field that is left out is named, never its value.
    """
    of_address = notes.under("address")
    addresses = (_address(address, of_address) for address in raw.address)
    user_data = UserData(
        _hashes(raw.sha256_email_address, MAX_EMAILS, notes.under("sha256_email_address")),
        _hashes(raw.sha256_phone_number, MAX_PHONES, notes.under("sha256_phone_number")),
        _first(tuple(filter(None, addresses)), MAX_ADDRESSES, of_address),
    )
    return None if user_data == UserData() else user_data


def _hashes(raw: tuple[str, ...], most: int, notes: Notes) -> tuple[str, ...]:
    hashes = (_hash(text, notes) for text in raw)
    return _first(tuple(dict.fromkeys(filter(None, hashes))), most, notes)


def _first(values: tuple[T, ...], most: int, notes: Notes) -> tuple[T, ...]:
    if len(values) > most:
        notes.add("", f"more than {most}")
    return values[:most]


def _hash(raw: str, notes: Notes) -> str | None:
    digits = raw.strip().lower()
    if _HASH.fullmatch(digits) and digits != _HASH_OF_NOTHING:
        return digits
    notes.add("", "not a SHA-256 hash")
    return None


def _address(raw: Address, notes: Notes) -> Address | None:
    parts = {
        name: text.strip()
        for name, text in msgspec.structs.asdict(raw).items()
        if text and text.strip()
    }
    for name, text in tuple(parts.items()):
        if name.startswith("sha256_"):
            digits = _hash(text, notes.under(name))
            if digits is None:
                del parts[name]
            else:
                parts[name] = digits
        elif not _plain(name, text):
            notes.add(name, "not usable")
            del parts[name]
    return Address(**parts) if parts else None


def _plain(name: str, text: str) -> bool:
    """Return whether a part that is not hashed is what it should be."""
    if name == "country":
        return _COUNTRY.fullmatch(text) is not None
    return len(text) <= _LONGEST and "@" not in text
