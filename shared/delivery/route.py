"""Which stream an event goes to: the order's own, or the first rule of `ROUTES` that matches.

Nothing here asks a store. docs/decisions/0054-one-event-one-stream.md says why an event goes to
one stream only.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from shared.changed import replace
from shared.delivery.mentions import mentions_of
from shared.domain.conversion import Conversion, Ignored, Source
from shared.providers.event import ProviderEvent
from shared.providers.metadata import Metadata
from shared.settings.common import Settings
from shared.settings.streams import Rule, Streams

NO_ROUTE: Final = "no route matches"
NO_ROUTE_FOR_TESTS: Final = "no route takes test mode"
TEST_MODE: Final = "test mode"


class Routed(msgspec.Struct, frozen=True):
    """Where an event goes.

    Attributes:
        stream: The stream's name.
        rule: The number of the rule that matched, from 0; None where there are no rules.
    """

    stream: str
    rule: int | None


def route(
    streams: Streams, source: Source, event: str, currency: str | None, *, accept_tests: bool
) -> Routed | Ignored:
    """Return the stream of the first rule that matches an event.

    Args:
        streams: The streams and their rules.
        source: Where the event was learned.
        event: GA4's name of it.
        currency: ISO 4217, where there is money.
        accept_tests: Whether rules that say nothing of test mode take it.
    """
    if not streams.rules:
        return Routed(streams.first.name, None)
    for number, rule in enumerate(streams.rules):
        tests = accept_tests or rule.live is False
        if (source.live or tests) and _matches(rule, source, event, currency):
            return Routed(rule.to, number)
    return Ignored(NO_ROUTE if source.live or accept_tests else NO_ROUTE_FOR_TESTS)


def is_left_out(streams: Streams, *, live: bool, accept_tests: bool) -> bool:
    """Return whether an event is of a test mode that is not even looked at.

    Args:
        streams: The streams and their rules: one of them may be for test mode.
        live: Whether it is no test.
        accept_tests: `ACCEPT_TEST_EVENTS`.
    """
    return not (live or accept_tests or streams.takes_tests)


def tests_count(settings: Settings) -> bool:
    """Return whether what a test mode's buyer says counts as anybody's: they share a stream."""
    return settings.accept_test_events and not settings.streams.takes_tests


def with_facts(
    source: Source, streams: Streams, field: Callable[[str], str | None], *, live: bool
) -> Source:
    """Return where an event was learned, with all that a rule asks for.

    Args:
        source: Where it was learned.
        streams: The streams and their rules.
        field: Returns the text of a field of the shop's own, as `metadata.shop`; None without.
        live: Whether it is no test.
    """
    if live is source.live and not streams.fields:
        return source
    texts = {name: field(name) for name in streams.fields}
    fields = {name: text for name, text in texts.items() if text is not None}
    return replace(source, live=live, fields=fields, apart=not live and streams.takes_tests)


def in_stream(
    conversion: Conversion, settings: Settings, remembered: str | None = None
) -> Conversion | Ignored:
    """Return a conversion with its stream: its order's, or that of the first rule that matches.

    Args:
        conversion: What happened, with its name and its currency.
        settings: The streams and their rules.
        remembered: The stream of its order or its subscription, where one is known.
    """
    streams = settings.streams
    if not streams.named or conversion.stream is not None:
        return conversion
    if remembered is not None:
        return replace(conversion, stream=remembered)
    currency = conversion.money.currency if conversion.money else None
    accept = settings.accept_test_events
    found = route(streams, conversion.source, conversion.name, currency, accept_tests=accept)
    if isinstance(found, Ignored):
        return replace(found, about=mentions_of(conversion, conversion.source))
    return replace(conversion, stream=found.stream)


def _matches(rule: Rule, source: Source, event: str, currency: str | None) -> bool:
    if rule.live is not None and rule.live is not source.live:
        return False
    facts = {
        "provider": source.provider.lower(),
        "account": source.account,
        "currency": currency and currency.lower(),
        "shop": source.shop and source.shop.lower(),
        "event": event,
        **source.fields,
    }
    return all(facts.get(name) in wanted for name, wanted in rule.when.items())


def with_event_facts(
    event: ProviderEvent, streams: Streams, metadata_of: Callable[[ProviderEvent], Metadata]
) -> ProviderEvent:
    """Return a provider's event whose source has all that a rule asks for.

    Args:
        event: The notification.
        streams: The streams and their rules.
        metadata_of: Reads what the shop wrote into its object.
    """
    if event.live is event.source.live and not streams.fields:
        return event
    metadata = metadata_of(event) if streams.fields else None

    def field(name: str) -> str | None:
        scope, _, key = name.partition(".")
        return metadata.field(key) if metadata and scope == "metadata" else None

    source = with_facts(event.source, streams, field, live=event.live)
    return replace(event, source=source)
