"""User-provided data as the Data Manager API takes it: normalised by that API's own steps, hashed.

Sources: https://developers.google.com/data-manager/api/devguides/concepts/formatting, the field
descriptions of Google's client, and its library `google-ads-datamanager-util` 0.4.0. Where the page
and the library differ, the library counts (docs/decisions/0061-two-ways-to-hash.md). Every function
returns None where nothing usable is left.
"""

import re
from typing import Final

from shared.domain.user_data_hashes import (
    Steps,
    country,
    hashed,
    sha256_email_address,
    sha256_phone_number,
)

# What is neither a letter, a digit nor white space.
_SYMBOLS: Final = re.compile(r"[^\w\s]|_")


def sha256_name(name: str) -> str | None:
    """Return the hash of a first or last name."""
    return hashed(normal_name(name))


def sha256_street(street: str) -> str | None:
    """Return the hash of a street and house number."""
    return hashed(_without_symbols(street))


def normal_name(name: str) -> str | None:
    """Return a first or last name in small letters; its digits and symbols stay."""
    return name.strip().lower() or None


def city(name: str) -> str | None:
    """Return a city, which is not hashed: small letters and digits, no symbols."""
    return _without_symbols(name)


def region(name: str) -> str | None:
    """Return a region, which is not hashed: small letters and digits, no symbols."""
    return _without_symbols(name)


def postal_code(code: str) -> str | None:
    """Return a postal code, which is not hashed: as it is, without white space around it."""
    return code.strip() or None


def _without_symbols(text: str) -> str | None:
    return _SYMBOLS.sub("", text.lower()).strip() or None


DATA_MANAGER: Final = Steps(
    email=sha256_email_address,
    phone=sha256_phone_number,
    name=sha256_name,
    street=sha256_street,
    city=city,
    region=region,
    postal_code=postal_code,
    country=country,
)
