"""Which references a browser may name: those that nobody can guess, and that name one order only.

A browser's capture is not signed. The first to name an order sets its context, and a denial is
always taken. So a browser may name neither what a stranger can count up nor what stands for more
than one order (docs/decisions/0028-captures-from-browsers.md).
"""

import re
from collections.abc import Sequence
from typing import Final

from shared.domain.intent_secret import random_part
from shared.messages.reference_pattern import ReferencePattern, looks_drawn

EXPECTED: Final = (
    "a Checkout Session's id (cs_…), a PaymentIntent's client secret (pi_…_secret_…), a random "
    "UUID (version 4), or what CAPTURE_REFERENCES describes"
)
# Stripe's have 58 letters and digits; their number is not promised.
_SESSION: Final = re.compile(r"cs_(?:test|live)_([A-Za-z0-9]{40,100})", re.ASCII)
_UUID: Final = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE
)
_RANDOM_UUID: Final = re.compile(r".{14}4.{4}[89ab].*", re.IGNORECASE)
_BACKEND: Final = "; your backend may name it in a signed capture"
# What is known to others than the buyer's page, or stands for more than this order.
_KNOWN: Final = {
    "cus_": f"a customer's id stands for every order of theirs{_BACKEND}",
    "sub_": f"a subscription's id stands for every renewal{_BACKEND}",
    "in_": f"an invoice's id is written on the invoice{_BACKEND}",
    "ch_": f"a charge's id is known to others than the page{_BACKEND}",
    "pi_": "a PaymentIntent's id alone does not show that the page holds it; name its client "
    "secret (pi_…_secret_…)",
    "cs_": "not the whole id of a Checkout Session, as the page's address has it (cs_live_…)",
}


def problem_of(reference: str, patterns: Sequence[ReferencePattern] = ()) -> str | None:
    """Return why a browser may not name a reference, and what it may; None where it may.

    Args:
        reference: Any text.
        patterns: What the shop's own references look like.
    """
    if any(pattern.fits(reference) for pattern in patterns):
        return None
    secret = random_part(reference)
    session = _SESSION.fullmatch(reference)
    drawn = secret or (session and session[1])
    if drawn and looks_drawn(drawn):
        return None
    uuid = _UUID.fullmatch(reference)
    if uuid is not None:
        if _RANDOM_UUID.fullmatch(reference) and looks_drawn(reference.replace("-", "")):
            return None
        return f"a UUID, but not a random one (version 4); from a browser only {EXPECTED}"
    known = next((why for prefix, why in _KNOWN.items() if reference.startswith(prefix)), None)
    if known is not None and not drawn:
        return known
    return f"can be guessed; from a browser only {EXPECTED}"
