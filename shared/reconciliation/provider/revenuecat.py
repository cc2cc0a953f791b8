"""RevenueCat's own record: the history of the customers that the ledger knows.

RevenueCat lists no payments of a time. It finds a customer by a transaction's id, and lists what
happened to a customer, as its webhooks brought it. So it is asked about the customers of the
ledger's entries: what is missing of them is found. A customer whose first payment was lost is not.
"""

import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from shared.decoding import read
from shared.errors import MalformedError, UnusableError
from shared.provider_api.revenuecat import Happened, RevenueCatApi
from shared.providers.event import ProviderEvent
from shared.providers.revenuecat.events import parse
from shared.providers.revenuecat.mapping import MEANINGS
from shared.reconciliation.provider.record import UnansweredError
from shared.reconciliation.span import Span
from shared.stores.entry import LedgerEvent
from shared.stores.ledger import Ledger
from shared.stores.query import Query
from shared.webhooks.delivery import VerifiedDelivery

PERIOD: Final = timedelta(days=32)
"""How long before a span a customer's last payment may be: a monthly one renews meanwhile."""

_NAME: Final = "revenuecat"
# RevenueCat "List or search customers": transactions of Apple, Google Play and Amazon are found.
# Amazon's have no form of their own.
_FOUND: Final = re.compile(r"[0-9]{6,20}|GPA\.[0-9]{4}-[0-9]{4}-[0-9]{4}-[0-9]{5}(?:\.\.[0-9]+)?")
_GOOGLES: Final = "GPA."
_RENEWED: Final = ".."


class _Ids(msgspec.Struct, frozen=True):
    transaction_id: str | None = None


class RevenueCatRecord(msgspec.Struct, frozen=True):
    """Reads with a key that has the permission `customer_information:customers:read`.

    Attributes:
        api: RevenueCat's.
        ledger: Whose entries say which customers are asked about.
        environments: `production`, and `sandbox` where test events are taken.
    """

    api: RevenueCatApi
    ledger: Ledger
    environments: tuple[str, ...]

    @property
    def name(self) -> str:
        """RevenueCat's name."""
        return _NAME

    @property
    def account(self) -> None:
        """No account: the project is the key's own."""
        return

    def parts(self, span: Span) -> Sequence[AsyncIterator[ProviderEvent]]:
        """Return what happened to the customers that the ledger knows; see `Record`.

        Args:
            span: When it happened.
        """
        return [self._of_customers(span)]

    async def confirm(self, event: ProviderEvent, span: Span) -> ProviderEvent:
        """Return the event: the history has all of it; see `Record`."""
        del span
        return event

    def reference(self, fact: LedgerEvent, payment_id: str | None) -> str | None:
        """Return an entry's transaction, with the type and the id of its event; see `Record`."""
        del payment_id
        provider, _, event = fact.source.partition(" ")
        if provider != _NAME or fact.transaction_id is None:
            return None  # no money
        return f"{fact.transaction_id} {event}"

    async def known(self, reference: str) -> ProviderEvent | None:
        """Return the event of a transaction, if RevenueCat has it; see `Record`.

        Raises:
            UnansweredError: RevenueCat cannot be asked for such a transaction, or its history does
                not go so far.
        """
        transaction, _, event = reference.partition(" ")
        event_type, _, event_id = event.partition(" ")
        customers = await self._customers_of(transaction)
        if not customers:
            if _FOUND.fullmatch(transaction):
                return None
            raise UnansweredError(
                "RevenueCat finds transactions of Apple, Google Play and Amazon alone"
            )
        found = [
            each
            for customer in customers
            async for each in self._history(customer)
            if _transaction_of(each) == transaction
        ]
        for each in found:
            if each.source.event_id == event_id:
                return each
        for each in found:
            if event_type in ("", each.source.event_type):
                return each
        raise UnansweredError("RevenueCat knows the transaction, and shows no such event of it")

    async def close(self) -> None:
        """Close the client."""
        await self.api.close()

    async def _of_customers(self, span: Span) -> AsyncIterator[ProviderEvent]:
        await self.api.check()
        seen: set[str] = set()
        asked: set[str] = set()
        query = Query(since=span.start - PERIOD, until=span.end, source=_NAME)
        async for entry in self.ledger.entries(query):
            transaction = (self.reference(entry.fact, None) or "").partition(" ")[0]
            if not transaction or transaction in seen:
                continue
            seen.add(transaction)
            for customer in await self._customers_of(transaction):
                if customer in asked:
                    continue
                asked.add(customer)
                history = [event async for event in self._history(customer)]
                seen.update(filter(None, map(_transaction_of, history)))
                for event in sorted(history, key=lambda each: each.created_at):
                    if span.start <= event.created_at < span.end:
                        yield event

    async def _customers_of(self, transaction: str) -> tuple[str, ...]:
        """Return the customers with a transaction; a renewal of Google's is found by its first."""
        found = await self.api.customers_of(transaction)
        first, renewed, _ = transaction.partition(_RENEWED)
        if not found and renewed and transaction.startswith(_GOOGLES):
            found = await self.api.customers_of(first)
        return found

    async def _history(self, customer: str) -> AsyncIterator[ProviderEvent]:
        for environment in self.environments:
            async for happened in self.api.events_of(customer, environment):
                event = _event(happened)
                if event is not None and event.source.event_type in MEANINGS:
                    yield event


def _transaction_of(event: ProviderEvent) -> str | None:
    try:
        return read(event.object, _Ids).transaction_id
    except UnusableError:
        return None


def _event(happened: Happened) -> ProviderEvent | None:
    """Return an entry as its webhook brought it: RevenueCat itself was asked.

    What no webhook brings, a change of the customer's aliases for example, is None.
    """
    try:
        (event,) = parse(VerifiedDelivery(_NAME, msgspec.json.encode({"event": happened.body})))
    except MalformedError:
        return None
    return event
