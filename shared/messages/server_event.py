"""`server-event/1`: what happened where no page ever was: a call, a shop, a kiosk, a device."""

from typing import Annotated, Final, Literal

import msgspec

from shared.domain.device import Device
from shared.domain.user_location import UserLocation
from shared.messages.analytics import Analytics
from shared.messages.billing_event import MajorMoney
from shared.messages.fields import (
    Amount,
    EventId,
    Id,
    Minor,
    OccurredAt,
    ProviderName,
    Quantity,
    SchemaName,
    Text,
    TransactionId,
    read_versioned,
)

SCHEMA: Final = "server-event/1"

Name = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z][A-Za-z0-9_]{0,39}$",
        description="an event name: a letter, then up to 39 letters, digits or _, e.g. close_deal",
    ),
]


class ServerItem(msgspec.Struct, frozen=True, kw_only=True):
    """One product. Its price is per unit, after discount and without tax."""

    item_id: Text | None = None
    item_name: Text | None = None
    price: Amount | None = None
    quantity: Minor | Quantity = 1
    discount: Amount | None = None
    coupon: Text | None = None
    affiliation: Text | None = None
    item_brand: Text | None = None
    item_category: Text | None = None
    item_category2: Text | None = None
    item_category3: Text | None = None
    item_category4: Text | None = None
    item_category5: Text | None = None
    item_list_id: Text | None = None
    item_list_name: Text | None = None
    item_variant: Text | None = None
    location_id: Text | None = None
    params: dict[str, msgspec.Raw] | None = None


class PersonAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A postal address; the first three are hashed here, with `hash` only."""

    first_name: Text | None = None
    last_name: Text | None = None
    street: Text | None = None
    sha256_first_name: Text | None = None
    sha256_last_name: Text | None = None
    sha256_street: Text | None = None
    city: Text | None = None
    region: Text | None = None
    postal_code: Text | None = None
    country: Text | None = None


class PersonData(msgspec.Struct, frozen=True, kw_only=True):
    """What the person provided: hashed already or, with `hash`, as it is.

    Attributes:
        hash: Whether to normalise by Google's steps and hash here what is not hashed yet.
        email_address: As it is; one or several.
        phone_number: As it is, with its country code.
        sha256_email_address: Hashed already.
        sha256_phone_number: Hashed already.
        address: One or several.
    """

    hash: bool = False
    email_address: Text | tuple[Text, ...] = ()
    phone_number: Text | tuple[Text, ...] = ()
    sha256_email_address: Text | tuple[Text, ...] = ()
    sha256_phone_number: Text | tuple[Text, ...] = ()
    address: PersonAddress | tuple[PersonAddress, ...] = ()


class ServerEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One message; fields it does not name are ignored.

    Attributes:
        schema: `server-event/1`.
        event_id: The same for every copy of the message, however often it is published.
        occurred_at: When it happened, not when that was published; RFC 3339.
        name: GA4's name of it: a recommended event or one of your own.
        provider: The system that sends it.
        environment: `test` is nothing real.
        transaction_id: The order's id; `purchase` and `refund` need it.
        money: What it is about; `purchase` and `refund` need it.
        coupon: The discount's code.
        items: What it is about.
        params: Further parameters for GA4.
        user_properties: What is known of the user from now on.
        analytics: What the browser knew. With a session the user was there, in that visit.
        references: Ids whose context is known, such as a lead's: never sent to GA4.
        customer_ref: The customer's id; never sent to GA4.
        device_id: The kiosk or device it happened at; never sent to GA4.
        device: What kind of device it is.
        user_location: Where it stands.
        user_data: What the person provided.
        metadata: Texts that a rule of `ROUTES` may look at; never sent to GA4.
    """

    schema: SchemaName
    event_id: EventId
    occurred_at: OccurredAt
    name: Name
    provider: ProviderName = "internal"
    environment: Literal["live", "test"] = "live"
    transaction_id: TransactionId | None = None
    money: MajorMoney | None = None
    coupon: Text | None = None
    items: tuple[ServerItem, ...] | None = None
    params: dict[str, msgspec.Raw] | None = None
    user_properties: dict[str, msgspec.Raw] | None = None
    analytics: Analytics | None = None
    references: Annotated[tuple[Id, ...], msgspec.Meta(max_length=20)] = ()
    customer_ref: Id | None = None
    device_id: Id | None = None
    device: Device | None = None
    user_location: UserLocation | None = None
    user_data: PersonData | None = None
    metadata: dict[str, msgspec.Raw] | None = None


def read_server_event(raw: bytes | msgspec.Raw) -> ServerEvent:
    """Read a message.

    Args:
        raw: Its JSON.

    Raises:
        UnusableError: It is of another schema, or fields are missing or malformed; all are named.
    """
    return read_versioned(raw, ServerEvent, SCHEMA)
