"""What a Checkout session says of its buyer."""

import re
from dataclasses import dataclass
from typing import Final

from shared.domain.context import Context
from shared.domain.foreign_reference import ForeignReference
from shared.providers.metadata import Metadata
from shared.providers.stripe.client_reference import from_reference, joined
from shared.providers.stripe.objects import CheckoutSession
from shared.providers.stripe.options import StripeOptions

# Whoever edits a Payment Link's address could name somebody else's customer or order.
_PROVIDERS: Final = re.compile(
    r"(ch|cs|ctm|cus|gcus|in|inv|pi|py|re|seti|si|sub|txn)_[A-Za-z0-9_]+", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """What a session says of its buyer.

    Attributes:
        context: What its metadata and its reference say.
        reference: `client_reference_id`, where that is a name of the shop's.
        foreign: The same reference, or one that holds a context, with what is known without it.
    """

    context: Context
    reference: str | None = None
    foreign: ForeignReference | None = None


def buyer_of(session: CheckoutSession, metadata: Metadata, options: StripeOptions) -> Buyer:
    """Return what a session says of its buyer.

    Args:
        session: The session.
        metadata: Its metadata.
        options: How far `client_reference_id` is believed.
    """
    own, reference = metadata.context(), session.client_reference_id
    if not reference or options.client_reference_id == "never":
        return Buyer(own)
    carried = from_reference(reference)
    if carried is None and _PROVIDERS.fullmatch(reference):
        metadata.notes.add("client_reference_id", "a provider's id, left out")
        return Buyer(own)
    context, name = joined(own, carried), reference if carried is None else None
    if options.client_reference_id == "always":
        return Buyer(context, name)
    user = session.customer_id or session.id
    return Buyer(context, name, ForeignReference(reference, user, session.customer_id, own))
