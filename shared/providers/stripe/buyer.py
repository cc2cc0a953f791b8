"""What a Checkout session says of its buyer: its metadata, and `client_reference_id`.

Of a Payment Link the latter is the one field that is a buyer's own, so a context may stand in it.
Stripe takes letters, digits, `-` and `_` there, 200 at most, and drops anything else without a word
(https://docs.stripe.com/payment-links/url-parameters), so the dot of a client id has to be written
another way. Five fields stand behind a tag, each of which may be empty but the last:

    ga4ctx1_<client id>_<session id>_<session number>_<captured at>_<consent>

In the client id all but letters and digits are `-` and two hexadecimal digits; times are Unix
seconds; consent is a letter each for analytics, ad_user_data and ad_personalization: `g`, `d`, or
`x` where nothing is known. Anything else is a reference of the shop's and is left alone.
"""

import re
from datetime import UTC, datetime
from typing import Final

import msgspec

from shared.changed import replace
from shared.domain.consent import Choice, Consent, denials
from shared.domain.context import Context
from shared.domain.conversion import ForeignReference, Ignored
from shared.domain.cookies import client_id_from, session_from
from shared.domain.event import Link
from shared.providers.metadata import Metadata
from shared.providers.stripe.objects import CheckoutSession
from shared.providers.stripe.options import StripeOptions

# Anybody who edits a Payment Link's address could name somebody else's customer or order.
_PROVIDERS: Final = re.compile(
    r"(ch|cs|ctm|cus|gcus|in|inv|pi|py|re|seti|si|sub|txn)_[A-Za-z0-9_]+", re.ASCII
)


class Buyer(msgspec.Struct, frozen=True):
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


_FORM: Final = re.compile(
    r"ga4ctx1_((?:[A-Za-z0-9]|-[0-9A-F]{2})*)_([0-9]{0,10})_([0-9]{0,9})_([0-9]{0,10})_([gdx]{3})"
)
_ESCAPED: Final = re.compile(r"-([0-9A-F]{2})")
_MAX_LENGTH: Final = 200
_CHOICES: Final = {"g": Choice.GRANTED, "d": Choice.DENIED, "x": None}


def from_reference(reference: str | None) -> Context | None:
    """Return the context a `client_reference_id` holds; None where it is the shop's own.

    Args:
        reference: The field. What in it cannot be believed is left out.
    """
    if reference is None or len(reference) > _MAX_LENGTH:
        return None
    found = _FORM.fullmatch(reference)
    if found is None:
        return None
    client, session, number, captured, choices = found.groups()
    reading = client_id_from(_ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), client))
    analytics, ad_user_data, ad_personalization = (_CHOICES[letter] for letter in choices)
    return Context(
        client_id=reading.client_id,
        session_id=session_from(session).session_id,
        session_number=int(number or 0) or None,
        consent=Consent(analytics, ad_user_data, ad_personalization),
        captured_at=datetime.fromtimestamp(int(captured), UTC) if captured else None,
    )


def joined(from_metadata: Context, carried: Context | None) -> Context:
    """Return what the metadata and the reference say of one buyer.

    A link's metadata is the same for all its buyers, so that a denial in either counts.

    Args:
        from_metadata: What the metadata says.
        carried: What the reference says, if it is one of ours.
    """
    if carried is None:
        return from_metadata
    who = carried if not from_metadata.has_id else from_metadata
    return replace(
        from_metadata,
        client_id=who.client_id,
        session_id=who.session_id,
        session_number=who.session_number,
        captured_at=who.captured_at,
        consent=Consent(
            _stricter(from_metadata.consent.analytics, carried.consent.analytics),
            _stricter(from_metadata.consent.ad_user_data, carried.consent.ad_user_data),
            _stricter(from_metadata.consent.ad_personalization, carried.consent.ad_personalization),
        ),
    )


def _stricter(one: Choice | None, other: Choice | None) -> Choice | None:
    return Choice.DENIED if Choice.DENIED in {one, other} else one or other


def ignored_but_denials(
    reason: str, context: Context, references: tuple[str, ...], occurred_at: datetime
) -> Link | Ignored:
    """Return that something is ignored, and what its metadata denies.

    Args:
        reason: Why it is no event.
        context: What its metadata says.
        references: Ids of the order and the customer.
        occurred_at: When it was made, UTC.
    """
    denied = denials(context.consent)
    if denied == Consent():
        return Ignored(reason)
    context = Context(consent=denied, captured_at=context.captured_at)
    return Link(reason, customer_references=references, context=context, occurred_at=occurred_at)
