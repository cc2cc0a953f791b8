"""Stripe's envelope: from signed bytes to a notification."""

import re
from datetime import datetime
from typing import Annotated, Final

import msgspec

from shared.decoding import read
from shared.domain.conversion import Source
from shared.errors import MalformedError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.stripe.fields import NOTHING, moment
from shared.webhooks.delivery import VerifiedDelivery

THIN: Final = "v2.core.event"
_FEES: Final = "application_fee."
# What may be fetched: a plain path of the API, so that no event can point anywhere else.
_PATH: Final = re.compile(r"/v[12](/[A-Za-z0-9_-]+)+", re.ASCII)
_ACCOUNT: Final = re.compile(r"acct_[A-Za-z0-9_]+", re.ASCII)

# What the log and the ledger keep of an event has to have an end; Stripe's ids have 255 at most.
_Name = Annotated[str, msgspec.Meta(max_length=255)]


class _Head(msgspec.Struct, frozen=True):
    """What snapshot and thin events share."""

    object: str
    id: _Name
    type: _Name
    livemode: bool = False


class _Data(msgspec.Struct, frozen=True):
    object: msgspec.Raw
    previous_attributes: msgspec.Raw = NOTHING


class _Snapshot(msgspec.Struct, frozen=True):
    created: int
    data: _Data
    account: _Name | None = None
    api_version: _Name | None = None


class _Fee(msgspec.Struct, frozen=True):
    """An application fee: of a charge on a connected account, unless the platform charged."""

    account: _Name | None = None
    originating_transaction: _Name | None = None


class _Related(msgspec.Struct, frozen=True):
    url: _Name | None = None


class _Thin(msgspec.Struct, frozen=True):
    created: Annotated[datetime, msgspec.Meta(tz=True)]
    context: _Name | None = None
    related_object: _Related | None = None
    snapshot_event: _Name | None = None


def parse(delivery: VerifiedDelivery) -> tuple[ProviderEvent, ...]:
    """Read the one event of a Stripe delivery.

    Args:
        delivery: Bytes that Stripe signed.

    Returns:
        The event. A thin event (`v2.core.event`) comes with an empty object: it names a
        resource and carries none.

    Raises:
        MalformedError: The bytes are not JSON, or not an event; the field is named.
    """
    try:
        return (_read(delivery),)
    except UnusableError as error:
        raise MalformedError(str(error)) from None


def _read(delivery: VerifiedDelivery) -> ProviderEvent:
    head = read(delivery.body, _Head)
    if head.object == THIN:
        return _thin(head, read(delivery.body, _Thin), delivery.provider)
    if head.object != "event":
        raise UnusableError("object", "not event")
    snapshot = read(delivery.body, _Snapshot)
    return ProviderEvent(
        Source(
            delivery.provider, head.id, head.type, snapshot.account or _account_of(head, snapshot)
        ),
        moment(snapshot.created, "created"),
        head.livemode,
        snapshot.data.object,
        previous=snapshot.data.previous_attributes,
        api_version=snapshot.api_version,
    )


def _account_of(head: _Head, snapshot: _Snapshot) -> str | None:
    """Return the account whose payment an application fee was taken from."""
    if not head.type.startswith(_FEES):
        return None
    try:
        fee = read(snapshot.data.object, _Fee)
    except UnusableError:
        return None  # whatever is wrong with the object is the mapping's to say
    return None if fee.originating_transaction else fee.account


def _thin(head: _Head, thin: _Thin, provider: str) -> ProviderEvent:
    url = thin.related_object and thin.related_object.url
    # The account is what a snapshot calls `account`: both then meet under one ledger key.
    account = thin.context if thin.context and _ACCOUNT.fullmatch(thin.context) else None
    return ProviderEvent(
        Source(provider, head.id, head.type, account),
        thin.created,
        head.livemode,
        msgspec.Raw(b"{}"),
        related=url if url and _PATH.fullmatch(url) else None,
        snapshot_id=thin.snapshot_event,
    )
