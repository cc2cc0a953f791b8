"""What a delivery does not carry and a provider's API has, said without asking anybody.

The handler asks, with the key of the settings, and hands back what it got.
"""

from collections.abc import Callable, Mapping

import msgspec

from shared.providers.event import ProviderEvent


class Lookups(msgspec.Struct, frozen=True):
    """What a provider's deliveries may need of its API.

    Attributes:
        paths: Returns what has to be asked for an event, each as a path; nothing for an event that
            carries all it needs.
        complete: Returns the events that an event is with what was found under each path; None
            where the provider has no such object.
    """

    paths: Callable[[ProviderEvent], tuple[str, ...]]
    complete: Callable[[ProviderEvent, Mapping[str, msgspec.Raw | None]], tuple[ProviderEvent, ...]]
