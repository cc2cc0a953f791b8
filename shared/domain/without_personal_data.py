"""What of a context may outlive the event it came with."""

from shared.changed import replace
from shared.domain.consent import Choice, Consent, resolve_consent
from shared.domain.context import Context
from shared.domain.conversion import Conversion
from shared.domain.order import Order


def without_denied_identity(context: Context) -> Context:
    """Return a context; of somebody who denied analytics their answers alone.

    Args:
        context: What is known.
    """
    denied = context.consent.analytics is Choice.DENIED
    return Context(consent=context.consent) if denied else context


def without_personal_data(context: Context) -> Context:
    """Return a context without the address and the hashed data of the person.

    Both are personal data: a captured context holds them for as long as contexts are kept, and
    nothing else does (docs/decisions/0030-personal-data-in-contexts.md). Of somebody who denied
    analytics only the answers are left.

    Args:
        context: What is known.
    """
    return without_denied_identity(replace(context, ip_override=None, user_data=None))


def order_without_denied_identity(order: Order, consent: Consent) -> Order:
    """Return an order; of somebody who denied analytics its references, answers and money alone.

    Args:
        order: What was paid.
        consent: What its buyer answered elsewhere.
    """
    resolved = resolve_consent(order.context.consent, consent)
    if resolved.analytics is not Choice.DENIED:
        return order
    return replace(order, items=(), context=Context(consent=resolved))


def conversion_without_personal_data(conversion: Conversion) -> Conversion:
    """Return a conversion as the ledger may keep it for replay.

    Of somebody who denied analytics only references, answers and money are left: such a record is
    never sent.

    Args:
        conversion: What happened.
    """
    context = without_personal_data(conversion.context)
    if context.consent.analytics is Choice.DENIED:
        conversion = replace(conversion, items=(), params={}, user_properties={}, device_id=None)
    # The stream is decided: what the shop's own fields said of it is not needed any more.
    source = replace(conversion.source, fields={})
    return replace(conversion, context=context, source=source)
