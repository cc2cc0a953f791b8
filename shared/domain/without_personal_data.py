"""What of a context may outlive the event it came with."""

from dataclasses import replace

from shared.domain.context import Context
from shared.domain.conversion import Conversion


def without_personal_data(context: Context) -> Context:
    """Return a context without the address and the hashed data of the person.

    Both are personal data: a captured context holds them for as long as contexts are kept, and
    nothing else does (docs/decisions/0030-personal-data-in-contexts.md).

    Args:
        context: What is known.
    """
    return replace(context, ip_override=None, user_data=None)


def conversion_without_personal_data(conversion: Conversion) -> Conversion:
    """Return a conversion as the ledger may keep it for replay.

    Args:
        conversion: What happened.
    """
    return replace(conversion, context=without_personal_data(conversion.context))
