// What ga4-context.js put into the checkout's form or request, ready for Stripe's metadata.

const KEYS = [
  "ga_captured_at",
  "ga_client_id",
  "ga_consent_ad_personalization",
  "ga_consent_ad_user_data",
  "ga_consent_analytics",
  "ga_page_location",
  "ga_session_id",
  "ga_session_number",
  "ga_user_agent",
];

// Stripe refuses the whole payment for a value of more than 500 characters.
export const ga4Metadata = (sent) =>
  Object.fromEntries(
    KEYS.filter((key) => sent[key]).map((key) => [key, String(sent[key]).slice(0, 500)]),
  );
