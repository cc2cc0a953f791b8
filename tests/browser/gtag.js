/* What gtag.js does, as far as a context depends on it: consent, cookies and `gtag('get', …)`.

   It works off window.dataLayer, later entries included. With analytics consent it reads `_ga` and
   `_ga_<container>`, or writes them, and answers with their ids; without, with an id that lives as
   long as the page. While an update is awaited it answers nobody. `data-server-side-id` on its
   script element is the id that server-side tagging keeps where no script can read it.

   `data-collect` is where its events go: a single one in the query, several as lines of the body. */
(() => {
  const { serverSideId, collect } = document.currentScript.dataset;
  const chosen = {};
  const waiting = [];
  let updated = false;
  let waitsUntil = 0;

  const cookie = (name) =>
    (document.cookie.split("; ").find((pair) => pair.startsWith(name + "=")) || "").split("=")[1];

  const ids = (container) => {
    const now = Math.floor(Date.now() / 1000);
    if (chosen.analytics_storage === "denied") {
      return { client_id: `999.${now}`, session_id: `${now}`, session_number: "1" };
    }
    const names = ["_ga", `_ga_${container.slice(2)}`];
    if (!cookie(names[0])) document.cookie = `${names[0]}=GA1.1.424242.${now}; path=/`;
    if (!cookie(names[1])) {
      document.cookie = `${names[1]}=GS2.1.s${now}$o1$g1$t${now}$j60$l0$h0; path=/`;
    }
    const session = cookie(names[1]);
    const [, start, number] =
      /^GS1\.\d\.(\d+)\.(\d+)/.exec(session) || /s(\d+)\$o(\d+)/.exec(session) || [];
    const client = cookie(names[0]).split(".").slice(-2).join(".");
    return { client_id: serverSideId || client, session_id: start, session_number: number };
  };

  const answer = () => {
    if (!updated && Date.now() < waitsUntil) return;
    while (waiting.length) {
      const [container, field, callback] = waiting.shift();
      callback(ids(container)[field]);
    }
  };

  const TYPES = ["ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"];
  const asked = { default: {}, update: {} };
  const letter = (type) => {
    const [before, after] = [asked.default[type], asked.update[type]];
    if (!after) return { denied: "p", granted: "t" }[before] || "l";
    const letters = before === "denied" ? "qr" : before === "granted" ? "uv" : "mn";
    return letters[+(after === "granted")];
  };
  const queue = [];
  let stream;
  const flush = () => {
    const events = queue.splice(0);
    if (!events.length) return;
    const { client_id, session_id } = ids(stream);
    const bit = (type) => (chosen[type] === "denied" ? 0 : 1);
    const shared = new URLSearchParams({
      v: "2", tid: stream, cid: client_id, sid: session_id,
      gcs: `G1${bit(TYPES[0])}${bit(TYPES[1])}`, gcd: `13${TYPES.map(letter).join("3")}5`,
    });
    const line = ([name, params]) => {
      const fields = new URLSearchParams({ en: name });
      for (const [key, value] of Object.entries(params || {})) {
        fields.set(`${typeof value === "number" ? "epn" : "ep"}.${key}`, value);
      }
      return `${fields}`;
    };
    const [query, body] = events.length > 1
      ? [shared, events.map(line).join("\r\n")] : [`${shared}&${line(events[0])}`, ""];
    fetch(`${collect}?${query}`, { method: "POST", body, mode: "no-cors", keepalive: true });
  };
  const send = (name, params) => {
    if (!collect || !stream) return;
    queue.push([name, params]);
    setTimeout(flush, 50);
  };

  const obey = (command) => {
    const [name, first, second, third] = command;
    if (name === "consent") {
      if (first === "update" || !second.region) Object.assign(chosen, second);
      if (first === "default" && second.wait_for_update) {
        waitsUntil = Date.now() + second.wait_for_update;
        setTimeout(answer, second.wait_for_update);
      }
      updated = updated || first === "update";
      Object.assign(asked[first], second);
    }
    if (name === "config" && chosen.analytics_storage !== "denied") ids(first);
    if (name === "config") {
      stream = first;
      send("page_view");
    }
    if (name === "event") send(first, second);
    if (name === "get") waiting.push([first, second, third]);
    setTimeout(answer, 5);
  };

  const layer = window.dataLayer;
  for (const entry of Array.from(layer)) obey(entry);
  if (!Object.isFrozen(layer)) {
    const push = layer.push;
    layer.push = (...entries) => {
      entries.forEach(obey);
      return push.apply(layer, entries);
    };
  }
})();
