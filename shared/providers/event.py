"""One event of a provider, read as far as every event is alike."""

from datetime import datetime

import msgspec

from shared.domain.conversion import Source


class ProviderEvent(msgspec.Struct, frozen=True):
    """A provider's event whose own object is not read yet.

    Attributes:
        source: Provider, event id, type and account.
        created_at: When the provider made the event, UTC.
        live: False for the provider's test mode.
        object: The event's object, still as JSON.
        previous: The values that the event changed, as JSON; empty where none are given.
        related: The path of the resource to fetch, where the event names one and carries none.
        api_version: The version of the provider's API that the event was made with, where it
            says so.
        signed_at: When the body says that it was made, UTC, where the signature has no time.
        asked: What the provider's API says of it, as JSON; empty where nobody asked.
        snapshot_id: The id of the event that says the same and carries the resource.
    """

    source: Source
    created_at: datetime
    live: bool
    object: msgspec.Raw
    previous: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b""))
    asked: msgspec.Raw = msgspec.field(default_factory=lambda: msgspec.Raw(b""))
    related: str | None = None
    snapshot_id: str | None = None
    api_version: str | None = None
    signed_at: datetime | None = None

    @property
    def named(self) -> tuple[str, ...]:
        """The ids that the event names and its object does not: of what is to be fetched."""
        resource = (self.related or "").rpartition("/")[2]
        return tuple(each for each in (resource, self.snapshot_id) if each)
