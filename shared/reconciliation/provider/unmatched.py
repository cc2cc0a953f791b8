"""Entries that no payment of the provider's stands behind."""

from collections.abc import AsyncIterator, Container

from shared.delivery.payment_identity import mark
from shared.handlers.payment_webhook import PaymentWebhook
from shared.providers.event import ProviderEvent
from shared.reconciliation.expected import Expectation, Expected
from shared.reconciliation.provider.record import Record, UnansweredError
from shared.reconciliation.provider.standing import Standing, Status, surplus
from shared.reconciliation.span import Span
from shared.settings.providers import Provider
from shared.stores.entry import MAY_HAVE_ARRIVED, Entry, LedgerEvent
from shared.stores.query import Query


async def unmatched_entries(
    payments: PaymentWebhook,
    provider: Provider,
    record: Record,
    span: Span,
    known: Container[str],
) -> AsyncIterator[Standing]:
    """Yield the entries of a span that GA4 got and the provider knows nothing of.

    Args:
        payments: The pipeline whose ledger it is.
        provider: The provider's entry of the settings.
        record: The provider's own record.
        span: When the entries were made: a payment of the span has an entry of the span, or of
            after it.
        known: Keys of entries whose payment was seen already.

    Raises:
        UnavailableError: The provider or the store is out of reach.
    """
    expected = Expected(payments.settings, payments.history.stores.orders)
    query = Query(states=MAY_HAVE_ARRIVED, since=span.start, until=span.end, source=record.name)
    async for entry in payments.sender.stores.ledger.entries(query):
        if entry.fact.key in known or not _ours(entry, record):
            continue
        reference = record.reference(entry.fact, await _payment_id(payments, entry.fact, record))
        if reference is None:
            continue  # under an id that the shop chose: nobody can be asked
        try:
            event = await record.known(reference)
        except UnansweredError as why:
            yield surplus(Status.UNVERIFIED, entry, str(why))
            continue
        if event is None:
            yield surplus(Status.UNMATCHED, entry, f"{provider.kind.title} has nothing of that id")
        elif not await _means(expected, provider, event, entry):
            reason = "by the settings as they are now, its event is not this entry"
            yield surplus(Status.UNMATCHED, entry, reason)


async def _payment_id(payments: PaymentWebhook, fact: LedgerEvent, record: Record) -> str | None:
    """Return the provider's own id of an entry's payment, without the provider's name."""
    if fact.transaction_id is None:
        return None
    order = await payments.history.stores.orders.find((mark("transaction", fact.transaction_id),))
    provider, _, own = ((order and order.payment_id) or "").partition(":")
    return own if provider == record.name else None


def _ours(entry: Entry, record: Record) -> bool:
    """Return whether the provider knows of an entry, for this account."""
    # Provider, account where there is one, type and id of the event, with blanks between.
    provider, *middle = entry.fact.source.split(" ")
    own = middle[0] if middle and middle[0].startswith("acct_") else None
    return provider == record.name and own == record.account


async def _means(
    expected: Expected, provider: Provider, event: ProviderEvent, entry: Entry
) -> bool:
    should = await expected.of(provider, event)
    return isinstance(should, Expectation) and entry.fact.key in (should.fact.key, *should.also)
