"""A conversion that was kept, with what others brought since."""

from dataclasses import replace

from shared.conversions.context_source import ContextSource, source_of
from shared.conversions.conversion import Conversion
from shared.conversions.filled import filled
from shared.conversions.lasting import lasting
from shared.pipeline.memory import Memory, scoped


async def recalled(conversion: Conversion, memory: Memory) -> Conversion:
    """Return a conversion with the context that is known by now; nothing is written.

    Args:
        conversion: What happened, with what was known then.
        memory: The orders and contexts of the store.

    Raises:
        UnavailableError: The store is out of reach.
    """
    own = conversion.context
    references = conversion.references + conversion.subscribers
    order = await memory.orders.find(scoped(conversion.source, conversion.references))
    found = [] if order is None else [order.context]
    references += () if order is None else order.references
    if references and (brought := await memory.contexts.get(references)) is not None:
        found.insert(0, brought)
    for other in found:
        own = filled(own, other if conversion.joins_session else lasting(other))
    return replace(
        conversion,
        context=own,
        context_source=_source(conversion, source_of(conversion.context, own)),
    )


def _source(conversion: Conversion, source: ContextSource) -> ContextSource:
    """Return where a context came from of which a part was looked up before."""
    earlier = conversion.context_source
    if source is ContextSource.EVENT:  # nothing new
        return earlier or source
    if source is ContextSource.EVENT_AND_STORE and earlier is ContextSource.STORE:
        return earlier
    return source
