"""The tables of events and answers."""

import inspect
from typing import Final

from shared.domain.conversion import Kind, PurchaseType
from shared.outcome import Outcome, Result
from shared.settings.data_enrichment import DEFAULT_NAME
from shared.web.responses import STATUS, to_outcomes
from tools.dev.blocks import code, table
from tools.traffic.kinds import KINDS

NAMES: Final = {
    Kind.PURCHASE: "money was collected; renewals too, or under `RENEWAL_EVENT_NAME`",
    Kind.REFUND: "money went back to the buyer",
    Kind.START_TRIAL: "a trial began",
    Kind.TRIAL_CONVERTED: "a trial became a paid subscription",
    Kind.TRIAL_WILL_END: "a trial ends soon",
    Kind.CANCEL_SCHEDULED: "a subscription will end with its period",
    Kind.CANCELLED: "a subscription has ended",
    Kind.PAYMENT_FAILED: "a payment was tried and failed",
    Kind.DISPUTE_OPENED: "a buyer disputes a payment",
    Kind.CUSTOM: "any name of yours: the `name` of a `server-event/1`",
}
"""What each event says."""
TYPES: Final = {
    PurchaseType.ONE_TIME: "an order without a subscription",
    PurchaseType.START: "the first payment of a subscription",
    PurchaseType.RENEWAL: "every later one",
    PurchaseType.UPDATE: "a change of plan or quantity",
    PurchaseType.USAGE: "what was used on top",
    PurchaseType.INVOICE: "an invoice without a subscription",
    PurchaseType.OFFLINE: "a sale of a till, by `server-event/1`",
}
"""What each kind of purchase is."""


def event_names() -> str:
    """Return a row for each event that GA4 can receive."""
    rows = [(code(kind.value) if kind is not Kind.CUSTOM else "", NAMES[kind]) for kind in Kind]
    enriched = (code(DEFAULT_NAME), "costs of an order are known, or `ENRICHMENT_EVENT_NAME`")
    return table(("event", "what happened"), [*rows[:-1], enriched, rows[-1]])


def purchase_types() -> str:
    """Return a row for each value of `purchase_type`."""
    return table(("`purchase_type`", "what it is"), ((code(t.value), TYPES[t]) for t in TYPES))


def triggers() -> str:
    """Return a row for each delivery that can be tried."""
    rows = ((code(name), code(kind.function), kind.becomes) for name, kind in KINDS.items())
    return table(("`connectors trigger`", "function", "what becomes of it"), rows)


def answers() -> str:
    """Return a row for each word that an answer can start with: its status and what raises it."""
    ends = [(code(end.value), _status(end), f"`Result.{end.name}`") for end in Result]
    errors = [
        (code(word), str(status), f"`{kind.__name__}`: {_first(kind)}")
        for kind, status, word in STATUS
    ]
    return table(
        ("outcome", "status", "in the code"),
        [*ends, *errors, ("`failed`", "500", "any other exception: a defect of ours")],
    )


def _status(end: Result) -> str:
    plain, again = (str(to_outcomes([Outcome(end, retry=retry)]).status) for retry in (False, True))
    return f"{again} for a purchase, else {plain}" if end is Result.UNCERTAIN else plain


def _first(kind: type) -> str:
    return (inspect.getdoc(kind) or "").split("\n")[0]
