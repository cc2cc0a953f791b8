// The whole at a glance: money, shares and small charts.

import { draw, make, say, tone } from "./dom.js";

const number = new Intl.NumberFormat("en");
const COLOURS = {
  session: "c1", client: "c2", generated: "c3", withheld: "c4",
  granted: "c2", denied: "c4", unknown: "c5", ok: "c2", advice: "c3", error: "c4",
};
const SERIES = { good: "c2", warn: "c3", bad: "c4", "": "c5" };
const MOST_BARS = 7;
const $ = (id) => document.getElementById(id);
const shown = new Map();

/** Shows the sums; what is as it was is not touched. */
export function show(totals) {
  const parts = {
    money: () => money(totals),
    outcomes: () => bars(totals.outcomes),
    attribution: () => shares(totals.attribution, "Nothing was attributed yet."),
    consent: () => shares(totals.consent, "Nobody was asked yet."),
    verdicts: () => shares(totals.verdicts, "GA4 was sent nothing yet."),
    rate: () => rate(totals),
  };
  const inputs = {
    ...totals, money: [totals.money, totals.duplicates, totals.alone], rate: [totals.rate, totals.deliveries],
  };
  for (const [name, build] of Object.entries(parts)) {
    const input = JSON.stringify(inputs[name]);
    if (shown.get(name) === input) continue;
    shown.set(name, input);
    $(name).replaceChildren(build());
  }
}

function none(text) {
  return make("p", { class: "none" }, text);
}

/** An exact number with a space between thousands. */
function spaced(text) {
  const [whole, rest] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u2009");
  return document.createTextNode(rest === undefined ? grouped : `${grouped}.${rest}`);
}

function money({ money: sums, duplicates, alone }) {
  if (!sums.length) return none("No money has come in yet.");
  // Without the functions nobody knows what the shop has.
  const titles = alone ? ["", "GA4"] : ["", "Shop", "GA4", "Difference"];
  const head = titles.map((title) => make("span", { class: "head" }, title));
  const lines = sums.map(({ currency, shop, ga4, difference, why }) => {
    const side = ({ net, bought, returned }) => make("span", {}, spaced(net),
      make("small", {}, `${number.format(bought)} paid${returned ? `, ${number.format(returned)} back` : ""}`));
    const even = make("span", { class: difference ? "uneven" : "even" }, difference ? spaced(difference) : "none",
      ...(why ? [make("small", {}, why)] : []));
    return make("li", {}, make("b", {}, currency), ...(alone ? [side(ga4)] : [side(shop), side(ga4), even]));
  });
  const table = [
    make("div", { class: "sums", "aria-hidden": "true" }, ...head),
    make("ul", { class: "sums" }, ...lines),
  ];
  const copies = duplicates === 1 ? "1 copy of a purchase was" : `${number.format(duplicates)} copies of purchases were`;
  const more = duplicates ? [make("p", { class: "more" }, `${copies} sent, and GA4 merges them.`)] : [];
  return make("div", {}, ...table, ...more);
}

/** One bar of several shares, with what each is. */
function shares(counts, nothing) {
  const entries = Object.entries(counts);
  const sum = entries.reduce((total, [, count]) => total + count, 0);
  if (!sum) return none(nothing);
  let left = 0;
  const parts = entries.map(([word, count]) => {
    const width = (100 * count) / sum;
    const part = draw("rect", { x: left, y: 0, width, height: 10, class: COLOURS[word] ?? "c5" });
    left += width;
    return part;
  });
  const percent = (count) => `${Math.round((100 * count) / sum)} %`;
  const words = entries.map(([word, count]) => `${word} ${percent(count)}`).join(", ");
  const legend = entries.map(([word, count]) => make("li", {},
    make("span", { class: `swatch ${COLOURS[word] ?? "c5"}` }), word,
    make("b", {}, percent(count)), make("span", { class: "quiet" }, number.format(count))));
  return make("div", {},
    draw("svg", { class: "share", viewBox: "0 0 100 10", preserveAspectRatio: "none", role: "img", "aria-label": words }, ...parts),
    make("ul", { class: "legend" }, ...legend));
}

/** A bar for each outcome, the most frequent first. */
function bars(counts) {
  const entries = Object.entries(counts);
  if (!entries.length) return none("Nothing was answered yet.");
  const most = entries[0][1];
  const rows = entries.slice(0, MOST_BARS).flatMap(([word, count]) => [
    make("span", {}, word),
    draw("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" },
      draw("rect", { x: 0, y: 0, width: Math.max((100 * count) / most, 1), height: 8, class: SERIES[tone(word)] })),
    make("span", { class: "number" }, number.format(count)),
  ]);
  const rest = entries.slice(MOST_BARS);
  const others = rest.reduce((total, [, count]) => total + count, 0);
  const more = rest.length ? [make("p", { class: "more" }, `and ${number.format(others)} of ${rest.length === 1 ? "another kind" : `${rest.length} other kinds`}`)] : [];
  return make("div", {}, make("div", { class: "bars" }, ...rows), ...more);
}

function rate({ rate: seconds, deliveries }) {
  const most = Math.max(...seconds, 1);
  const width = 100 / seconds.length;
  const columns = seconds.map((count, at) => {
    const height = count ? Math.max((36 * count) / most, 2) : 0;
    return draw("rect", { x: at * width, y: 40 - height, width: width * 0.75, height, class: "c1" });
  });
  const ground = draw("rect", { x: 0, y: 39.5, width: 100, height: 0.5, class: "c5" });
  const label = `${number.format(Math.max(...seconds))} a second at most`;
  return make("div", { class: "rate" }, make("div", { class: "big" }, number.format(deliveries)),
    draw("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": label }, ground, ...columns));
}

/** Fills a select with what there is to choose, and keeps what is chosen. */
export function choices(select, names, chosen) {
  const [first] = select.options;
  const wanted = [...new Set([...names, chosen].filter(Boolean))];
  if (wanted.join("\n") !== [...select.options].slice(1).map((option) => option.value).join("\n")) {
    select.replaceChildren(first, ...wanted.map((name) => make("option", { value: name }, name)));
  }
  if (select.value !== chosen) select.value = chosen;
}

/** Says how many rows there are, and how many of them stand here. */
export function count(node, { here, matching, kept, isFiltered, alone }) {
  const many = alone ? "requests" : "deliveries";
  const one = alone ? "request" : "delivery";
  const all = isFiltered ? `${number.format(matching)} of ${number.format(kept)} match` : `${number.format(kept)} ${kept === 1 ? one : many}`;
  say(node, here < matching ? `newest ${number.format(here)} of ${all}` : all);
}
