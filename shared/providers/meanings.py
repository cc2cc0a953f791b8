"""What a provider's events mean, by their type."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from shared.domain.conversion import Ignored
from shared.domain.event import DomainEvent
from shared.providers.event import ProviderEvent

OptionsT = TypeVar("OptionsT")
Meaning = Callable[[ProviderEvent, OptionsT], DomainEvent]
"""Says what an event means, by the operator's options; raises `UnusableError` where it is money but
cannot be read, and names every bad field."""

Meanings = Mapping[str, Meaning[OptionsT]]


def by_type(meanings: Meanings[OptionsT]) -> Meaning[OptionsT]:
    """Return what says of every event what it means; a type without a meaning is ignored.

    Args:
        meanings: What each type means that is money, or speaks of it.
    """

    def map_event(event: ProviderEvent, options: OptionsT) -> DomainEvent:
        meaning = meanings.get(event.source.event_type)
        if meaning is None:
            return Ignored("event type is not the source of any money")
        return meaning(event, options)

    return map_event
