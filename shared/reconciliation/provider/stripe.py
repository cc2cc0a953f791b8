"""Stripe's own record of its events, the oldest first."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Final

import msgspec

from shared.changed import replace
from shared.decoding import read
from shared.errors import MalformedError, MisconfiguredError, UnavailableError, UnusableError
from shared.providers.event import ProviderEvent
from shared.providers.stripe import MEANINGS
from shared.providers.stripe.events import parse
from shared.reconciliation.span import Span
from shared.secrets.secret import Secret
from shared.stores.entry import LedgerEvent
from shared.stripe_api.access import Access
from shared.stripe_api.client import StripeApi
from shared.stripe_api.listed import Listed
from shared.stripe_api.owner import with_owner
from shared.webhooks.delivery import VerifiedDelivery

# A page holds whole objects; a hundred invoices could exceed what one answer may have.
_PAGE: Final = 40
_PAGE_SECONDS: Final = 30.0
_PATH: Final = "/v1/events"


class StripeRecord(msgspec.Struct, frozen=True):
    """Reads events with a restricted key that may read events.

    Attributes:
        api: Stripe's.
        key: The restricted key.
        account: A connected account; None for the key's own.
    """

    api: StripeApi
    key: Secret
    account: str | None

    @property
    def name(self) -> str:
        """Stripe's name."""
        return "stripe"

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return the events of a span, a day held at a time; see `Record`.

        Args:
            span: When Stripe made them.
        """
        return [self._of(day) for day in span.slices()]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent:
        """Return the event as Stripe delivered it; an intent with what made it. See `Record`."""
        del span
        try:
            return await with_owner(event, self.api, self._access())
        except (MisconfiguredError, UnusableError):
            return event  # the key may not ask that: it stands as it is

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str:
        """Return the id of the event that an entry names; see `Record`."""
        del payment_id
        return fact.source.rpartition(" ")[2]

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return the event of an id, if Stripe has it; see `Record`."""
        try:
            return self._event(await self.api.get(f"{_PATH}/{reference}", self._access()))
        except UnusableError:
            return None

    async def close(self) -> None:
        """Let go of nothing: the client is the webhook's."""

    async def _of(self, day: Span) -> AsyncIterator[ProviderEvent]:
        for event in reversed(await self._listed(day)):
            yield event

    async def _listed(self, day: Span) -> list[ProviderEvent]:
        """Return the events of a day, the newest first, as Stripe lists them."""
        query = [
            ("limit", str(_PAGE)),
            ("created[gte]", str(int(day.start.timestamp()))),
            ("created[lt]", str(int(day.end.timestamp()))),
            *(("types[]", kind) for kind in sorted(MEANINGS)),
        ]
        found: list[ProviderEvent] = []
        after: list[tuple[str, str]] = []
        while True:
            page = await self.api.get(_PATH, self._access(), [*query, *after])
            try:
                listed = read(page, Listed)
            except UnusableError as error:
                raise UnavailableError(f"Stripe's API gives a list with {error}") from None
            found += [self._event(entry) for entry in listed.data]
            if not (listed.has_more and found):
                return found
            after = [("starting_after", found[-1].source.event_id)]

    def _access(self) -> Access:
        give_up_at = asyncio.get_running_loop().time() + _PAGE_SECONDS
        return Access(self.key, self.account, "_test_" not in self.key.reveal(), give_up_at)

    def _event(self, raw: msgspec.Raw) -> ProviderEvent:
        """Return an event as a signed delivery of it would be read: Stripe itself was asked."""
        try:
            (event,) = parse(VerifiedDelivery("stripe", bytes(raw)))
        except MalformedError as error:
            raise UnavailableError(f"Stripe's API gives an event with {error}") from None
        # Asked as an account, Stripe does not name it, as its webhooks of that account do.
        account = event.source.account or self.account
        return replace(event, source=replace(event.source, account=account))
