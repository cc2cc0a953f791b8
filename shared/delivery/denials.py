"""A denial stands under every reference of its order and its customer.

References are the same whichever provider names them: what Stripe's metadata denies, an offline
event of the same order knows.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from shared.delivery.ledger_events import scoped_key
from shared.delivery.payment_identity import dated_context, payment_references
from shared.domain.consent import Consent, denials
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.providers.object_ids import buyer_ids
from shared.stores.contexts import Contexts

if TYPE_CHECKING:
    from shared.providers.event import ProviderEvent
    from shared.providers.provider import PaymentProvider


def all_references(conversion: Conversion) -> tuple[str, ...]:
    """Return every id under which others may have said whose a conversion is, or denied."""
    own = (*conversion.references, *conversion.customer_references)
    ids = dict.fromkeys((*own, conversion.transaction_id, *_named(conversion)))
    return tuple(filter(None, ids))


def _own_references(conversion: Conversion) -> tuple[str, ...]:
    """Return the ids that stand for a conversion's order and customer alone.

    Connected accounts number their orders by themselves: what one's buyer denied, another's of the
    same number did not.
    """
    ids = (*payment_references(conversion), *conversion.customer_references)
    return tuple(dict.fromkeys((*ids, *_named(conversion))))


def _named(conversion: Conversion) -> tuple[str, ...]:
    name = conversion.transaction_id
    return () if name is None else (scoped_key(conversion.source, name),)


def is_nobody(context: Context) -> bool:
    """Return whether a context knows neither a client, an app, nor an answer about analytics."""
    return not context.has_id and context.consent.analytics is None


async def remember_denials(contexts: Contexts, conversion: Conversion, now: datetime) -> None:
    """Remember what a conversion's buyer denied under every reference; nothing where nothing was.

    Args:
        contexts: Where contexts are stored.
        conversion: What happened, with the answers that count.
        now: The current time, UTC.
    """
    denied = denials(conversion.context.consent)
    if denied != Consent():
        await contexts.put(_own_references(conversion), Context(consent=denied), now=now)


async def keep_denial_of_event(  # noqa: PLR0913, PLR0917 - where, of whom, and when
    contexts: Contexts,
    provider: "PaymentProvider",
    event: "ProviderEvent",
    ids: Sequence[str],
    keys: Sequence[str],
    now: datetime,
) -> None:
    """Remember what a provider's event denies that is not sent.

    Args:
        contexts: Where contexts are stored.
        provider: Whose event it is.
        event: The event.
        ids: The ids that it names.
        keys: The names under which the shop writes its own id of the order.
        now: The current time, UTC.

    Raises:
        UnavailableError: The store is out of reach.
    """
    metadata = provider.metadata(event)
    read_context, read_references = provider.context_of, provider.references_of
    context = metadata.context() if read_context is None else read_context(event)
    names = {metadata.text(key) for key in keys}
    whole = (*ids, *buyer_ids(event.object)) if read_references is None else read_references(event)
    # Connected accounts number their orders by themselves.
    own = [scoped_key(event.source, each) if each in names else each for each in whole]
    await keep_denial(contexts, context, own, now)


async def keep_denial(
    contexts: Contexts, context: Context, references: Sequence[str], now: datetime
) -> None:
    """Remember what was denied beside what is not sent; nothing where nothing was.

    Args:
        contexts: Where contexts are stored.
        context: What was said. Only its denials are kept.
        references: The ids of the order and of its buyer.
        now: The current time, UTC.

    Raises:
        UnavailableError: The store is out of reach.
    """
    denied = denials(dated_context(context, now).consent)
    if denied != Consent() and references:
        await contexts.put(tuple(dict.fromkeys(references)), Context(consent=denied), now=now)
