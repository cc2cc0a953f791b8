"""What to do about what became of an event, by its state and the reason that was given."""

import shlex
from collections.abc import Mapping
from typing import Final

from shared.attribution.attribute import TOO_LATE
from shared.delivery.refunds import WAITS_FOR_PURCHASE
from shared.domain.attributed import State as Attribution
from shared.domain.sink import DENIED_CONSENT, DUPLICATE, TOO_OLD
from shared.stores.entry import REVERSED_AFTER_SENDING, Entry, State

_OPTION: Final = "Set it for the provider in PAYMENT_PROVIDERS: "
_OTHER_EVENT: Final = "Nothing: another event of the same payment counts its money."
_LATER: Final = "Nothing yet: the money comes with a later event."
_NO_MONEY: Final = "Nothing: no money was paid with it."
_CARRY: Final = (
    "Carry the browser's client and session to the payment: docs/guides/carry-the-context.md."
)
_PLAY: Final = "Google Play names no amounts. Publish the sale as a billing-event/1 instead."

ADVICE: Final[Mapping[State, tuple[tuple[str, str], ...]]] = {
    State.IGNORED: (
        ("test mode", "It is a test payment. ACCEPT_TEST_EVENTS=true takes test payments too."),
        ("payment intents are not taken", f'{_OPTION}"payment_intents": true, if it is the money.'),
        ("charges are not taken", f'{_OPTION}"charges": true, if charges are your money.'),
        ("invoices without a subscription", f'{_OPTION}"invoices": true, if these are sales.'),
        (
            "application fees are not taken",
            f'{_OPTION}"value": "application_fee", for platforms.',
        ),
        ("failed payments are not sent", f'{_OPTION}"payment_failed": true, to send them.'),
        ("failed payments are not sent", f'{_OPTION}"payment_failed": true, to send them.'),
        ("disputes are not sent", f'{_OPTION}"disputes": true, to send them.'),
        ("the life of subscriptions", f'{_OPTION}"lifecycle": true, to send it.'),
        ("nothing of the subscription's life", "Nothing: it is a change that GA4 has no use for."),
        ("not the source of any money", _OTHER_EVENT),
        ("owned by", _OTHER_EVENT),
        ("is the money", _OTHER_EVENT),
        ("its invoice", _OTHER_EVENT),
        ("another event", _OTHER_EVENT),
        ("subscription", _OTHER_EVENT),
        ("a change without money", _NO_MONEY),
        ("brings no money", _OTHER_EVENT),
        ("names no two ids", _OTHER_EVENT),
        ("thin event", "Let Stripe send snapshot events, or configure stripe.api_key."),
        ("not paid", _LATER),
        ("not completed", _LATER),
        ("not succeeded", _LATER),
        ("not captured", _LATER),
        ("did not succeed", _NO_MONEY),
        ("that succeeded", _NO_MONEY),
        ("cancelled before it was captured", _NO_MONEY),
        ("has an event of its own", _OTHER_EVENT),
        ("Mollie knows no such payment", "Check that mollie.api_key is of this Mollie account."),
        ("an offer for later", _LATER),
        ("charged with the next renewal", _LATER),
        ("shared in the family", _NO_MONEY),
        ("of something that is no payment", "Nothing: it is about no payment."),
        ("in {} mode", _NO_MONEY),
        ("mode: no purchase", _NO_MONEY),
        ("zero amount", _NO_MONEY),
        ("no payment was required", _NO_MONEY),
        ("no application fee", _NO_MONEY),
        ("nothing was paid", _NO_MONEY),
        ("negative", _NO_MONEY),
        ("credit", _NO_MONEY),
        ("canceled", _NO_MONEY),
        ("authorisation was released", _NO_MONEY),
        ("no money", _NO_MONEY),
        (
            "not counted",
            "Nothing: your options do not count its payment, nor its refund.",
        ),
        ("of no payment", "Nothing: it names no payment."),
        ("counted then", "Nothing: it was counted when it was paid, and is older than the ledger."),
        ("dispute not lost", "Nothing: the money stayed with the shop."),
        ("not a billing event", "Send billing-event/1, if it is a sale. Else leave it."),
        ("neither the costs", "Name its items in CATALOGUE, or its customer in CUSTOMERS."),
        ("Google Play: ", "Nothing: it is no payment."),
        ("the body is no", "Look who sends it: its header contradicts its body."),
    ),
    State.WITHHELD: (
        (
            "no client is known",
            (
                f"{_CARRY} It is sent as soon as its context is stored. To send it without one: "
                "`connectors ledger replay KEY --without-context --send`."
            ),
        ),
        (
            "no app instance id is known",
            "Its stream is an app's: the app must give its instance id with the order.",
        ),
        ("consent denied", "Nothing: the buyer said no, and no later answer changes that."),
        (
            "purchase was not sent",
            "Fix its purchase first, and replay that. Then replay this.",
        ),
        ("purchase is not known", "UNKNOWN_REFUNDS=send sends refunds of unknown purchases."),
        (
            WAITS_FOR_PURCHASE,
            (
                "Its purchase has not arrived. The provider sends the refund again for an hour. "
                "`connectors reconcile` finds a purchase that never came."
            ),
        ),
        ("Google Play", _PLAY),
    ),
    State.REJECTED: (
        (
            TOO_OLD,
            (
                "Google found it too old. `connectors ledger replay KEY --late --send` sends it as "
                "of now. LATE_EVENTS=send_now always does."
            ),
        ),
        (DENIED_CONSENT, "Nothing: the person denied consent, and nobody who did is sent."),
        (DUPLICATE, "Nothing: Google has this transaction already, from the tag for example."),
        (
            "PROCESSING_ERROR_",
            (
                "Google took it and could not process it. The reason is its own name. Correct what "
                "it says, then `connectors ledger replay KEY --send`."
            ),
        ),
        (
            TOO_LATE,
            (
                "GA4 takes events of the last 72 hours only. `connectors ledger replay KEY --late "
                "--send` sends it as of now. LATE_EVENTS=send_now always does."
            ),
        ),
        ("in the future", "Correct the sender's clock, then let it send the event again."),
        (
            "GA4 answered",
            "`connectors doctor` checks the stream and its secret. Then replay it.",
        ),
        (
            "looks like",
            (
                "Remove the personal data at its source, or allow the field in "
                "PERSONAL_DATA_EXEMPTIONS. Then replay it."
            ),
        ),
        ("", "Correct the field at its source, and let the provider send the event again."),
    ),
    State.UNCERTAIN: (
        (
            "",
            (
                "A purchase is sent again when its provider retries, and GA4 merges the two. "
                "`connectors reconcile export` shows whether it arrived."
            ),
        ),
    ),
    State.REVERSED: (
        (
            REVERSED_AFTER_SENDING,
            (
                "GA4 has the refund, and no event takes it back. With the option "
                '"reversals": "purchase" a purchase of the same amount makes it good.'
            ),
        ),
        ("", "Nothing: GA4 was never sent the refund."),
    ),
    State.ACCEPTED: (
        (
            "",
            (
                "Google never said what became of it, and it is not sent again. "
                "`connectors reconcile export` shows whether it arrived."
            ),
        ),
    ),
    State.CLAIMED: (
        (
            "",
            (
                "Wait a minute. If it stays so, the process ended while it was sending: the "
                "provider's next delivery takes over."
            ),
        ),
    ),
}
"""State → parts of reasons, the first that fits wins; an empty one fits all."""

_MADE_UP: Final = f"GA4 counts a new user, and no campaign gets the sale. {_CARRY}"


def advice_for(entry: Entry) -> str | None:
    """Return what to do about an entry; None where all is well.

    Args:
        entry: Any.
    """
    fact = entry.fact
    if entry.state is State.DELIVERED:
        return _MADE_UP if fact.attribution == Attribution.GENERATED else None
    if entry.is_awaited:
        return "Wait: Google says what became of it within a day. `event_status` asks for it."
    reason = entry.reason or ""
    for part, advice in ADVICE[entry.state]:
        if part in reason:
            return advice.replace("KEY", shlex.quote(fact.business_key))
    return "Nothing, if that is what you want. docs/reference/events.md says what counts."
