"""Stripe's own record of its events, the oldest first."""

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, replace
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import MalformedError, UnavailableError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.stripe.events import parse
from shared.reconciliation.span import Span
from shared.secrets.secret import Secret
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi
from shared.stripe_api.listed import Listed
from shared.webhooks.delivery import VerifiedDelivery

# A page holds whole objects; a hundred invoices could exceed what one answer may have.
_PAGE: Final = 40
_PAGE_SECONDS: Final = 30.0
_PATH: Final = "/v1/events"


@dataclass(frozen=True, slots=True)
class StripeEvents:
    """Reads events with a restricted key that may read events.

    Attributes:
        api: Stripe's.
        key: The restricted key.
        account: A connected account; None for the key's own.
        live: Whether the key is one of live mode.
    """

    api: StripeApi
    key: Secret
    account: str | None
    live: bool

    async def of(self, span: Span, types: Collection[str]) -> AsyncIterator[ProviderEvent]:
        """Yield the events of a span, the oldest first, a day held at a time.

        Args:
            span: When Stripe made them.
            types: Which; Stripe takes twenty at most.

        Raises:
            UnavailableError: Stripe is out of reach, or does not answer as Stripe does.
            MisconfiguredError: Stripe does not know the key, or the key may not read events.
        """
        for day in span.slices():
            for event in reversed(await self._listed(day, types)):
                yield event

    async def known(self, event_id: str) -> ProviderEvent | None:
        """Return the event of an id, if Stripe has it. Raises as `of`."""
        try:
            return self._notification(await self.api.get(f"{_PATH}/{event_id}", self._access()))
        except UnusableError:
            return None

    async def _listed(self, day: Span, types: Collection[str]) -> list[ProviderEvent]:
        """Return the events of a day, the newest first, as Stripe lists them."""
        query = [
            ("limit", str(_PAGE)),
            ("created[gte]", str(int(day.start.timestamp()))),
            ("created[lt]", str(int(day.end.timestamp()))),
            *(("types[]", kind) for kind in sorted(types)),
        ]
        found: list[ProviderEvent] = []
        after: list[tuple[str, str]] = []
        while True:
            page = await self.api.get(_PATH, self._access(), [*query, *after])
            try:
                listed = read(page, Listed)
            except UnusableError as error:
                raise UnavailableError(f"Stripe's API gives a list with {error}") from None
            found += [self._notification(entry) for entry in listed.data]
            if not (listed.has_more and found):
                return found
            after = [("starting_after", found[-1].source.event_id)]

    def _access(self) -> Access:
        give_up_at = asyncio.get_running_loop().time() + _PAGE_SECONDS
        return Access(self.key, self.account, self.live, give_up_at)

    def _notification(self, raw: msgspec.Raw) -> ProviderEvent:
        """Return an event as a signed delivery of it would be read: Stripe itself was asked."""
        try:
            (event,) = parse(VerifiedDelivery("stripe", bytes(raw)))
        except MalformedError as error:
            raise UnavailableError(f"Stripe's API gives an event with {error}") from None
        # Asked as an account, Stripe does not name it, as its webhooks of that account do.
        account = event.source.account or self.account
        return replace(event, source=replace(event.source, account=account))
