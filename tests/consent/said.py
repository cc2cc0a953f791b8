"""What can be said of consent, by whom: each as the event that says it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Literal

from tests.providers.stripe.shapes import new_invoice, refund, subscription
from tests.support import billing_json, paddle_json, server_json, shopify_json
from tests.support.builders import NOW
from tests.support.stripe_json import Json, checkout_session, event, payment_intent

Way = Literal["stripe", "paddle", "shopify", "standard", "offline", "enrichment", "backend", "page"]
NOTHING: Final = object()
"""No answer at all: the key is not there."""

SESSION: Final = "cs_test_a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXyZ1a2B3c4D5e6F7g8H9i0"
SUBSCRIPTION: Final = "sub_1"
_OLD: Final = "2025-06-30.basil"


@dataclass(frozen=True)
class Said:
    """One event, and what it says of consent to be measured.

    Attributes:
        by: Who says it, by the names of `WAYS`.
        answer: Whatever stands there.
        at: When the browser was seen, in minutes from NOW; None where that is not said.
        fields: Fields of its object that are different.
        account: The connected account whose it is.
        seconds: How much later it comes than the one before.
    """

    by: str
    answer: object = NOTHING
    at: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    account: str | None = None
    seconds: int = 1

    @property
    def captured_at(self) -> int | None:
        """When the browser was seen, in Unix seconds."""
        if self.at is None:
            return None
        return int((NOW + timedelta(minutes=self.at)).timestamp())

    @property
    def metadata(self) -> Json:
        """What the shop writes into a payment."""
        told: Json = {} if self.answer is NOTHING else {"ga_consent_analytics": self.answer}
        return told if self.at is None else {**told, "ga_captured_at": str(self.captured_at)}

    @property
    def analytics(self) -> Json:
        """What the shop writes into a message."""
        told: Json = {} if self.answer is NOTHING else {"consent": {"analytics": self.answer}}
        return told if self.captured_at is None else {**told, "captured_at": _rfc(self.at or 0)}

    @property
    def capture(self) -> Json:
        """What a backend or a page captures."""
        told: Json = {} if self.captured_at is None else {"captured_at": self.captured_at}
        answers = {} if self.answer is NOTHING else {"consent": {"analytics": self.answer}}
        return {"references": [SESSION], **told, **answers, **self.fields}

    @property
    def attributes(self) -> list[Json]:
        """What a shop's page writes into a Shopify order."""
        return [{"name": name, "value": value} for name, value in self.metadata.items()]


def _rfc(minutes: int) -> str:
    return (NOW + timedelta(minutes=minutes)).isoformat()


def _session(said: Said, **fields: Any) -> Json:  # noqa: ANN401 - JSON
    usual = {"id": SESSION, "payment_intent": "pi_1", "metadata": {**said.metadata}}
    subject = checkout_session(**{**usual, **fields, **said.fields})
    whose = {} if said.account is None else {"account": said.account}
    return event(subject, id=f"evt_{subject['id']}", **whose)


def _sign_up(said: Said) -> Json:
    usual = {"mode": "subscription", "payment_intent": None, "subscription": SUBSCRIPTION}
    return _session(said, **usual, invoice="in_1")


def _invoice(said: Said, reason: str, number: str) -> Json:
    details = {"metadata": said.metadata, "subscription": SUBSCRIPTION}
    usual = {
        "id": number,
        "billing_reason": reason,
        "parent": {"type": "subscription_details", "subscription_details": details},
    }
    return event(new_invoice(**{**usual, **said.fields}), "invoice.paid", id=f"evt_{number}")


def _subscription(said: Said) -> Json:
    subject = subscription(**{"id": SUBSCRIPTION, "metadata": said.metadata, **said.fields})
    return event(subject, "customer.subscription.updated", id="evt_sub")


def _intent(said: Said) -> Json:
    usual = {"id": "pi_1", "customer": None, "metadata": said.metadata}
    subject = payment_intent(
        **{**usual, "amount": 2760, "amount_received": 2760, "currency": "eur"}
    )
    kind = "payment_intent.succeeded"
    return event({**subject, **said.fields}, kind, id="evt_pi", api_version=_OLD)


def _refund(said: Said) -> Json:
    back = refund(**{"id": "re_1", "payment_intent": "pi_1", "charge": None, **said.fields})
    return event(back, "refund.created", id="evt_re")


def _paddle(said: Said, kind: str) -> Json:
    subject = paddle_json.transaction(**{"custom_data": said.metadata, **said.fields})
    return paddle_json.event(subject, kind, event_id=f"evt_{kind}")


def _shopify(said: Said) -> Json:
    return shopify_json.order(**{"note_attributes": said.attributes, **said.fields})


def _offline(said: Said) -> Json:
    usual = {"event_id": "till", "provider": "till", "transaction_id": "ORD-9", "references": []}
    return server_json.server_event(**{**usual, "analytics": said.analytics, **said.fields})


def _enrichment(said: Said) -> Json:
    usual = {"event_id": "erp", "provider": "erp", "customer_ref": None}
    return server_json.enrichment(**{**usual, "analytics": said.analytics, **said.fields})


WAYS: Final[Mapping[str, tuple[Way, Callable[[Said], Json]]]] = {
    "session": ("stripe", _session),
    "sign-up": ("stripe", _sign_up),
    "first invoice": ("stripe", lambda said: _invoice(said, "subscription_create", "in_1")),
    "renewal": ("stripe", lambda said: _invoice(said, "subscription_cycle", "in_2")),
    "subscription": ("stripe", _subscription),
    "bare intent": ("stripe", _intent),
    "refund": ("stripe", _refund),
    "paddle": ("paddle", lambda said: _paddle(said, "transaction.completed")),
    "paddle update": ("paddle", lambda said: _paddle(said, "transaction.updated")),
    "shopify": ("shopify", _shopify),
    "shopify update": ("shopify", _shopify),
    "standard": (
        "standard",
        lambda said: billing_json.billing_event(**{"analytics": said.analytics, **said.fields}),
    ),
    "offline": ("offline", _offline),
    "enrichment": ("enrichment", _enrichment),
    "backend": ("backend", lambda said: said.capture),
    "page": ("page", lambda said: said.capture),
}
