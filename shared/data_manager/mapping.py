"""From the checked Measurement Protocol request to an event of the Data Manager API.

The request is what all sinks share: repaired, and held against GA4's rules. Here it gets the API's
names, types and limits. What the API cannot carry is left out and named in a note; it never costs
the payment. What would fail the request, and so the events beside it, is refused.

Source: https://developers.google.com/data-manager/api/devguides/events/analytics/measurement-protocol/upgrade/field-mappings
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.data_manager.ads import CONVERSION, can_be_matched, clicks_of
from shared.data_manager.cart import cart_of, parameters, value_of
from shared.data_manager.event import (
    ADS,
    GA4,
    CustomerType,
    Event,
    Parameter,
    UserProperties,
    UserProperty,
    encode,
)
from shared.data_manager.numbers import as_text, exact
from shared.data_manager.person import consent_of, user_data_of
from shared.data_manager.place import device_of, location_of
from shared.data_manager.rules import faults
from shared.domain.notes import Notes
from shared.domain.streams import ClickIds
from shared.domain.timestamps import from_unix_micros
from shared.domain.user_data import UserData as Provided
from shared.ga4.limits import USER_PROPERTY_VALUE_LENGTH

_CUSTOMER_TYPES: Final[Mapping[str, CustomerType]] = {
    "new": "NEW",
    "returning": "RETURNING",
    "reengaged": "REENGAGED",
}
# The event has fields for these: they never stand among its further parameters.
_FIELDS: Final = frozenset({"currency", "items", "timestamp_micros", "transaction_id", "value"})
_PATH: Final = "events[0].params"


class Extra(msgspec.Struct, frozen=True, kw_only=True):
    """What the Measurement Protocol's request cannot carry.

    Attributes:
        click_ids: The ad's click. It is kept only where `ad_storage` was granted.
        user_data: The person's data, which has this API's own hashes. It counts only where the
            request has user data: there the operator's switch and the person's consent were
            looked at.
    """

    click_ids: ClickIds | None = None
    user_data: Provided | None = None


class Mapped(msgspec.Struct, frozen=True):
    """An event that can be sent.

    Attributes:
        body: The exact JSON of it; several are joined with commas. Sent again, it is the same.
        notes: `PATH: what was done` for each thing that the API cannot carry; never a value.
    """

    body: bytes
    notes: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True):
    """An event that would fail the whole request.

    Attributes:
        reason: Path and Google's name of every fault, for the ledger and the log; never a value.
    """

    reason: str


def as_event(
    document: Mapping[str, Any], *, extra: Extra, ads: bool, now: datetime
) -> Mapped | Refused:
    """Return the API's event for a request of one event.

    Args:
        document: The repaired and checked request as JSON's types, numbers exact.
        extra: What it cannot carry.
        ads: Whether the stream has a Google Ads destination beside GA4's.
        now: The current time, UTC: an event without a time has this one.
    """
    if len(document.get("events") or ()) != 1:
        return Refused("events: the API takes one event with its user data and properties")
    notes = Notes()
    event = map_event(document, extra=extra, ads=ads, now=now, notes=notes)
    if found := faults(event, now):
        return Refused(", ".join(f"{fault.path}: {fault.code}" for fault in found))
    return Mapped(encode(event), tuple(notes))


def map_event(
    document: Mapping[str, Any], *, extra: Extra, ads: bool, now: datetime, notes: Notes
) -> Event:
    """Return the API's event, held against no rule yet.

    Args:
        document: As `as_event` takes it; its first event counts.
        extra: What it cannot carry.
        ads: Whether the stream has a Google Ads destination beside GA4's.
        now: The current time, UTC.
        notes: What is changed or left out is named there.
    """
    return _Mapping(document, document["events"][0], extra, now, notes).event(ads=ads)


class _Mapping(msgspec.Struct, frozen=True):
    """One request on its way.

    Attributes:
        document: The request.
        raw: The event in it.
        extra: What the request cannot carry.
        now: The current time, UTC.
        notes: What becomes of what the API cannot carry.
    """

    document: Mapping[str, Any]
    raw: Mapping[str, Any]
    extra: Extra
    now: datetime
    notes: Notes

    @property
    def params(self) -> Mapping[str, Any]:
        """The event's parameters."""
        return self.raw.get("params") or {}

    def event(self, *, ads: bool) -> Event:
        """Return the whole event."""
        params = self.params
        consent = consent_of(self.document)
        granted = consent is not None and consent.ad_user_data == "CONSENT_GRANTED"
        person = user_data_of(self.document, self.extra.user_data, self.notes)
        converts = ads and self.raw.get("name") == CONVERSION
        clicks = clicks_of(self.extra.click_ids, self.notes) if converts else None
        to_ads = converts and can_be_matched(
            params, clicks, known_person=granted and person is not None, notes=self.notes
        )
        if to_ads and person is not None and not granted:
            self.notes.add("user_data", "left out: it would reach Google Ads without ad_user_data")
            person = None
        cart = cart_of(params, self.notes.under(_PATH))
        app_instance_id = self.document.get("app_instance_id")
        if "validation_behavior" in self.document:
            self.notes.add("validation_behavior", "left out: the API has no field for it")
        return Event(
            event_name=self.raw.get("name") or "",
            event_source="WEB" if app_instance_id is None else "APP",
            event_timestamp=self._timestamp(),
            destination_references=([GA4, ADS] if to_ads else [GA4]) if ads else [],
            client_id=self.document.get("client_id"),
            app_instance_id=app_instance_id,
            user_id=self.document.get("user_id"),
            transaction_id=as_text(params.get("transaction_id")),
            currency=params.get("currency"),
            conversion_value=exact(params.get("value")),
            cart_data=cart,
            consent=consent,
            user_data=person,
            ad_identifiers=clicks if to_ads else None,
            user_properties=self._user_properties(),
            event_location=location_of(self.document, self.notes),
            event_device_info=device_of(
                self.document, self.notes, with_address=granted or not to_ads
            ),
            additional_event_parameters=self._additional(
                with_coupon=not (cart and cart.coupon_codes)
            ),
        )

    def _timestamp(self) -> str:
        """Return the event's time, else its request's, else the current one: RFC 3339."""
        for holder in (self.raw, self.params, self.document):
            if "timestamp_micros" in holder:
                stamp = exact(holder["timestamp_micros"])
                try:
                    moment = from_unix_micros(int(stamp)) if stamp is not None else None
                except OverflowError:
                    moment = None
                if moment is None:
                    return ""
                break
        else:
            moment = self.now.astimezone(UTC)
        return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")

    def _additional(self, *, with_coupon: bool) -> list[Parameter]:
        """Return the parameters that the event has no field for."""
        values = {name: value for name, value in self.params.items() if name not in _FIELDS}
        if not with_coupon:
            values.pop("coupon", None)
        if self._customer_type() is not None:
            del values["customer_type"]
        # GA4 switches debugging on where the parameter is there at all.
        if "debug_mode" in values:
            values["debug_mode"] = 1
        return parameters(values, self.notes.under(_PATH))

    def _customer_type(self) -> CustomerType | None:
        value = self.params.get("customer_type")
        return _CUSTOMER_TYPES.get(value) if isinstance(value, str) else None

    def _user_properties(self) -> UserProperties | None:
        further = []
        for name, holder in (self.document.get("user_properties") or {}).items():
            notes = self.notes.under(f"user_properties.{name}")
            text = value_of(holder["value"], USER_PROPERTY_VALUE_LENGTH, notes.under("value"))
            if text is None:
                continue
            if "timestamp_micros" in holder:
                notes.add("timestamp_micros", "left out: a user property has no time here")
            further.append(UserProperty(property_name=name, value=text))
        found = UserProperties(
            customer_type=self._customer_type(), additional_user_properties=further
        )
        return None if found == UserProperties() else found
