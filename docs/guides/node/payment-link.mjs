// A Payment Link for one buyer, with the context in the one field that is theirs. Stripe takes
// letters, digits, `-` and `_` there, 200 at most, and drops anything else without a word: a client
// id as it is has a dot.

const escaped = (text) =>
  text.replace(/[^A-Za-z0-9]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase();
    return `-${code.padStart(2, "0")}`;
  });

// The context as a client_reference_id; null where nothing is known.
export const clientReference = (context) => {
  const client = escaped(context.ga_client_id || "");
  const consent = ["analytics", "ad_user_data", "ad_personalization"]
    .map((name) => (context[`ga_consent_${name}`] || "x")[0])
    .join("");
  if (!client && consent === "xxx") return null;
  const session = ["session_id", "session_number", "captured_at"];
  const told = session.map((name) => context[`ga_${name}`] || "");
  const reference = ["ga4ctx1", client, ...told, consent].join("_");
  return reference.length > 200 ? null : reference;
};

// The Payment Link's address with the context in it.
export const paymentLinkUrl = (link, context) => {
  const reference = clientReference(context);
  const url = new URL(link);
  if (reference) url.searchParams.set("client_reference_id", reference);
  return url.href;
};
