"""What ga4-context.js put into the checkout's form or request, ready for Stripe's metadata."""

from collections.abc import Mapping

# ga4-streams.js adds a session cookie for each stream.
SESSION_COOKIE = "ga_session_cookie_"
MAX_KEY = 40  # Stripe's
KEYS = frozenset(
    {
        "ga_captured_at",
        "ga_client_id",
        "ga_consent_ad_personalization",
        "ga_consent_ad_storage",
        "ga_consent_ad_user_data",
        "ga_consent_analytics",
        "ga_gad_campaignid",
        "ga_gad_source",
        "ga_gbraid",
        "ga_gclid",
        "ga_page_location",
        "ga_session_id",
        "ga_session_number",
        "ga_user_agent",
        "ga_wbraid",
    }
)


def ga4_metadata(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the context among what a browser sent, and nothing else of it.

    Stripe refuses the whole payment for a value of more than 500 characters.
    """
    return {
        key: value[:500]
        for key, value in sent.items()
        if value and (key in KEYS or (key.startswith(SESSION_COOKIE) and len(key) <= MAX_KEY))
    }
