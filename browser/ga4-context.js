/* What the page knows of the visit, for the server that reports its order. Apache-2.0 */
(() => {
  "use strict";
  const tag = document.currentScript;
  const UNFILLED = /^(-?[01]?|deleted|null|undefined|none)$/i;
  // Without a prototype, so that nothing is read from a polluted one.
  const bare = (...entries) => Object.assign(Object.create(null), ...entries);
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const attempt = (work, otherwise) => {
    try {
      return work();
    } catch {
      return otherwise;
    }
  };

  // The layouts, and what is believed, are those of shared/domain/cookies.py.
  const clientOf = (value) => {
    const id = value.replace(/^GA\d+\.\d+(-\d+)*\./, "");
    const odd =
      id === value
        ? /^(G[AS]|FPID|FPLC)\d*(\.|$)/.test(id)
        : /^[\d.]+$/.test(id) && !/^[1-9]\d*\.[1-9]\d*$/.test(id);
    return !odd && !UNFILLED.test(id) && /^[!-?A-~]{1,256}$/.test(id) && id;
  };
  const count = (value) => /^\d{1,12}$/.test(value) && +value;
  const sessionOf = (value) => {
    const body = value.replace(/^GS\d+\.\d+(-\d+)*\./, "");
    const part = (letter) => (body.split("$").find((text) => text[0] === letter) || "").slice(1);
    const inParts = () => (/^[a-z]/i.test(body) ? [part("s"), part("o")] : body.split("."));
    const [start, number] = body === value ? [body] : inParts();
    const [from, latest] = [count(start), Date.now() / 1000 + 86400];
    return from >= 1325376000 && from <= latest && [from, count(number)];
  };
  const cookie = (name, read) =>
    attempt(() =>
      document.cookie
        .split("; ")
        .filter((pair) => pair.startsWith(name + "="))
        .map((pair) => pair.slice(name.length + 1).replace(/^"|"$/g, ""))
        .map((text) => read(attempt(() => decodeURIComponent(text), "").trim()))
        .find(Boolean)
    );

  // Consent mode, from its own commands: the choices in force, and whether an update is awaited.
  const commanded = (layer) => {
    const [plain, regional, updated] = [bare(), bare(), bare()];
    let awaited;
    for (const entry of Array.from(layer || [])) {
      if (!/Arg/.test(toString.call(entry)) || entry[0] !== "consent") continue;
      const given = bare(entry[2]);
      if (given.wait_for_update > 0) awaited = true;
      // Whether a region is this visitor's is not known here: its denials count, for safety.
      const [into, counts] =
        entry[1] === "update" ? [updated] : given.region ? [regional, /denied/] : [plain];
      for (const type of Object.keys(given)) {
        if (!counts || counts.test(given[type])) into[type] = given[type];
      }
    }
    return [bare(plain, regional, updated), awaited && !updated.analytics_storage];
  };

  // ga4-streams.js, where it is loaded, puts the visits of several streams in place of this one.
  const visit = (window.ga4Streams || ((it) => it))((options) => {
    const the = bare(
      { wait: 1000, cookiePrefix: "", dataLayer: "dataLayer", measurementId: "" },
      tag && tag.dataset,
      options
    );
    let said = bare();
    let answer;

    // The page's own word on consent: choices, their JSON, or a function that may give a promise.
    const ask = () =>
      attempt(() => {
        const own = the.consent;
        const found = own.call ? own() : own.trim ? JSON.parse(own) : own;
        if (found.then) found.then((later) => (answer = later), () => {});
        else answer = found;
      });
    const consent = () =>
      the.consent
        ? [Object(answer) === answer ? bare(answer) : { analytics: "denied" }, !answer]
        : attempt(() => commanded(window[the.dataLayer]), [{ analytics: "denied" }]);

    const read = () => {
      const found = bare();
      const put = (name, value) => value && (found["ga_" + name] = ("" + value).slice(0, 500));
      const [state] = consent();
      put("captured_at", Math.floor(Date.now() / 1000));
      for (const name of ["analytics", "ad_user_data", "ad_personalization", "ad_storage"]) {
        const value = state[name] || state[name + "_storage"];
        if (/^(granted|denied)$/.test(value)) put("consent_" + name, value);
        else if (value && name === "analytics") put("consent_analytics", "denied");
      }
      if (found.ga_consent_analytics === "denied") return found;
      const { cookiePrefix, measurementId } = the;
      put("client_id", clientOf("" + said.client_id) || cookie(cookiePrefix + "_ga", clientOf));
      let [id, number] = cookie(cookiePrefix + "_ga_" + measurementId.slice(2), sessionOf) || [];
      const [told] = sessionOf("" + said.session_id) || [];
      if (told && !(id > told)) [id, number] = [told, count(said.session_number)];
      put("session_id", id);
      put("session_number", number);
      const { origin, pathname, search } = location;
      put("page_location", origin + pathname + (/@|%40|.{250}/.test(search) ? "" : search));
      put("user_agent", navigator.userAgent);
      return found;
    };

    const settle = async () => {
      const until = Date.now() + +the.wait;
      const wait = async (open) => {
        while (open() && Date.now() < until) await pause(25);
      };
      ask();
      await wait(() => consent()[1]);
      if (the.measurementId && window.gtag && read().ga_consent_analytics !== "denied") {
        said = bare();
        const fields = ["client_id", "session_id", "session_number"];
        const get = (field) => gtag("get", the.measurementId, field, (it) => (said[field] = it));
        const asked = attempt(() => fields.map(get));
        await wait(() => asked && fields.some((field) => !(field in said)));
      }
      return read();
    };
    return {
      read: () => (ask(), attempt(read, {})),
      settle: () => settle().catch(() => ({})),
      wait: +the.wait,
    };
  });

  const fill = async (form, options) => {
    const { settle, read } = visit(options);
    const names = new Set();
    const write = (found, data) =>
      attempt(() => {
        Object.keys(found).forEach(names.add, names);
        for (const name of names) {
          const made = () => Object.assign(document.createElement("input"), { type: "hidden", name });
          const field = form[name] || form.appendChild(made());
          field.value = found[name] || "";
          if (data) data.set(name, field.value);
        }
      });
    attempt(() => {
      form.addEventListener("submit", () => write(read()), true);
      form.addEventListener("formdata", (event) => write(read(), event.formData));
    });
    const found = await settle();
    write(found);
    return found;
  };

  const post = async (url, references, options) => {
    const { settle, wait } = visit(options, 1);
    const found = await settle();
    const [body, consent] = [bare({ references: [].concat(references) }), bare()];
    for (const name of Object.keys(found)) {
      const [key, choice] = name.slice(3).split("consent_");
      if (choice) (body.consent = consent)[choice] = found[name];
      // When it was, the server knows better than this clock.
      else if (key !== "captured_at") body[key] = found[name];
    }
    if (!body.client_id && !body.consent) return false;
    const send = () =>
      fetch(url, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      }).then((answer) => answer.ok);
    return !!(await Promise.race([attempt(send), pause(wait)]).catch(() => 0));
  };

  window.ga4Context = Object.assign((options) => visit(options).settle(), { fill, post, visit });
  const start = () => document.querySelectorAll(tag.dataset.form).forEach((form) => fill(form));
  if (tag && tag.dataset.form) {
    if (document.readyState !== "loading") attempt(start);
    else addEventListener("DOMContentLoaded", () => attempt(start));
  }
})();
