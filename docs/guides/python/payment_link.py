"""A Payment Link for one buyer, with the context in the one field that is theirs."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

CHOICES = ("ga_consent_analytics", "ga_consent_ad_user_data", "ga_consent_ad_personalization")


def client_reference(context: Mapping[str, str]) -> str | None:
    """Return the context as a `client_reference_id`; None where nothing is known.

    Stripe takes letters, digits, `-` and `_`, 200 at most, and drops anything else without a word:
    a client id as it is has a dot.
    """
    client = re.sub(
        r"[^A-Za-z0-9]", lambda found: f"-{ord(found[0]):02X}", context.get("ga_client_id", "")
    )
    session = [context.get(f"ga_{name}", "") for name in ("session_id", "session_number")]
    consent = "".join((context.get(name) or "x")[0] for name in CHOICES)
    if not client and consent == "xxx":
        return None
    reference = "_".join(["ga4ctx1", client, *session, context.get("ga_captured_at", ""), consent])
    return reference if len(reference) <= 200 else None


def payment_link_url(link: str, context: Mapping[str, str]) -> str:
    """Return a Payment Link's address with the context in it."""
    reference = client_reference(context)
    if reference is None:
        return link
    return f"{link}{'&' if '?' in link else '?'}{urlencode({'client_reference_id': reference})}"
