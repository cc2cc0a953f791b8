/* Several streams of one site, and the ad's click: load it before ga4-context.js. Apache-2.0
   README.md says when; docs/guides/streams.md says what becomes of it. */
(() => {
  "use strict";
  const CLICKS = ["gclid", "gbraid", "wbraid", "gad_source", "gad_campaignid"];
  const KEPT = "ga4-clicks";
  const attempt = (work, otherwise) => {
    try {
      return work();
    } catch (error) {
      return otherwise;
    }
  };

  // The click stands in the address of the page it led to. It is kept for this tab's visit, and
  // only once ad storage is granted.
  const landed = new URLSearchParams(location.search);
  const clicked = () => {
    const kept = attempt(() => JSON.parse(sessionStorage.getItem(KEPT)), null) || {};
    const found = {};
    for (const name of CLICKS) {
      const value = landed.get(name) || kept[name];
      if (typeof value === "string" && /^[\w-]{1,400}$/.test(value)) found[name] = value;
    }
    attempt(() => sessionStorage.setItem(KEPT, JSON.stringify(found)));
    return found;
  };

  const merged = (ids, contexts, asBody) => {
    const several = ids.length > 1;
    const found = { ...(contexts.find((context) => context.ga_client_id) || contexts[0]) };
    const cookies = {};
    if (several) {
      delete found.ga_session_id;
      delete found.ga_session_number;
      ids.forEach((id, at) => {
        const { ga_client_id, ga_session_id, ga_session_number } = contexts[at];
        if (!ga_session_id || ga_client_id !== found.ga_client_id) return;
        cookies[id.slice(2)] = `GS1.1.${ga_session_id}.${ga_session_number || 0}`;
      });
    }
    const clicks = found.ga_consent_ad_storage === "granted" ? clicked() : {};
    if (found.ga_consent_analytics === "denied") return found;
    if (asBody) {
      const named = Object.entries(cookies).map(([name, value]) => [`_ga_${name}`, value]);
      if (named.length) found.ga_cookies = Object.fromEntries(named);
      if (Object.keys(clicks).length) found.ga_click_ids = clicks;
      return found;
    }
    for (const [name, value] of Object.entries(cookies)) found[`ga_session_cookie_${name}`] = value;
    for (const [name, value] of Object.entries(clicks)) found[`ga_${name}`] = value;
    return found;
  };

  // Takes the visit of one stream, and returns that of all: ga4-context.js asks for it.
  window.ga4Streams = (single) => {
    const tag = document.currentScript;
    return (options, asBody) => {
      const own = tag && tag.dataset.measurementId;
      const named = (options && options.measurementId) || own || "";
      const ids = named.split(",").map((id) => id.trim());
      const visits = ids.map((measurementId) => single({ ...options, measurementId }));
      return {
        read: () => merged(ids, visits.map((visit) => visit.read()), asBody),
        settle: async () =>
          merged(ids, await Promise.all(visits.map((visit) => visit.settle())), asBody),
        wait: visits[0].wait,
      };
    };
  };
})();
