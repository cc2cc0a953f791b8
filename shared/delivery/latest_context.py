"""A conversion that was kept, with what others brought since."""

from shared.changed import replace
from shared.delivery.denials import all_references
from shared.delivery.order_history import OrderHistory
from shared.delivery.payment_identity import named, scoped
from shared.domain.context_source import ContextSource, source_of
from shared.domain.conversion import Conversion
from shared.domain.merge_contexts import fill_missing, without_session


async def with_latest_context(conversion: Conversion, history: OrderHistory) -> Conversion:
    """Return a conversion with the context that is known by now; nothing is written.

    Args:
        conversion: What happened, with what was known then.
        history: The orders and contexts of the store.

    Raises:
        UnavailableError: The store is out of reach.
    """
    context = conversion.context
    references = all_references(conversion)
    source = conversion.source
    known_by = scoped(source, conversion.references) + named(source, conversion.transaction_id)
    order = await history.stores.orders.find(known_by)
    others = [] if order is None else [order.context]
    references += () if order is None else order.references
    if references and (brought := await history.stores.contexts.get(references)) is not None:
        others.insert(0, brought)
    for other in others:
        context = fill_missing(
            context, other if conversion.joins_session else without_session(other)
        )
    return replace(
        conversion,
        context=context,
        context_source=_source(conversion, source_of(conversion.context, context)),
    )


def _source(conversion: Conversion, source: ContextSource) -> ContextSource:
    """Return where a context came from of which a part was looked up before."""
    earlier = conversion.context_source
    if source is ContextSource.EVENT:  # nothing new
        return earlier or source
    if source is ContextSource.EVENT_AND_STORE and earlier is ContextSource.STORE:
        return earlier
    return source
