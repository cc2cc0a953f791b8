"""`connectors route FILE`: where recorded deliveries would go, and why; nothing is sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from shared.delivery.route import is_left_out, route, with_event_facts
from shared.domain.conversion import Conversion, Ignored, Kind, PurchaseType
from shared.domain.event import DomainEvent, Link
from shared.domain.refund import Refund
from shared.errors import BadDelivery, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.registry import PROVIDERS
from shared.settings.common import read_accept_tests, read_keys, read_renewal_name
from shared.settings.providers import Provider, read_providers
from shared.settings.read_streams import read_streams
from shared.settings.reader import Reader
from shared.settings.streams import Streams
from shared.webhooks.delivery import VerifiedDelivery
from tools.loaded_settings import LoadedSettings
from tools.recorded_delivery import recorded_deliveries
from tools.terminal import Terminal
from tools.visible import write_json

_TEST_MODE: Final = "test mode is not taken: ACCEPT_TEST_EVENTS is false, and no rule is for it"


@dataclass(frozen=True, slots=True)
class Way:
    """Where a delivery would go.

    Attributes:
        stream: The stream's name; None where it goes to none.
        measurement_id: Its measurement id, or of an app stream its Firebase app id.
        rule: The rule's number, from 0; None where none matched.
        reason: Why.
        lost: Whether it is an event that no rule takes, or that nobody can read.
    """

    stream: str | None
    measurement_id: str | None
    rule: int | None
    reason: str
    lost: bool = False


def run(file: str, loaded: LoadedSettings, *, as_json: bool) -> int:
    """Say where the deliveries of a file would go.

    Args:
        file: A recorded delivery, a list of them, or JSON lines.
        loaded: The settings: `STREAMS`, `ROUTES` and, where set, `PAYMENT_PROVIDERS`.
        as_json: One line of JSON for each delivery.

    Returns:
        The exit status: 1 when one of them goes nowhere though it is something to send.

    Raises:
        UsageError: The file or the settings cannot be read.
    """
    settings = loaded.read(_read_settings)
    console, lost = Terminal(), False
    for way in (way for each in recorded_deliveries(file) for way in _ways(each, settings)):
        lost = lost or way.lost
        if as_json:
            names = ("stream", "measurement_id", "rule", "reason")
            write_json({name: getattr(way, name) for name in names})
        else:
            console.one_line(f"{way.stream or 'no stream'}: {way.reason}")
    return 1 if lost else 0


@dataclass(frozen=True, slots=True)
class _Settings:
    """What the way of a delivery depends on."""

    streams: Streams
    providers: Mapping[str, Provider]
    accept_tests: bool
    renewals: str


def _read_settings(reader: Reader) -> _Settings:
    return _Settings(
        read_streams(reader),
        read_providers(reader, read_keys(reader), required=False, signed=False),
        read_accept_tests(reader),
        read_renewal_name(reader),
    )


def _ways(delivery: VerifiedDelivery, settings: _Settings) -> list[Way]:
    """Return the way of each event in a delivery; most have one."""
    try:
        events = PROVIDERS[delivery.provider].parse(delivery)
    except BadDelivery as error:
        return [Way(None, None, None, f"cannot be read: {error}", lost=True)]
    return [_way(delivery.provider, event, settings) for event in events]


def _way(provider: str, event: ProviderEvent, settings: _Settings) -> Way:
    kind, streams = PROVIDERS[provider], settings.streams
    chosen = settings.providers.get(provider)
    try:
        accept = settings.accept_tests
        if is_left_out(streams, live=event.live, accept_tests=accept):
            return Way(None, None, None, _TEST_MODE, lost=True)
        event = with_event_facts(event, streams, kind.metadata)
        meaning = kind.map_event(event, kind.options() if chosen is None else chosen.options)
    except UnusableError as error:
        return Way(None, None, None, f"cannot be read: {error}", lost=True)
    named = _named(meaning, settings.renewals)
    if named is None:
        return Way(None, None, None, f"nothing is sent: {_reason(meaning)}")
    found = route(streams, event.source, *named, accept_tests=accept)
    if isinstance(found, Ignored):
        return Way(None, None, None, found.reason, lost=True)
    stream = streams.by_name[found.stream]
    why = "there is one stream" if found.rule is None else f"ROUTES[{found.rule}] matches"
    if isinstance(meaning, Refund):
        why += "; where its order is known, the refund goes to the order's stream"
    return Way(stream.name, stream.id, found.rule, f"{why} {named[0]}")


def _named(meaning: DomainEvent, renewals: str) -> tuple[str, str | None] | None:
    """Return GA4's name of what is sent, and its currency; None where nothing is sent."""
    if isinstance(meaning, Refund):
        return Kind.REFUND.value, meaning.money.currency
    if not isinstance(meaning, Conversion):
        return None
    renewal = meaning.purchase_type is PurchaseType.RENEWAL
    currency = meaning.money.currency if meaning.money else None
    return renewals if renewal else meaning.name, currency


def _reason(meaning: DomainEvent) -> str:
    return meaning.reason if isinstance(meaning, Ignored | Link) else "a refund was taken back"
