"""What a request says of the user: properties, hashed data, consent, place and device.

Sources: "Measurement Protocol reference", "User properties", "User-provided data".
"""

from decimal import Decimal
from typing import Literal

import msgspec

ConsentValue = Literal["GRANTED", "DENIED"]


class UserProperty(msgspec.Struct, frozen=True, omit_defaults=True):
    """A user property; never a bare value.

    Attributes:
        value: Text or a number.
        timestamp_micros: Since when it holds, Unix microseconds; the newest value wins.
    """

    value: str | int | Decimal
    timestamp_micros: int | None = None


class Consent(msgspec.Struct, frozen=True, omit_defaults=True):
    """The two consents GA4 takes; analytics consent is ours to heed."""

    ad_user_data: ConsentValue | None = None
    ad_personalization: ConsentValue | None = None


class Address(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A postal address; names and street hashed, the rest normalised and in the clear."""

    sha256_first_name: str | None = None
    sha256_last_name: str | None = None
    sha256_street: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country: str | None = None


class UserData(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Data the user provided: SHA-256 in lower-case hex."""

    sha256_email_address: list[str] = []
    sha256_phone_number: list[str] = []
    address: list[Address] = []


class UserLocation(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Where the user is; Google advises country and region at least.

    Attributes:
        city: Its name.
        region_id: ISO 3166-2, e.g. `US-CA`.
        country_id: ISO 3166-1 alpha-2.
        subcontinent_id: UN M49, as text, e.g. `021`.
        continent_id: UN M49, as text, e.g. `019`.
    """

    city: str | None = None
    region_id: str | None = None
    country_id: str | None = None
    subcontinent_id: str | None = None
    continent_id: str | None = None


class Device(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What the user holds; Google advises the category at least.

    Attributes:
        category: e.g. `mobile`, `desktop`, `tablet`.
        language: ISO 639-1.
        screen_resolution: `WIDTHxHEIGHT`.
    """

    category: str | None = None
    language: str | None = None
    screen_resolution: str | None = None
    operating_system: str | None = None
    operating_system_version: str | None = None
    model: str | None = None
    brand: str | None = None
    browser: str | None = None
    browser_version: str | None = None
