"""What ga4-context.js put into the checkout's form or request, ready for Stripe's metadata."""

from collections.abc import Mapping

KEYS = frozenset(
    {
        "ga_captured_at",
        "ga_client_id",
        "ga_consent_ad_personalization",
        "ga_consent_ad_user_data",
        "ga_consent_analytics",
        "ga_page_location",
        "ga_session_id",
        "ga_session_number",
        "ga_user_agent",
    }
)


def ga4_metadata(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the context among what a browser sent, and nothing else of it.

    Stripe refuses the whole payment for a value of more than 500 characters.
    """
    return {key: sent[key][:500] for key in KEYS if sent.get(key)}
