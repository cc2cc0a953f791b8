"""What GA4 has of the day's messages, against what it is to have."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tools.demo.arrivals import Arrival, arrivals_in
from tools.demo.message_plan import ENRICHMENT, OFFLINE, RENEWALS, Key, MessagePlan

_NAMES: Final = {RENEWALS: "renewals", ENRICHMENT: "enriched orders", OFFLINE: "offline events"}


@dataclass(frozen=True)
class MessageAudit:
    """What the comparison found.

    Attributes:
        way: How the messages came: by Pub/Sub's emulator, or pushed directly.
        published: How many messages there were, duplicates included.
        told: Events GA4 has, by what they are.
        poison: How many messages could never succeed.
        laid_aside: How many of these were recorded as rejected.
        differences: Everything that is not as it is to be, one line each.
    """

    way: str
    published: int
    told: Mapping[str, int]
    poison: int
    laid_aside: int
    differences: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The audit for machines."""
        return {
            "way": self.way,
            "published": self.published,
            "told": dict(self.told),
            "poison": {"published": self.poison, "laid_aside": self.laid_aside},
        }

    def line(self) -> str:
        """The audit for people."""
        told = ", ".join(f"{count} {what}" for what, count in self.told.items())
        return (
            f"{self.published} {self.way}: {told}; "
            f"{self.laid_aside} of {self.poison} poisonous ones dead-lettered"
        )


def audit_messages(
    plan: MessagePlan, collected: bytes, *, way: str, laid_aside: int
) -> MessageAudit:
    """Compare what was published with what the collector has.

    Args:
        plan: The messages.
        collected: The answer to `GET /events`.
        way: How they came.
        laid_aside: How many messages the ledger holds as rejected.
    """
    events = json.loads(collected, parse_float=Decimal)
    sent = [arrival for event in events for arrival in arrivals_in(event["body"])]
    found = Counter(map(key_of, sent))
    by_key = {key_of(arrival): arrival for arrival in sent}
    told = Counter(_NAMES[arrival.text("mp_source")] for arrival in sent)
    return MessageAudit(
        way=way,
        published=sum(message.copies for message in plan.messages),
        told={name: told[name] for name in _NAMES.values()},
        poison=plan.poison,
        laid_aside=laid_aside,
        differences=tuple(_differences(plan, found, by_key, laid_aside)),
    )


def key_of(arrival: Arrival) -> Key:
    """Return what an arrival is about."""
    return arrival.name, arrival.transaction_id or arrival.text("sheet")


def _differences(
    plan: MessagePlan, found: Counter[Key], by_key: Mapping[Key, Arrival], laid_aside: int
) -> Iterator[str]:
    for key, params in plan.expected.items():
        if found[key] != 1:
            yield f"{' '.join(key)}: GA4 has {found[key]} and not one"
            continue
        for name, value in params.items():
            has = by_key[key].params.get(name)
            if has != value:
                yield f"{' '.join(key)}: {name} is {has} and not {value}"
    for key in found.keys() - plan.expected.keys():
        yield f"{' '.join(key)}: GA4 has it, and nobody published it"
    if laid_aside != plan.poison:
        yield f"{laid_aside} messages were dead-lettered and not {plan.poison}"
