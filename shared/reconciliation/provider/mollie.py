"""Mollie's own record: payments, refunds and chargebacks, as its webhooks bring them."""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

from shared.changed import replace
from shared.errors import UnavailableError, UnusableError
from shared.provider_api.mollie import Kind, MollieApi
from shared.providers.event import ProviderEvent
from shared.providers.mollie.events import payment_events, returned_event
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent

# How long before the span a list is read. A payment is made when the buyer is asked to pay: a bank
# transfer comes days later. A refund names no time but that: a bank may take days for it, and the
# chargeback of months ago may be taken back.
_TO_PAY: Final = timedelta(days=30)
_TO_REFUND: Final = timedelta(days=14)
_TO_REVERSE: Final = timedelta(days=120)
_PAYMENT: Final = re.compile(r"tr_[A-Za-z0-9]{1,64}")
_RETURNED: Final = re.compile(r"(re|chb)_[A-Za-z0-9]{1,64}")
_AGAIN: Final = "-reversed"

_Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class _Times(msgspec.Struct, frozen=True):
    """What an object says of its time.

    Attributes:
        paid_at: Of a payment, and the next of one that failed.
        reversed_at: Of a chargeback that was taken back.
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    created_at: _Moment = msgspec.field(name="createdAt")
    paid_at: _Moment | None = msgspec.field(name="paidAt", default=None)
    failed_at: _Moment | None = msgspec.field(name="failedAt", default=None)
    reversed_at: _Moment | None = msgspec.field(name="reversedAt", default=None)

    @property
    def happened_at(self) -> datetime:
        """When the money moved, as far as the object says it."""
        return self.paid_at or self.failed_at or self.reversed_at or self.created_at


class MollieRecord(msgspec.Struct, frozen=True):
    """Reads with an API key of one profile.

    Attributes:
        api: Mollie's.
    """

    api: MollieApi

    @property
    def name(self) -> str:
        """Mollie's name."""
        return "mollie"

    @property
    def account(self) -> None:
        """No account: the profile is the key's own."""
        return

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return the payments, then the refunds, then the chargebacks; each the oldest first.

        Mollie does not say when a refund was done, only when it was made. So those that were made
        up to two weeks before the span are compared too.

        Args:
            span: When payments were paid, refunds made, and chargebacks received or taken back.
        """
        refunds = Span(span.start - _TO_REFUND, span.end)
        return [
            self._listed("payments", span, span.start - _TO_PAY),
            self._listed("refunds", refunds, refunds.start),
            self._listed("chargebacks", span, span.start - _TO_REVERSE),
        ]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent:
        """Return the event: the list says all of it; see `Record`."""
        del span
        return event

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return an entry's payment, and its refund or chargeback behind a slash; see `Record`."""
        own = fact.business_key.removesuffix(_AGAIN)
        if _RETURNED.fullmatch(own):
            return None if payment_id is None else f"{payment_id}/{own}"
        return payment_id or (own if _PAYMENT.fullmatch(own) else None)

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return what Mollie has under an id; see `Record`."""
        payment_id, _, returned = reference.partition("/")
        raw = await self.api.payment(payment_id)
        if raw is None:
            return None
        first, *others = self._events("payments", payment_id, raw)
        if not returned:
            return first
        found = (each for each in others if each.source.event_id.startswith(f"{returned}:"))
        return next(found, None)

    async def close(self) -> None:
        """Close the client."""
        await self.api.close()

    async def _listed(
        self, kind: Kind, span: Span, since: datetime
    ) -> AsyncIterator[ProviderEvent]:
        """Yield what happened in a span, the oldest first.

        Args:
            kind: Of what.
            span: When it happened.
            since: What was made before is not looked at.
        """
        found: list[tuple[str, msgspec.Raw]] = []
        async for raw in self.api.listed(kind):
            times: _Times = self.api.read(raw, _Times)
            if times.created_at < since:
                break  # the newest come first
            if span.start <= times.happened_at < span.end:
                # Not the page that it is a part of: only what counts is kept until the end.
                found.append((times.id, msgspec.Raw(bytes(raw))))
        while found:
            for event in self._events(kind, *found.pop()):
                yield event

    def _events(self, kind: Kind, own_id: str, raw: msgspec.Raw) -> tuple[ProviderEvent, ...]:
        """Return an object as a signed event of it would be read: Mollie itself was asked.

        A payment with its refunds and chargebacks is as many events. Not every object says its
        mode, but a key reads one only.
        """
        try:
            if kind == "payments":
                events = payment_events(own_id, raw)
            else:
                events = (returned_event(kind.removesuffix("s"), raw),)
        except UnusableError as error:
            raise UnavailableError(f"Mollie's API gives an object with {error}") from None
        return tuple(replace(each, live=each.live and not self.api.is_test) for each in events)
