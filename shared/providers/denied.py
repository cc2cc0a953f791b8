"""What is no event, and may say all the same that its buyer denied."""

from datetime import datetime

from shared.domain.consent import Consent
from shared.domain.context import Context
from shared.domain.conversion import Ignored
from shared.domain.link import Link
from shared.domain.resolve_consent import denials


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
