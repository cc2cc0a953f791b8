"""A denial stands under every reference of its order and its customer.

References are the same whichever provider names them: what Stripe's metadata denies, an offline
event of the same order knows.
"""

from datetime import datetime

from shared.delivery.ledger_events import scoped_key
from shared.delivery.payment_identity import payment_references
from shared.domain.consent import Consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.resolve_consent import denials
from shared.stores.contexts import Contexts


def all_references(conversion: Conversion) -> tuple[str, ...]:
    """Return every id under which others may have said whose a conversion is, or denied."""
    ids = (*conversion.references, *conversion.customer_references, conversion.transaction_id)
    return tuple(dict.fromkeys((*(each for each in ids if each), *_named(conversion))))


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
