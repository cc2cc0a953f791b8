// The whole way of one delivery: a step for each thing that happened to it.

import { linkTo } from "./address.js";
import { make, tone } from "./dom.js";

const PAUSE = 300;

/** Shows one delivery, and again whenever it changes. */
export class Detail {
  constructor(root, { close, again }) {
    Object.assign(this, { root, close, again });
    this.id = "";
  }

  /** Shows a delivery; "" shows none. */
  async show(id) {
    if (this.id !== id) {
      this.id = id;
      this.text = "";
      this.root.hidden = !id;
      if (!id) this.root.replaceChildren();
    }
    if (id) await this.load();
  }

  /** Looks again, if the delivery that is shown, or one beside it, is another than before. */
  changed(ids) {
    if (!this.id || this.timer || !(ids.includes(this.id) || ids.some((id) => this.beside?.has(id)))) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.load();
    }, PAUSE);
  }

  async load() {
    const { id } = this;
    if (!id) return;
    let answer;
    let text;
    try {
      answer = await fetch(`page/deliveries/${encodeURIComponent(id)}`);
      text = await answer.text();
    } catch {
      return; // the stack is gone; what is shown stays
    }
    if (id !== this.id || text === this.text) return;
    this.text = text;
    const found = JSON.parse(text);
    const unfolded = [...this.root.querySelectorAll("details")].map((node) => node.open);
    const top = this.root.scrollTop;
    if (answer.ok) this.fill(found);
    else this.root.replaceChildren(this.head("Delivery", ""), make("p", { class: "empty" }, found.error));
    this.root.querySelectorAll("details").forEach((node, at) => {
      if (unfolded.length) node.open = unfolded[at] ?? node.open;
    });
    this.root.scrollTop = top;
  }

  head(title, outcome, ...more) {
    const close = make("button", { type: "button", class: "close", "aria-label": "Close", onclick: this.close }, "Close");
    const badge = outcome ? [make("span", { class: `badge ${tone(outcome)}` }, outcome)] : [];
    return make("div", { class: "head" }, make("h2", { tabIndex: -1 }, title), ...badge, ...more, close);
  }

  fill({ row, steps, together, again }) {
    this.beside = new Set(together.map((each) => each.id));
    const more = again
      ? [make("button", { type: "button", class: "again", onclick: () => this.again(again) }, "Send again")]
      : [];
    this.root.replaceChildren(
      this.head(row.order || row.type || row.provider, row.outcome, ...more),
      make("ol", { class: "steps" }, ...steps.map(step)),
      ...(together.length > 1 ? [copies(together, row.id)] : []),
    );
  }
}

function step({ title, words, facts, findings, document: body, tone: word }) {
  const parts = [make("h3", {}, title)];
  if (words) parts.push(make("p", { class: "words" }, words));
  if (facts.length) {
    parts.push(make("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [make("dt", {}, name), fact(name, value)])));
  }
  if (findings?.length) parts.push(make("ul", { class: "findings" }, ...findings.map(finding)));
  if (body !== undefined) parts.push(make("details", { open: true }, make("summary", {}, "What was sent"), code(body)));
  return make("li", { class: `step ${tone(word)}` }, ...parts);
}

function fact(name, value) {
  const isWord = ["outcome", "state", "verdict"].includes(name);
  const isId = /\bid$|entry|path/.test(name);
  return make("dd", isId ? { class: "mono" } : {}, isWord ? make("span", { class: `badge ${tone(value)}` }, value) : value);
}

function finding({ level, path, code: name, message, link }) {
  const page = make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, "Google’s page");
  return make("li", {},
    make("span", { class: `badge ${tone(level)}` }, level), " ", make("code", {}, path), " ", name,
    make("div", {}, message, " ", link.startsWith("https://") ? page : ""));
}

function code(text) {
  // Line feeds are what a spread out document is made of; all else is shown as everywhere.
  return make("pre", {}, ...text.split("\n").flatMap((line, at) => (at ? [document.createTextNode("\n"), line] : [line])));
}

function copies(together, id) {
  const links = [...together].reverse().map((row) => make("li", {},
    make("a", { href: linkTo({ open: row.id }), "aria-current": String(row.id === id) },
      make("span", { class: "copy" }, `${row.provider} ${row.type || row.name}`),
      make("span", { class: `badge ${tone(row.outcome)}` }, row.outcome),
      make("span", { class: "quiet" }, new Date(row.at * 1000).toLocaleTimeString()))));
  return make("ul", { class: "copies" }, make("h3", {}, `This order, ${together.length} deliveries`), ...links);
}
