"""User-provided data as the Measurement Protocol takes it: normalised, and hashed where it says so.

Source: https://developers.google.com/analytics/devguides/collection/ga4/uid-data. The Data Manager
API has other steps: see `data_manager_hashes`.

Google does not say what a symbol is; here it is Unicode's punctuation, symbols and invisible
characters, so accented letters stay. Every function returns None where nothing usable is left:
a field that is left out does less harm than the hash of nothing, which everybody shares.
"""

import re
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from typing import Final

import msgspec

Step = Callable[[str], str | None]
"""Brings one value to the form that an API takes; None where nothing usable is left."""

GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})
# E.164: a country code, which never starts with zero, and at most 15 digits in all.
_E164_DIGITS: Final = re.compile(r"[1-9][0-9]{6,14}")
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
# Unicode's categories, by their first letter.
_SYMBOLS: Final = frozenset("PSC")
_SYMBOLS_AND_DIGITS: Final = frozenset("PSCN")


class Steps(msgspec.Struct, frozen=True, kw_only=True):
    """What an API wants done with each value; the first four are hashed."""

    email: Step
    phone: Step
    name: Step
    street: Step
    city: Step
    region: Step
    postal_code: Step
    country: Step


def sha256_email_address(email: str) -> str | None:
    """Return `user_data.sha256_email_address` for an address."""
    return hashed(normal_email(email))


def sha256_phone_number(phone: str) -> str | None:
    """Return `user_data.sha256_phone_number` for a number that has its country code."""
    return hashed(normal_phone(phone))


def sha256_name(name: str) -> str | None:
    """Return `address.sha256_first_name` or `.sha256_last_name` for a name."""
    return hashed(normal_name(name))


def sha256_street(street: str) -> str | None:
    """Return `address.sha256_street` for a street and house number."""
    return hashed(normal_street(street))


def normal_email(email: str) -> str | None:
    """Return an address in small letters, without spaces; of Gmail's without dots and `+…`.

    Google's page for the Measurement Protocol does not mention the plus. It says that it hashes as
    the Google Ads API does, whose page and library drop what follows it.
    """
    # Spaces go first, though Google's steps put them last, so that one inside gmail.com is no
    # excuse for the dots.
    local, _, domain = "".join(email.lower().split()).rpartition("@")
    if domain in GMAIL:
        local = local.partition("+")[0].replace(".", "")
    return f"{local}@{domain}" if local and domain and "@" not in local else None


def normal_phone(phone: str) -> str | None:
    """Return a number in E.164, as in +14155550123; None without a country code."""
    digits = re.sub("[^0-9]", "", phone)
    return f"+{digits}" if _E164_DIGITS.fullmatch(digits) else None


def normal_name(name: str) -> str | None:
    """Return a first or last name in small letters, without digits and symbols."""
    return _without(name, _SYMBOLS_AND_DIGITS)


def normal_street(street: str) -> str | None:
    """Return a street in small letters, without symbols; its number stays."""
    return _without(street, _SYMBOLS)


def city(name: str) -> str | None:
    """Return `address.city`, which is not hashed: small letters, no digits, no symbols."""
    return _without(name, _SYMBOLS_AND_DIGITS)


def region(name: str) -> str | None:
    """Return `address.region`, which is not hashed: small letters, no digits, no symbols."""
    return _without(name, _SYMBOLS_AND_DIGITS)


def postal_code(code: str) -> str | None:
    """Return `address.postal_code`, which is not hashed: without dots and tildes."""
    return code.replace(".", "").replace("~", "").strip() or None


def country(code: str) -> str | None:
    """Return `address.country`, which is not hashed: an ISO 3166-1 alpha-2 code."""
    letters = code.strip()
    return letters.upper() if _COUNTRY.fullmatch(letters) else None


def _without(text: str, categories: frozenset[str]) -> str | None:
    kept = (letter for letter in text if unicodedata.category(letter)[0] not in categories)
    return "".join(kept).lower().strip() or None


def hashed(text: str | None) -> str | None:
    """Return the hash of text that is normal already; None of None."""
    if text is None:
        return None
    try:
        return sha256(text.encode()).hexdigest()
    except UnicodeEncodeError:  # half a character (a lone surrogate) cannot be written
        return None


MEASUREMENT_PROTOCOL: Final = Steps(
    email=sha256_email_address,
    phone=sha256_phone_number,
    name=sha256_name,
    street=sha256_street,
    city=city,
    region=region,
    postal_code=postal_code,
    country=country,
)
