// What belongs together: the address says what is looked at, the stream brings it, keys move in it.

import * as actions from "./actions.js";
import * as address from "./address.js";
import { Detail } from "./detail.js";
import { make, say } from "./dom.js";
import { List } from "./list.js";
import { Stream } from "./stream.js";
import * as summary from "./summary.js";

const $ = (id) => document.getElementById(id);
const isNarrow = matchMedia("(max-width: 1099px)");
const fields = ["order", "provider", "outcome"];
let wanted = {};
let typing = 0; // a timer, until what stands in the fields is looked for
let last = { matching: 0, kept: 0, results: [], providers: [], buttons: [] };

const close = () => address.go({ open: "" });
const list = new List($("list"), { open: (id) => address.go({ open: id }) });
const detail = new Detail($("detail"), { close, again: actions.again });
const stream = new Stream({
  apply(changes) {
    list.apply(changes);
    list.mark(detail.id);
    detail.changed(changes.rows.map((row) => row.id));
    counted();
  },
  totals(totals) {
    last = totals;
    summary.show(totals);
    actions.state(totals);
    say($("stream"), totals.stream ? `local stack, ${totals.stream}` : "local GA4 alone");
    warn("real", totals.forwards_to
      && `Everything is sent to the real GA4 too, ${totals.stream} at ${totals.forwards_to}. Test payments count there like real ones.`);
    warn("problem", totals.problem && `The ledger cannot be read: ${totals.problem}`);
    counted();
  },
  live(isOn) {
    say($("live"), isOn ? "live" : "not connected, trying again");
    $("live").classList.toggle("on", isOn);
  },
  knows: (id) => list.has(id),
});

function warn(id, text) {
  say($(id), text || "");
  $(id).hidden = !text;
}

function counted() {
  const isFiltered = fields.some((name) => wanted[name]);
  const here = list.rows.size;
  // What was chosen a moment ago stays: it is not in the address yet.
  const chosen = (name) => (typing ? $(name).value : wanted[name]);
  summary.choices($("provider"), last.providers, chosen("provider"));
  summary.choices($("outcome"), last.results, chosen("outcome"));
  summary.count($("count"), { here, matching: Math.max(last.matching, here), kept: Math.max(last.kept, here), isFiltered, alone: last.alone });
  $("empty").hidden = here > 0;
  if (here) return;
  if (isFiltered) $("empty").replaceChildren("Nothing that is kept matches.");
  else $("empty").replaceChildren("Nothing has arrived yet. ", ...(last.buttons.length
    ? ["Send a test event above, or run ", make("code", {}, "connectors trigger stripe.checkout"), "."]
    : ["Whatever is sent to GA4 here is shown."]));
}

/** Shows what the address names. */
function look() {
  const named = address.read();
  const before = wanted;
  wanted = Object.fromEntries(fields.map((name) => [name, named[name]]));
  // What is being typed stays: the address gets it in a moment.
  if (!typing && $("order").value !== named.order) $("order").value = named.order;
  counted();
  if (fields.some((name) => wanted[name] !== before[name])) stream.follow(wanted);
  const wasOpen = detail.id;
  document.querySelector("main").classList.toggle("open", Boolean(named.open));
  document.body.classList.toggle("reading", Boolean(named.open));
  list.mark(named.open);
  detail.show(named.open).then(() => {
    if (named.open && named.open !== wasOpen && isNarrow.matches) $("detail").querySelector("h2")?.focus();
  });
  if (wasOpen && !named.open && isNarrow.matches) list.current?.focus({ preventScroll: true });
}

$("filter").addEventListener("submit", (event) => event.preventDefault());
$("filter").addEventListener("input", () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    typing = 0;
    address.replace(Object.fromEntries(fields.map((name) => [name, $(name).value])));
    look();
  }, 150);
});

const KEYS = {
  j: () => stepped(1),
  ArrowDown: () => stepped(1),
  k: () => stepped(-1),
  ArrowUp: () => stepped(-1),
  Enter: () => list.current && address.go({ open: list.current.dataset.id }),
  "/": () => $("order").focus(),
};

function stepped(by) {
  const id = list.step(by);
  if (id && detail.id && !isNarrow.matches) {
    address.replace({ open: id }); // reading on is no place to come back to
    look();
  }
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isField = event.target.matches("input, select, textarea");
  if (event.key === "Escape") {
    if (isField) event.target.blur();
    else if (detail.id) close();
    return;
  }
  const isList = event.target === document.body || $("list").contains(event.target);
  const isLetter = event.key.length === 1 && !isField;
  if (!KEYS[event.key] || !(isList || isLetter) || (isNarrow.matches && detail.id)) return;
  event.preventDefault();
  KEYS[event.key]();
});

addEventListener("hashchange", look);
addEventListener("popstate", look);
actions.begin();
wanted = Object.fromEntries(fields.map((name) => [name, null]));
look();
