/* What gtag.js does, as far as a context depends on it: consent, cookies and `gtag('get', …)`.

   It works off window.dataLayer, later entries included. With analytics consent it reads `_ga` and
   `_ga_<container>`, or writes them, and answers with their ids; without, with an id that lives as
   long as the page. While an update is awaited it answers nobody. `data-server-side-id` on its
   script element is the id that server-side tagging keeps where no script can read it. */
(() => {
  const serverSideId = document.currentScript.dataset.serverSideId;
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

  const obey = (command) => {
    const [name, first, second, third] = command;
    if (name === "consent") {
      if (first === "update" || !second.region) Object.assign(chosen, second);
      if (first === "default" && second.wait_for_update) {
        waitsUntil = Date.now() + second.wait_for_update;
        setTimeout(answer, second.wait_for_update);
      }
      updated = updated || first === "update";
    }
    if (name === "config" && chosen.analytics_storage !== "denied") ids(first);
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
