"""The data streams there are, how each is sent to, and which event goes to which."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

import msgspec

from shared.data_manager.destination import Ads
from shared.domain.sink import Sink
from shared.secrets.reference import SecretReference
from shared.settings import values

DEFAULT: Final = "default"
"""The stream of the short form: `GA4_MEASUREMENT_ID` and what stands beside it."""


class Stream(msgspec.Struct, frozen=True):
    """One data stream of GA4.

    Attributes:
        name: Its name in `STREAMS`; `default` in the short form.
        measurement_id: The web stream's id; None of an app stream.
        firebase_app_id: The app stream's id; None of a web stream.
        api_secret: Where the Measurement Protocol's secret is; None where that is not used.
        endpoint: The Measurement Protocol's host.
        sink: How new orders and events go to GA4.
        property_id: The number of its property; None where the Data Manager API is not used.
        ads: The conversion action of Google Ads that gets its purchases too.
    """

    name: str
    measurement_id: str | None
    firebase_app_id: str | None
    api_secret: SecretReference | None
    endpoint: str
    sink: Sink = Sink.MEASUREMENT_PROTOCOL
    property_id: str | None = None
    ads: Ads | None = None

    @property
    def id(self) -> str:
        """What GA4 knows it by: the measurement id or the Firebase app id."""
        return self.measurement_id or self.firebase_app_id or ""

    @property
    def is_app(self) -> bool:
        """Whether it is the stream of an app."""
        return self.measurement_id is None

    @property
    def container(self) -> str | None:
        """What the name of its session cookie ends with: `AB12` of `_ga_AB12`."""
        return self.measurement_id and self.measurement_id.removeprefix("G-")

    @property
    def secret_setting(self) -> str:
        """The setting that names its secret."""
        return "GA4_API_SECRET" if self.name == DEFAULT else f"STREAMS.{self.name}.api_secret"

    @property
    def property_setting(self) -> str:
        """The setting that names its property."""
        return "GA4_PROPERTY_ID" if self.name == DEFAULT else f"STREAMS.{self.name}.property_id"


class Rule(msgspec.Struct, frozen=True):
    """One rule of `ROUTES`.

    Attributes:
        to: The stream's name.
        when: Condition → the texts that fulfil it; fields by their whole names.
        live: Whether the event is no test; None where the rule does not say.
    """

    to: str
    when: Mapping[str, frozenset[str]]
    live: bool | None = None


class Streams(msgspec.Struct, frozen=True, dict=True):
    """All streams, and the way an event finds its own.

    Attributes:
        by_name: The streams, in the order of the setting.
        rules: `ROUTES`; the first that matches counts. Without any, there is one stream.
        data_manager: `DATA_MANAGER_ENDPOINT`: where the Data Manager API is.
    """

    by_name: Mapping[str, Stream]
    rules: tuple[Rule, ...] = ()
    data_manager: str = values.DATA_MANAGER_HOST

    @cached_property
    def first(self) -> Stream:
        """The only stream, or the first of several."""
        return next(iter(self.by_name.values()))

    def of(self, name: str | None) -> Stream | None:
        """Return a stream by its name; without one, the only stream.

        Args:
            name: As `Conversion.stream`.
        """
        if name is None:
            return None if self.named else self.first
        return self.by_name.get(name)

    @cached_property
    def only_id(self) -> str:
        """The id of the only stream; empty where there are several."""
        return self.first.id if len(self.by_name) == 1 else ""

    @cached_property
    def use_data_manager(self) -> bool:
        """Whether events go, or went, through the Data Manager API."""
        return any(stream.property_id is not None for stream in self.by_name.values())

    @cached_property
    def named(self) -> bool:
        """Whether `STREAMS` gives them names that orders remember."""
        return DEFAULT not in self.by_name

    @cached_property
    def takes_tests(self) -> bool:
        """Whether a rule is for test mode, so that it has a stream of its own."""
        return any(rule.live is False for rule in self.rules)

    @cached_property
    def fields(self) -> frozenset[str]:
        """The fields that rules look at, as `metadata.shop`."""
        return frozenset(name for rule in self.rules for name in rule.when if "." in name)

    @cached_property
    def containers(self) -> tuple[str, ...]:
        """The containers whose session cookies count."""
        return tuple(s.container for s in self.by_name.values() if s.container is not None)
