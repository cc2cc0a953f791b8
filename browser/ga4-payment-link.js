/* Writes the buyer's context into the address of Stripe's Payment Links. Apache-2.0
   Load it after ga4-context.js; README.md says when, docs/guides/carry-the-context.md why. */
(() => {
  "use strict";
  // Stripe drops a client_reference_id with any other character than these, without a word.
  const escaped = (text) =>
    text.replace(/[^A-Za-z0-9]/g, (character) => {
      const code = character.charCodeAt(0).toString(16).toUpperCase();
      return `-${code.padStart(2, "0")}`;
    });

  const reference = (context) => {
    const choice = (name) => (context[`ga_consent_${name}`] || "x")[0];
    const found = [
      "ga4ctx1",
      escaped(context.ga_client_id || ""),
      context.ga_session_id || "",
      context.ga_session_number || "",
      context.ga_captured_at || "",
      ["analytics", "ad_user_data", "ad_personalization"].map(choice).join(""),
    ].join("_");
    return /^ga4ctx1__.*_xxx$/.test(found) || found.length > 200 ? null : found;
  };

  const carry = (link, options) => {
    const { settle, read } = ga4Context.visit(options);
    const write = (context) => {
      try {
        const found = reference(context);
        if (!found) return;
        const url = new URL(link.href);
        url.searchParams.set("client_reference_id", found);
        link.href = url.href;
      } catch (error) {
        // The link leads where it led before.
      }
    };
    // The choice of consent and the session are those of the moment somebody follows the link.
    for (const moment of ["pointerdown", "click", "auxclick", "contextmenu"]) {
      link.addEventListener(moment, () => write(read()), true);
    }
    return settle().then(write);
  };

  window.ga4PaymentLink = { carry, reference };
})();
