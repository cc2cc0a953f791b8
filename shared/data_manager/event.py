"""An event of the Data Manager API, as types; the names on the wire are camelCase.

Source: the discovery document of the API, revision 20261106, and the field descriptions of
Google's client `google-ads-datamanager` 0.9.4. Absent fields are left out. Money is Decimal from
here to the JSON edge; a 64-bit integer is text, as protobuf's JSON writes it.
"""

from decimal import Decimal
from typing import Final, Literal

import msgspec

ConsentStatus = Literal["CONSENT_GRANTED", "CONSENT_DENIED"]
CustomerType = Literal["NEW", "RETURNING", "REENGAGED"]
EventSource = Literal["WEB", "APP"]

GA4: Final = "ga4"
"""The reference of the GA4 destination in a request that has several."""
ADS: Final = "ads"
"""The reference of the Google Ads destination."""


class _Wire(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """What all parts of an event share: how they are written."""


class Parameter(_Wire, frozen=True):
    """A parameter of the event or of an item; text, also where it is a number."""

    parameter_name: str
    value: str


class Item(_Wire, frozen=True):
    """One product of the cart; GA4 needs the first three.

    Attributes:
        item_id: The shop's id, or the product's name.
        quantity: A whole number, as text.
        unit_price: Per unit, major units of the event's currency.
    """

    item_id: str
    quantity: str
    unit_price: Decimal
    additional_item_parameters: list[Parameter] = []


class CartData(_Wire, frozen=True):
    """What was bought; with a cart there is at least one item.

    Attributes:
        coupon_codes: GA4 takes one.
    """

    coupon_codes: list[str] = []
    items: list[Item] = []


class Consent(_Wire, frozen=True):
    """What the person allowed."""

    ad_user_data: ConsentStatus | None = None
    ad_personalization: ConsentStatus | None = None


class EventLocation(_Wire, frozen=True):
    """Where the user was.

    Attributes:
        subdivision_code: ISO 3166-2.
        region_code: ISO 3166-1 alpha-2.
        subcontinent_code: UN M49.
        continent_code: UN M49.
    """

    city: str | None = None
    subdivision_code: str | None = None
    region_code: str | None = None
    subcontinent_code: str | None = None
    continent_code: str | None = None


class DeviceInfo(_Wire, frozen=True):
    """What the user held.

    Attributes:
        language_code: ISO 639-1.
        screen_width: Pixels.
        screen_height: Pixels.
    """

    user_agent: str | None = None
    ip_address: str | None = None
    category: str | None = None
    language_code: str | None = None
    screen_width: int | None = None
    screen_height: int | None = None
    operating_system: str | None = None
    operating_system_version: str | None = None
    model: str | None = None
    brand: str | None = None
    browser: str | None = None
    browser_version: str | None = None


class AddressInfo(_Wire, frozen=True):
    """A postal address; the API needs all of the first four.

    Attributes:
        given_name: Hashed.
        family_name: Hashed.
        region_code: ISO 3166-1 alpha-2.
        address_line: Street and number, hashed.
    """

    given_name: str
    family_name: str
    region_code: str
    postal_code: str
    address_line: str | None = None
    city: str | None = None
    administrative_area: str | None = None


class UserIdentifier(_Wire, frozen=True):
    """One of the three."""

    email_address: str | None = None
    phone_number: str | None = None
    address: AddressInfo | None = None


class UserData(_Wire, frozen=True):
    """What the user provided: at least one identifier."""

    user_identifiers: list[UserIdentifier]


class AdIdentifiers(_Wire, frozen=True):
    """The ad's click."""

    gclid: str | None = None
    gbraid: str | None = None
    wbraid: str | None = None


class UserProperty(_Wire, frozen=True):
    """A user property; text, also where it is a number."""

    property_name: str
    value: str


class UserProperties(_Wire, frozen=True):
    """What is known of the user from now on."""

    customer_type: CustomerType | None = None
    additional_user_properties: list[UserProperty] = []


class Event(_Wire, frozen=True):
    """One event; its name, its time and one of the two ids are needed for GA4.

    Attributes:
        destination_references: Where it goes, in a request of several destinations.
        event_timestamp: RFC 3339, UTC, to the microsecond.
        client_id: The browser's; web streams only.
        app_instance_id: The installed app's; app streams only.
        conversion_value: Major units of `currency`.
    """

    event_name: str
    event_source: EventSource
    event_timestamp: str
    destination_references: list[str] = []
    client_id: str | None = None
    app_instance_id: str | None = None
    user_id: str | None = None
    transaction_id: str | None = None
    currency: str | None = None
    conversion_value: Decimal | None = None
    cart_data: CartData | None = None
    consent: Consent | None = None
    user_data: UserData | None = None
    ad_identifiers: AdIdentifiers | None = None
    user_properties: UserProperties | None = None
    event_location: EventLocation | None = None
    event_device_info: DeviceInfo | None = None
    additional_event_parameters: list[Parameter] = []


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")


def encode(event: Event) -> bytes:
    """Return the exact bytes of an event: Decimals as plain JSON numbers, no white space."""
    return _ENCODER.encode(event)
