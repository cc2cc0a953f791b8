"""What a provider's events mean, by their type."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from shared.domain.conversion import Ignored
from shared.domain.event import DomainEvent
from shared.providers.event import ProviderEvent

OptionsT = TypeVar("OptionsT")
Meanings = Mapping[str, Callable[[ProviderEvent, OptionsT], DomainEvent]]


def map_by_type(
    event: ProviderEvent, options: OptionsT, meanings: Meanings[OptionsT]
) -> DomainEvent:
    """Return what the event means for GA4; a type without a meaning is ignored.

    Args:
        event: The notification.
        options: The operator's choices.
        meanings: What each type means that is money, or speaks of it.

    Raises:
        UnusableError: The event is money but cannot be read; the field is named.
    """
    meaning = meanings.get(event.source.event_type)
    if meaning is None:
        return Ignored("event type is not the source of any money")
    return meaning(event, options)
