"""Paddle's own record: its transactions and adjustments, as its notifications bring them."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import msgspec

from shared.decoding import read
from shared.errors import MalformedError, UnavailableError, UnusableError
from shared.provider_api.paddle import PaddleAccount, PaddleApi
from shared.providers.event import ProviderEvent
from shared.providers.paddle.events import parse
from shared.providers.paddle.objects import Payment
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent
from shared.webhooks.delivery import VerifiedDelivery

COMPLETED: Final = "transaction.completed"
ADJUSTED: Final = "adjustment.updated"
# How long Paddle may take to approve a refund: adjustments are listed by when they were made.
_APPROVAL: Final = timedelta(days=30)
_TRANSACTION: Final = "txn_"
_ADJUSTMENT: Final = "adj_"
_AGAIN: Final = "-reversed"

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Times(msgspec.Struct, frozen=True):
    """What an object says of its time.

    Attributes:
        payments: Of a transaction: the tries to pay it.
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    created_at: _Moment
    updated_at: _Moment
    payments: tuple[Payment, ...] | None = None

    @property
    def happened_at(self) -> datetime:
        """When the money was taken; what says nothing of that, when it changed last."""
        taken = [each.captured_at for each in self.payments or () if each.captured_at is not None]
        return max(taken, default=self.updated_at)


class PaddleRecord(msgspec.Struct, frozen=True):
    """Reads with a key that has the permissions `transaction.read` and `adjustment.read`.

    Attributes:
        api: Paddle's.
        asked: Which account is asked.
        now: The current time, UTC.
    """

    api: PaddleApi
    asked: PaddleAccount
    now: datetime

    @property
    def name(self) -> str:
        """Paddle's name."""
        return "paddle"

    @property
    def account(self) -> None:
        """No account: Paddle has none below the key's own."""
        return

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return the transactions by the day they changed last, then the adjustments.

        A transaction of the span may have changed since, so all days up to now are read.

        Args:
            span: When the money was taken, or an adjustment changed last.
        """
        days = Span(span.start, self.now).slices()
        return [*(self._transactions(day, span) for day in days), self._adjustments(span)]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent:
        """Return the event: the list says all of it; see `Record`."""
        del span
        return event

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return the id of an entry's transaction or adjustment; see `Record`."""
        own = fact.business_key.removesuffix(_AGAIN)
        if own.startswith((_TRANSACTION, _ADJUSTMENT)):
            return own
        return payment_id

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return what Paddle has under an id; see `Record`."""
        if reference.startswith(_ADJUSTMENT):
            async for raw in self.api.adjustments(self.asked, [reference]):
                return _event(ADJUSTED, raw)
            return None
        found = await self.api.transaction(self.asked, reference)
        return None if found is None else _event(COMPLETED, found)

    async def close(self) -> None:
        """Close the client."""
        await self.api.close()

    async def _transactions(self, day: Span, span: Span) -> AsyncIterator[ProviderEvent]:
        async for raw in self.api.transactions(self.asked, day.start, day.end):
            event = _event(COMPLETED, raw)
            if span.start <= event.created_at < span.end:
                yield event

    async def _adjustments(self, span: Span) -> AsyncIterator[ProviderEvent]:
        found: list[ProviderEvent] = []
        async for raw in self.api.adjustments(self.asked):
            if _times(raw).created_at < span.start - _APPROVAL:
                break  # the newest come first
            event = _event(ADJUSTED, raw)
            if span.start <= event.created_at < span.end:
                found.append(event)
        for event in reversed(found):
            yield event


def _times(raw: msgspec.Raw) -> _Times:
    try:
        return read(raw, _Times)
    except UnusableError as error:
        raise UnavailableError(f"Paddle's API gives an object with {error}") from None


def _event(event_type: str, raw: msgspec.Raw) -> ProviderEvent:
    """Return an object as a signed notification of it would be read: Paddle itself was asked."""
    times = _times(raw)
    envelope = {
        "event_id": times.id,
        "event_type": event_type,
        "occurred_at": times.happened_at.astimezone(UTC),
        "data": raw,
    }
    try:
        (event,) = parse(VerifiedDelivery("paddle", msgspec.json.encode(envelope)))
    except MalformedError as error:
        raise UnavailableError(f"Paddle's API gives an object with {error}") from None
    return event
