"""What the page says about a word: one short sentence each, as docs/reference/answers.md does."""

from collections.abc import Mapping
from typing import Final

OUTCOMES: Final[Mapping[str, str]] = {
    "delivered": "GA4 took the request.",
    "stored": "The context is kept for its payment.",
    "published": "It was handed to the renewals topic.",
    "duplicate": "It was sent before, so it is not sent again.",
    "reconciled": "The days were compared.",
    "settled": "Google was asked what became of events.",
    "ignored": "It is no money. The reason says why.",
    "withheld": "It is not sent now. The ledger has it, with the reason.",
    "reversed": "The refund failed or came back. It is not sent from now on.",
    "rejected": "It can never be sent as it is. The reason names what is wrong.",
    "uncertain": "It was sent, and no clear answer came. A purchase is safe to send again.",
    "bad_signature": "It is not signed with a secret you configured, or too long ago.",
    "malformed": "It is no event. Nothing is stored.",
    "not_found": "There is no provider at this path.",
    "method_not_allowed": "Deliveries are posted.",
    "too_large": "It is larger than a delivery may be.",
    "foreign_origin": "No page of this origin may post.",
    "too_many": "More captures came than a minute may bring.",
    "in_progress": "A copy of it is being sent right now. The sender retries.",
    "pending": "Another event is expected first. The sender retries.",
    "unavailable": "Store, secret or GA4 is out of reach. The sender retries.",
    "misconfigured": "Settings are missing or wrong. The log names them.",
    "failed": "A defect of the connectors. The log names its place.",
    "preflight": "A browser asked whether its page may post.",
}

ATTRIBUTION: Final[Mapping[str, str]] = {
    "session": "It joins the session of the browser that paid.",
    "client": "It joins the user's browser, but no session.",
    "generated": "No browser is known. An id was made for this customer.",
    "withheld": "It is not sent.",
}

CONTEXT_SOURCE: Final[Mapping[str, str]] = {
    "event": "the event itself",
    "store": "what was stored before",
    "event_and_store": "the event and what was stored before",
    "none": "nowhere",
}

STATES: Final[Mapping[str, str]] = {
    "claimed": "It is being sent.",
    "ignored": "It is no money. The reason says why.",
    "accepted": "Google took it. What became of it is asked later.",
    "delivered": "GA4 took it.",
    "uncertain": "It was sent, and no clear answer came.",
    "rejected": "GA4 would not take it as it is.",
    "withheld": "It is kept, and not sent now.",
    "reversed": "The refund failed or came back.",
}

VERDICTS: Final[Mapping[str, str]] = {
    "ok": "It follows every rule of GA4.",
    "advice": "GA4 takes it. Google recommends more.",
    "error": "GA4 would refuse, drop or misread it.",
}
