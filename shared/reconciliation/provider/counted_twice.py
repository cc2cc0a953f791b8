"""One payment that GA4 got twice: a link joins two purchases that were both sent."""

from asyncio import gather

from shared.delivery.ledger_events import scoped_key
from shared.delivery.payment_identity import scoped
from shared.domain.conversion import Kind, Source
from shared.domain.event import Link
from shared.handlers.payment_webhook import PaymentWebhook
from shared.reconciliation.provider.standing import Standing, Status, surplus
from shared.stores.entry import ledger_key


async def counted_twice(payments: PaymentWebhook, link: Link, source: Source) -> list[Standing]:
    """Return the purchases of one payment but for the first; none where it was sent once.

    Args:
        payments: The pipeline whose ledger it is.
        link: Ids that are one order's, the surest first.
        source: Where that was learned.

    Raises:
        UnavailableError: The store is out of reach.
    """
    if len(link.orders) <= 1:
        return []
    stores, common = payments.history.stores, payments.settings.common
    orders = await gather(*(stores.orders.find(scoped(source, (each,))) for each in link.orders))
    names = (*link.orders, *(order.transaction_id for order in orders if order is not None))
    kinds = dict.fromkeys((Kind.PURCHASE.value, common.renewal_event_name))
    keys = dict.fromkeys(
        ledger_key(kind, scoped_key(source, name)) for name in names for kind in kinds
    )
    entries = await gather(*map(stores.ledger.find, keys))
    sent = [entry for entry in entries if entry is not None and entry.was_sent]
    return [
        surplus(Status.COUNTED_TWICE, entry, f"the same payment as {sent[0].fact.transaction_id}")
        for entry in sent[1:]
    ]
