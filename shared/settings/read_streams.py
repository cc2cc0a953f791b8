"""`STREAMS` and `ROUTES`, or the settings for a single stream: read, with every fault at once."""

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from shared.data_manager.destination import Ads
from shared.domain.sink import Sink
from shared.secrets.reference import EXPECTED, SecretFile, read_reference
from shared.settings import values
from shared.settings.places import Places, json_list, json_object, shown
from shared.settings.reader import Reader
from shared.settings.routes import ROUTES_FORM, Routes
from shared.settings.streams import DEFAULT, Stream, Streams

SHORT_FORM: Final = ("GA4_MEASUREMENT_ID", "GA4_API_SECRET", "SINK", "GA4_PROPERTY_ID")
STREAMS_FORM: Final = '{"NAME": {"measurement_id": "G-…", "api_secret": REFERENCE}, …}'
ENDPOINT_FORM: Final = f"{values.GLOBAL_HOST}, {values.EU_HOST} or http on loopback"
DATA_MANAGER_FORM: Final = f"{values.DATA_MANAGER_HOST} or http on loopback"
ADS_FORM: Final = '{"customer_id": "1234567890", "conversion_action_id": "987654321"}'

_STREAM_KEYS: Final = (
    "measurement_id",
    "firebase_app_id",
    "api_secret",
    "endpoint",
    "sink",
    "property_id",
    "ads",
)
_ADS_KEYS: Final = ("customer_id", "conversion_action_id", "login_customer_id")
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_WEB_STREAM: Final = "G- and capitals or digits"
_PROPERTY: Final = "the number of the GA4 property, e.g. 123456789"
_MOST_STREAMS: Final = 20
_SINKS: Final = {sink.value: sink for sink in Sink}


def read_streams(reader: Reader) -> Streams:
    """Return the streams, of `STREAMS` and `ROUTES` or of the settings for a single one.

    Args:
        reader: Reads them, and collects what is wrong.
    """
    endpoint = reader.default("GA4_ENDPOINT", values.endpoint, ENDPOINT_FORM, values.GLOBAL_HOST)
    data_manager = read_data_manager(reader)
    before = len(reader.problems)
    given = reader.optional("STREAMS", json_object(STREAMS_FORM), STREAMS_FORM)
    rules = reader.optional("ROUTES", json_list(ROUTES_FORM), ROUTES_FORM)
    if given is None:
        several = len(reader.problems) > before  # `STREAMS` is there, and unreadable
        if rules is not None and not several:
            reader.problems.append(f"ROUTES: belongs to STREAMS, which is missing: {STREAMS_FORM}")
        single = _single(reader, endpoint, required=not several)
        return Streams({DEFAULT: single}, data_manager=data_manager)
    for name in SHORT_FORM:
        if reader.given(name):
            reader.problems.append(f"{name}: given beside STREAMS; remove one of them")
    for name in SHORT_FORM:
        reader.optional(name, str, "one stream without a name")  # on record as a setting
    places = Places(reader)
    streams = _Entries(places, endpoint).streams(given)
    if not streams:
        # With a problem no Settings is ever made; what reads on needs some stream all the same.
        return Streams({DEFAULT: Stream(DEFAULT, None, None, SecretFile(""), endpoint)})
    if rules is None:
        if len(given) > 1:
            reader.problems.append(
                f"ROUTES: missing; with several streams it says which event goes where: "
                f"{ROUTES_FORM}"
            )
        return Streams(streams, data_manager=data_manager)
    return Streams(streams, Routes(places).rules(rules, frozenset(given)), data_manager)


def read_data_manager(reader: Reader) -> str:
    """Return `DATA_MANAGER_ENDPOINT`."""
    return reader.default(
        "DATA_MANAGER_ENDPOINT", values.data_manager, DATA_MANAGER_FORM, values.DATA_MANAGER_HOST
    )


def read_measurement_id(reader: Reader) -> str:
    """Return `GA4_MEASUREMENT_ID`."""
    return reader.required("GA4_MEASUREMENT_ID", values.measurement_id, _WEB_STREAM)


def _single(reader: Reader, endpoint: str, *, required: bool) -> Stream:
    """Return the stream of the short form."""
    sink = reader.choice("SINK", _SINKS, Sink.MEASUREMENT_PROTOCOL)
    # What the other sink needs may stand beside it, for the orders that went that way.
    by_protocol = sink is Sink.MEASUREMENT_PROTOCOL

    read = reader.required if required else reader.optional
    read_secret = read if by_protocol else reader.optional
    read_property = reader.optional if by_protocol else read
    measurement_id = read("GA4_MEASUREMENT_ID", values.measurement_id, _WEB_STREAM)
    secret = read_secret("GA4_API_SECRET", read_reference, EXPECTED)
    property_id = read_property("GA4_PROPERTY_ID", values.property_id, _PROPERTY)
    # With a problem no Settings is ever made.
    return Stream(DEFAULT, measurement_id, None, secret, endpoint, sink, property_id)


class _Entries(msgspec.Struct, frozen=True):
    """Reads the streams of `STREAMS`.

    Attributes:
        places: Names what is wrong.
        endpoint: `GA4_ENDPOINT`, where a stream names no host of its own.
    """

    places: Places
    endpoint: str

    def streams(self, given: Mapping[str, object]) -> dict[str, Stream]:
        """Return the streams that can be read."""
        if not 0 < len(given) <= _MOST_STREAMS:
            self.places.fault("STREAMS", f"takes 1 to {_MOST_STREAMS} streams")
        found = {}
        for name, entry in given.items():
            at = f"STREAMS.{shown(name)}"
            if not _NAME.fullmatch(name) or name == DEFAULT:
                self.places.fault(
                    at,
                    "a stream's name has small letters, digits, - and _, begins with a letter, has "
                    f"up to 32 characters, and is not {DEFAULT}",
                )
            elif not isinstance(entry, dict):
                self.places.fault(at, "takes an object with measurement_id and api_secret")
            else:
                found[name] = self._stream(at, name, entry)
        ids: dict[str, str] = {}
        for stream in found.values():
            if stream.id and (other := ids.setdefault(stream.id, stream.name)) != stream.name:
                self.places.fault(f"STREAMS.{stream.name}", f"has the same id as STREAMS.{other}")
        return found

    def _stream(self, at: str, name: str, entry: Mapping[str, object]) -> Stream:
        self.places.unknown(at, entry, _STREAM_KEYS)
        ids = [key for key in ("measurement_id", "firebase_app_id") if key in entry]
        if len(ids) != 1:
            says = "missing; e.g. G-AB12CD34EF" if not ids else "given beside firebase_app_id"
            self.places.fault(f"{at}.measurement_id", says)
        text = self.places.text
        measurement_id = text(f"{at}.measurement_id", entry, values.measurement_id)
        app_id = text(f"{at}.firebase_app_id", entry, values.firebase_app_id)
        secret = text(f"{at}.api_secret", entry, read_reference)
        host = text(f"{at}.endpoint", entry, values.endpoint)
        sink = text(f"{at}.sink", entry, values.word(_SINKS)) or Sink.MEASUREMENT_PROTOCOL
        property_id = text(f"{at}.property_id", entry, values.property_id)
        if sink is Sink.MEASUREMENT_PROTOCOL and "api_secret" not in entry:
            self.places.fault(f"{at}.api_secret", f"missing; it is {EXPECTED}")
        if sink is Sink.DATA_MANAGER and "property_id" not in entry:
            self.places.fault(f"{at}.property_id", f"missing; it is {_PROPERTY}")
        ads = self._ads(f"{at}.ads", entry["ads"], sink) if "ads" in entry else None
        return Stream(
            name, measurement_id, app_id, secret, host or self.endpoint, sink, property_id, ads
        )

    def _ads(self, at: str, given: object, sink: Sink) -> Ads | None:
        """Return the conversion action of Google Ads."""
        if sink is not Sink.DATA_MANAGER:
            self.places.fault(at, f'needs "sink": "{Sink.DATA_MANAGER}"')
        if not isinstance(given, dict):
            self.places.fault(at, f"takes an object: {ADS_FORM}")
            return None
        self.places.unknown(at, given, _ADS_KEYS)
        for name in _ADS_KEYS[:2]:
            if name not in given:
                self.places.fault(f"{at}.{name}", f"missing; e.g. {ADS_FORM}")
        text = self.places.text
        customer = text(f"{at}.customer_id", given, values.ads_customer_id)
        action = text(f"{at}.conversion_action_id", given, values.ads_conversion_action_id)
        manager = text(f"{at}.login_customer_id", given, values.ads_customer_id)
        return Ads(customer, action, manager) if customer and action else None
