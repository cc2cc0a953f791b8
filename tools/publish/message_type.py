"""The types of messages that can be published, each with the function's own way of reading it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from shared.attribution.attribute import attribute
from shared.attribution.policy import Policy
from shared.conversions.attributed import Withheld
from shared.conversions.context import Context
from shared.conversions.conversion import Conversion, Kind, Source
from shared.conversions.refund import Refund
from shared.errors import UnusableError
from shared.ga4.checked import InvalidRequest, check
from shared.ga4.event import to_request
from shared.messages import billing_event
from shared.messages.billing_mapping import source_of, to_happening
from shared.messages.handing_on import Message

# The stream is the functions' own business; an id made up for it is like any other.
_POLICY: Final = Policy("G-PUBLISH")


@dataclass(frozen=True, slots=True)
class Judge:
    """What is asked of a row beside its type.

    Attributes:
        now: The current time, UTC.
        exempt: Names under which what looks like personal data may stand.
        ordered: Whether messages carry an ordering key.
    """

    now: datetime
    exempt: frozenset[str] = frozenset()
    ordered: bool = False

    def check(self, conversion: Conversion, *, mp_source: str) -> None:
        """Hold a conversion against GA4's rules, as the function will.

        Args:
            conversion: What the row tells.
            mp_source: Which function will send it.

        Raises:
            UnusableError: The function would reject it.
        """
        attributed = attribute(conversion, _POLICY, self.now)
        if isinstance(attributed, Withheld):
            return
        request = check(
            to_request(attributed, mp_source=mp_source, user_data=True),
            self.now,
            exempt=self.exempt,
        )
        if isinstance(request, InvalidRequest):
            finding = request.errors[0]
            raise UnusableError(finding.path, finding.code)


@dataclass(frozen=True, slots=True)
class MessageType:
    """A type of message.

    Attributes:
        schema: Its name.
        shape: Its type.
        topic_setting: The setting that names its topic, where there is one.
        read: Makes the message of a row's JSON; raises `UnusableError` for what the function
            would dead-letter.
    """

    schema: str
    shape: type
    topic_setting: str | None
    read: Callable[[bytes, Judge], Message]


def _billing_message(body: bytes, judge: Judge) -> Message:
    event = billing_event.read_billing_event(body)
    source = source_of(event)
    happening = to_happening(event, source)
    if isinstance(happening, Refund):
        happening = _told(happening, source)
    if isinstance(happening, Conversion):
        judge.check(happening, mp_source="subscription_renewal")
    attributes = {
        "schema": billing_event.SCHEMA,
        "type": event.type,
        "provider": event.provider,
        "event_id": event.event_id,
    }
    return Message(body, attributes, event.subscription_id or "" if judge.ordered else "")


def _told(refund: Refund, source: Source) -> Conversion:
    """Return a refund as it is told where its order is not known."""
    return Conversion(
        kind=Kind.REFUND,
        transaction_id=refund.fallback_transaction_id,
        business_key=refund.refund_id,
        money=refund.money,
        occurred_at=refund.occurred_at,
        context=Context(),
        source=source,
        items=refund.items,
    )


TYPES: Final = {
    "billing-event": MessageType(
        billing_event.SCHEMA, billing_event.BillingEvent, "RENEWALS_TOPIC", _billing_message
    ),
}
"""What `--type` may be."""
