"""Why events were not sent, and what to do about each kind of reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from shared.attribution.attribute import TOO_LATE
from shared.delivery.refunds import WAITS_FOR_PURCHASE
from shared.domain.sink import DENIED_CONSENT, DUPLICATE, TOO_OLD
from shared.stores.entry import REVERSED_AFTER_SENDING, Entry, State

_MOST: Final = 500
_EXAMPLES: Final = 3
_LONGEST: Final = 300
LONGEST_ID: Final = 100
"""Of the ids of examples; GA4 takes a hundred characters of a transaction id."""
_INDEX: Final = re.compile(r"\[[0-9]+\]|(?<=\.)[0-9]+(?=[.:])")

OTHER: Final = "(other reasons)"
"""What reasons are counted under once there are too many different ones."""


@dataclass(frozen=True, slots=True)
class Fix:
    """A kind of problem.

    Attributes:
        kind: Its name, for machines.
        title: What happened, for people.
        fix: What to do.
        is_problem: Whether there is anything to do.
    """

    kind: str
    title: str
    fix: str
    is_problem: bool = True


@dataclass(slots=True)
class Reason:
    """Events that were not sent, or not surely, for the same reason.

    Attributes:
        state: What became of them.
        text: The reason.
        events: How many.
        examples: Ids of a few of them.
    """

    state: str
    text: str
    events: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def fix(self) -> Fix:
        """What to do about them."""
        return fix_of(self.state, self.text)


@dataclass(slots=True)
class Reasons:
    """The reasons of a ledger's entries, counted; at most a few hundred different ones."""

    _found: dict[tuple[str, str], Reason] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Take in an entry; what was delivered, or is on its way, has no reason."""
        if entry.state in (State.DELIVERED, State.CLAIMED) or entry.is_awaited:
            return
        notes = entry.request.notes if entry.request else ()
        why = entry.reason or next(reversed(notes), "no reason")
        # The place in a list is no reason of its own.
        text = _INDEX.sub(_any_index, why[:_LONGEST])
        key = (entry.state.value, text)
        if key not in self._found and len(self._found) >= _MOST:
            key = (entry.state.value, OTHER)
        reason = self._found.setdefault(key, Reason(*key))
        reason.events += 1
        if len(reason.examples) < _EXAMPLES:
            name = entry.fact.transaction_id or entry.fact.business_key
            reason.examples.append(name[:LONGEST_ID])

    def __iter__(self) -> Iterator[Reason]:
        """Yield the reasons, the most frequent first."""
        return iter(
            sorted(self._found.values(), key=lambda each: (-each.events, each.state, each.text))
        )


CONSENT: Final = Fix(
    "consent_denied",
    "The buyer denied analytics consent",
    "Nothing to fix: nobody who denied is sent to GA4.",
    is_problem=False,
)
NO_CLIENT: Final = Fix(
    "no_client",
    "Nobody knows whose browser it was",
    "Write `ga_client_id` and `ga_session_id` into the payment's metadata, or post a capture. "
    "Then run `connectors ledger replay --withheld --send`.",
)
NO_PURCHASE: Final = Fix(
    "purchase_never_arrived",
    "A refund waits for a purchase that never arrived",
    "Run `connectors reconcile stripe --from DAY --repair` (or the other provider): it brings the "
    "purchase, and then the refund.",
)
PURCHASE_NOT_SENT: Final = Fix(
    "purchase_not_sent",
    "A refund of a purchase that was not sent",
    "Nothing to fix here: look at why the purchase was not sent.",
    is_problem=False,
)
PURCHASE_UNKNOWN: Final = Fix(
    "purchase_unknown",
    "A refund of a purchase that nobody knows",
    "It is older than these connectors, or another account's. `UNKNOWN_REFUNDS=send` sends such "
    "refunds, with tax and shipping in them.",
)
NO_AMOUNT: Final = Fix(
    "no_amount",
    "Google Play named no amount",
    "Send these payments as billing-event/1 messages, which carry the amount.",
)
LATE: Final = Fix(
    "too_late",
    "It arrived more than 72 hours after it happened",
    "Find out why deliveries come late: failing endpoints, or an import of old orders. "
    "`connectors ledger replay --rejected --late --send` sends them, dated today.",
)
CLOCK: Final = Fix(
    "clock",
    "Its time lies in the future",
    "Set the clock of the sender, or send its times with their time zone.",
)
REFUSED: Final = Fix(
    "ga4_refused",
    "GA4 refused the request",
    "Run `connectors doctor gcp`. When `GA4_MEASUREMENT_ID` and the API secret are right, run "
    "`connectors ledger replay --rejected --send`.",
)
PERSONAL: Final = Fix(
    "personal_data",
    "A value looked like personal data",
    "Remove it where the event is made. If it only looks so, name the parameter in "
    "`PERSONAL_DATA_EXEMPTIONS`.",
)
FIELD: Final = Fix(
    "field",
    "A field of the event cannot be used",
    "The reason names the field. Correct it where the event is made, and let the sender deliver "
    "the event again.",
)
NO_ANSWER: Final = Fix(
    "no_clear_answer",
    "GA4 gave no clear answer",
    "A purchase is sent again when its provider retries; GA4 merges the two. "
    "`connectors reconcile export` finds out whether others arrived.",
)
NO_STATUS: Final = Fix(
    "no_status",
    "Google never said whether GA4 counts it",
    "Nothing is sent again: GA4 may have it. `connectors reconcile export` finds out whether it "
    "arrived.",
)
TOO_OLD_FOR_GOOGLE: Final = Fix(
    "too_old_for_google",
    "Google found the event too old",
    "Find out why deliveries come late: failing endpoints, or an import of old orders. "
    "`connectors ledger replay --rejected --late --send` sends them, dated today.",
)
DENIED_AT_GOOGLE: Final = Fix(
    "denied_at_google",
    "Google knows that the person denied consent",
    "Nothing to send: the event said so, or the account's settings do.",
    is_problem=False,
)
DUPLICATE_AT_GOOGLE: Final = Fix(
    "duplicate_at_google",
    "Google has an event of this transaction id already",
    "Nothing to send: the tag or an earlier event brought it.",
    is_problem=False,
)
NOT_PROCESSED: Final = Fix(
    "not_processed",
    "Google took the event and could not process it",
    "The reason is Google's own name. Correct what it says, then run "
    "`connectors ledger replay --rejected --send`.",
)
TAKEN_BACK: Final = Fix(
    "refund_failed_after_sending",
    "A refund failed after GA4 had it",
    "GA4 has no event that takes a refund back. With the provider's option "
    "`reversals: purchase` a purchase of the same amount is sent.",
)
REVERSED: Final = Fix(
    "refund_failed",
    "A refund failed before it was sent",
    "Nothing to fix: no money went back, and GA4 was sent nothing.",
    is_problem=False,
)
WITHHELD: Final = Fix(
    "withheld",
    "Not sent for another reason",
    "`connectors ledger list --state withheld` shows these events.",
)
STUCK: Final = Fix(
    "stuck",
    "Sending began and nobody finished it",
    "A process ended in between. The provider's next delivery takes over; if none comes, run "
    "`connectors reconcile stripe --from DAY --repair` (or the other provider).",
)
MADE_UP: Final = Fix(
    "made_up_client",
    "Sent under a made-up client, because nobody knew the browser",
    "GA4 counts a new user for each, without a channel. Write `ga_client_id` and `ga_session_id` "
    "into the payment's metadata.",
)
SENT_LATE: Final = Fix(
    "sent_late",
    "Sent more than 72 hours after it happened",
    "GA4 shows it on the day it arrived. Find out why deliveries come late.",
)


def fix_of(state: str, reason: str) -> Fix:
    """Return what to do about a reason.

    Args:
        state: What became of the event.
        reason: Why, as the ledger has it.
    """
    if state == State.UNCERTAIN:
        return NO_ANSWER
    if state == State.ACCEPTED:
        return NO_STATUS
    if state == State.REVERSED:
        return TAKEN_BACK if reason == REVERSED_AFTER_SENDING else REVERSED
    if state == State.WITHHELD:
        return next((fix for start, fix in _WITHHELD if reason.startswith(start)), WITHHELD)
    return next((fix for part, fix in _REJECTED if part in reason), FIELD)


_WITHHELD: Final = (
    ("analytics consent denied", CONSENT),
    ("no client is known", NO_CLIENT),
    (WAITS_FOR_PURCHASE, NO_PURCHASE),
    ("its purchase was not sent", PURCHASE_NOT_SENT),
    ("its purchase is not known", PURCHASE_UNKNOWN),
    ("Google Play", NO_AMOUNT),
)
_REJECTED: Final = (
    (TOO_OLD, TOO_OLD_FOR_GOOGLE),
    (DENIED_CONSENT, DENIED_AT_GOOGLE),
    (DUPLICATE, DUPLICATE_AT_GOOGLE),
    ("PROCESSING_ERROR_", NOT_PROCESSED),
    (TOO_LATE, LATE),
    ("more than 15 minutes in the future", CLOCK),
    ("GA4 answered", REFUSED),
    ("PERSONAL_DATA", PERSONAL),
)


def _any_index(found: re.Match[str]) -> str:
    return "[n]" if found[0].startswith("[") else "n"
