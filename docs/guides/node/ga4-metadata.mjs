// What ga4-context.js put into the checkout's form or request, ready for Stripe's metadata.

const KEYS = [
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
];

// ga4-streams.js adds a session cookie for each stream. Stripe's keys have 40 characters at most.
const SESSION_COOKIE = /^ga_session_cookie_\w{1,22}$/;

// Stripe refuses the whole payment for a value of more than 500 characters.
export const ga4Metadata = (sent) =>
  Object.fromEntries(
    Object.keys(sent)
      .filter((key) => sent[key] && (KEYS.includes(key) || SESSION_COOKIE.test(key)))
      .map((key) => [key, String(sent[key]).slice(0, 500)]),
  );
