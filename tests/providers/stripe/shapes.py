"""What events around Stripe's objects mean, and those objects at the tests' time."""

from typing import Any, Final

from shared.domain.event import DomainEvent
from shared.providers.stripe import StripeOptions, map_event, parse
from tests.support.builders import SECONDS
from tests.support.stripe_json import Json, event, verified
from tools.traffic import stripe_objects
from tools.traffic.stripe_objects import (
    charge,
    credit_note,
    dispute,
    invoice_payment,
    new_line,
    old_line,
)

__all__ = [
    "EVERYTHING",
    "charge",
    "credit_note",
    "dispute",
    "domain_event",
    "invoice_payment",
    "new_invoice",
    "new_line",
    "old_invoice",
    "old_line",
    "refund",
    "snapshot",
    "subscription",
]

_PAID: Final[Json] = {"status_transitions": {"paid_at": SECONDS - 60}}

EVERYTHING: Final = StripeOptions(
    payment_intents=True,
    invoices=True,
    charges=True,
    disputes=True,
    lifecycle=True,
    payment_failed=True,
    balance_paid=True,
)


def domain_event(
    subject: object,
    kind: str,
    options: StripeOptions = EVERYTHING,
    previous: object = None,
) -> DomainEvent:
    """Return what an event around an object means.

    Args:
        subject: The object.
        kind: The event's type.
        options: The operator's choices; everything, where not given.
        previous: What the event says it changed.
    """
    data = {"object": subject} | ({} if previous is None else {"previous_attributes": previous})
    (notification,) = parse(verified(event(subject, kind, data=data)))
    return map_event(notification, options)


def old_invoice(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a renewal paid a minute ago, as it was before basil; `fields` differ."""
    return stripe_objects.old_invoice(**{**_PAID, **fields})


def new_invoice(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return the same invoice as it is since basil; `fields` differ."""
    return stripe_objects.new_invoice(**{**_PAID, **fields})


def refund(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a refund that succeeded a minute ago; `fields` differ."""
    return stripe_objects.refund(**{"created": SECONDS - 60, **fields})


def subscription(**fields: Any) -> Json:  # noqa: ANN401 - JSON
    """Return a subscription on trial; `fields` differ."""
    usual = {
        "metadata": {"ga_client_id": "1.2", "ga_session_id": str(SECONDS - 1800)},
        "status": "trialing",
        "trial_end": SECONDS + 86_400,
        "trial_start": SECONDS - 10,
    }
    return stripe_objects.subscription(**{**usual, **fields})


def snapshot(values: Json) -> tuple[Json, Json]:
    """Return the fields that hold a subscription's metadata, in the old shape and the new."""
    details = {"metadata": values, "subscription": "sub_1"}
    return (
        {"subscription_details": {"metadata": values}},
        {"parent": {"type": "subscription_details", "subscription_details": details}},
    )
