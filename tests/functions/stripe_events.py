"""Events as Stripe delivers them now: an order of its own for each test."""

import itertools
import time
from typing import Any, Final

from tests.support import stripe_json
from tests.support.stripe_json import Json

CLIENT_ID: Final = "1170316824.1700000000"
_NUMBERS: Final = itertools.count(1)


def session(order: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """A paid Checkout session: 18.00 EUR of goods, 5.00 shipping, 4.60 tax.

    Args:
        order: The shop's id of the order.
        fields: What differs.
    """
    usual = {
        "id": f"cs_live_{order}",
        "payment_intent": f"pi_{order}",
        "metadata": {"order_id": order, "ga_client_id": CLIENT_ID},
    }
    return stripe_json.checkout_session(**{**usual, **fields})


def intent(order: str, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    """A succeeded payment intent of a shop's own integration over 20.00 USD."""
    usual = {
        "id": f"pi_{order}",
        "metadata": {"order_id": order, "ga_client_id": CLIENT_ID},
    }
    return stripe_json.payment_intent(**{**usual, **fields})


def event(subject: object, kind: str = "checkout.session.completed", **fields: Any) -> bytes:  # noqa: ANN401 - JSON
    """The bytes of an event of this moment about an object.

    Args:
        subject: The object.
        kind: The event's type.
        fields: What differs in the envelope.
    """
    usual = {"id": f"evt_{next(_NUMBERS)}", "created": int(time.time())}
    return stripe_json.as_bytes(stripe_json.event(subject, kind, **{**usual, **fields}))


def paid(order: str, **fields: Any) -> bytes:  # noqa: ANN401 - JSON
    """The event of a paid Checkout session; `fields` differ in the session."""
    return event(session(order, **fields))
