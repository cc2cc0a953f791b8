"""Entries that no payment of the provider's stands behind."""

from collections.abc import AsyncIterator, Container
from typing import Final

from shared.handlers.payment_webhook import PaymentWebhook
from shared.providers.event import ProviderEvent
from shared.reconciliation.expected import Expectation, Expected
from shared.reconciliation.span import Span
from shared.reconciliation.stripe.events import StripeEvents
from shared.reconciliation.stripe.standing import Standing, unmatched
from shared.settings import Provider
from shared.stores.entry import Entry, State
from shared.stores.query import Query

_PROVIDER: Final = "stripe"
_TOLD: Final = frozenset({State.DELIVERED, State.UNCERTAIN})


async def unmatched_entries(
    payments: PaymentWebhook,
    provider: Provider,
    events: StripeEvents,
    span: Span,
    known: Container[str],
) -> AsyncIterator[Standing]:
    """Yield the entries of a span that GA4 got and Stripe knows nothing of.

    Args:
        payments: The pipeline whose ledger it is.
        provider: Stripe's entry of the settings.
        events: Stripe's own record.
        span: When the entries were made: a payment of the span has an entry of the span, or of
            after it.
        known: Keys of entries whose payment was seen already.

    Raises:
        UnavailableError: Stripe or the store is out of reach.
    """
    expected = Expected(payments.settings, payments.history.orders)
    query = Query(states=_TOLD, since=span.start, until=span.end, source=_PROVIDER)
    async for entry in payments.sender.ledger.entries(query):
        if entry.fact.key in known or not _ours(entry, events.account):
            continue
        event = await events.known(entry.fact.source.rpartition(" ")[2])
        if event is None:
            yield unmatched(entry, "Stripe has no such event")
        elif not await _means(expected, provider, event, entry):
            yield unmatched(entry, "by the settings as they are now, its event is not this entry")


def _ours(entry: Entry, account: str | None) -> bool:
    """Tell whether Stripe knows of an entry, for this account."""
    # Provider, account where there is one, type and id of the event, with blanks between.
    provider, *middle = entry.fact.source.split(" ")
    own = middle[0] if middle and middle[0].startswith("acct_") else None
    return provider == _PROVIDER and own == account


async def _means(
    expected: Expected, provider: Provider, event: ProviderEvent, entry: Entry
) -> bool:
    should = await expected.of(provider, event)
    return isinstance(should, Expectation) and should.fact.key == entry.fact.key
