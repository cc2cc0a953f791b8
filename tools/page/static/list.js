// The rows: newest first, those of one order together, and never more than so many in the document.

import { make, say, tone } from "./dom.js";

export const MOST = 500;
const FEW = 5;

const clock = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 1, hourCycle: "h23",
});

/** Keeps the rows in the document as the stack says they are. */
export class List {
  constructor(root, { open }) {
    Object.assign(this, { root, open });
    this.rows = new Map(); // id → {data, node, cells}
    this.groups = new Map(); // group → {node, members: [row, newest first]}
    this.current = null;
    this.isChosen = false;
    root.addEventListener("click", (event) => this.pressed(event));
    root.addEventListener("focusin", (event) => this.focused(event));
  }

  has(id) {
    return this.rows.has(id);
  }

  /** Takes what changed since the last frame. */
  apply({ all, rows, gone }) {
    const focused = document.activeElement;
    const hadFocus = this.root.contains(focused) && focused !== this.root;
    if (all) {
      const kept = new Set(rows.map((row) => row.id));
      for (const id of [...this.rows.keys()]) if (!kept.has(id)) this.remove(id);
    }
    gone.forEach((id) => this.remove(id));
    const areFew = !all && rows.length <= FEW;
    rows.forEach((row) => this.put(row, areFew));
    while (this.rows.size > MOST) this.remove(this.oldest());
    if (hadFocus && document.activeElement !== focused && focused.isConnected) {
      focused.focus({ preventScroll: true }); // a node that is moved loses it
    }
    if (this.isChosen || !this.rows.size) return;
    this.choose(this.nodes()[0], { focus: false });
    this.isChosen = false; // until somebody does, keys begin at the newest row
  }

  put(data, isNew) {
    let row = this.rows.get(data.id);
    const group = row?.data.group;
    if (!row) {
      row = this.build(data);
      this.rows.set(data.id, row);
      if (isNew) row.node.classList.add("new");
    }
    this.fill(row, data);
    if (group === data.group) return;
    if (group !== undefined) this.leave(row, group);
    this.join(row, data.group);
  }

  build(data) {
    const cell = (name, ...children) => make("span", { role: "gridcell", class: name }, ...children);
    const provider = make("b");
    const type = make("span", { class: "type" });
    const badge = make("span", { class: "badge" });
    const reason = make("span", { class: "reason" });
    const word = make("span");
    const at = cell("at");
    const order = cell("order");
    const amount = cell("amount");
    const from = cell("from", provider, type);
    const outcome = cell("outcome", badge, reason);
    const attribution = cell("attribution", word);
    const node = make("div", { role: "row", class: "row", tabIndex: -1, "aria-selected": "false" },
      at, from, order, outcome, amount, attribution);
    node.dataset.id = data.id;
    return { node, data: {}, cells: { provider, type, badge, reason, word, at, order, amount, from, outcome } };
  }

  fill(row, data) {
    const { cells } = row;
    row.data = data;
    say(cells.at, clock.format(data.at * 1000));
    cells.at.title = new Date(data.at * 1000).toISOString();
    say(cells.provider, data.provider || "unknown");
    say(cells.type, data.type || data.name);
    cells.from.title = `${data.provider} ${data.type}`;
    say(cells.order, data.order);
    cells.order.title = data.order;
    const alike = data.alike ? `and ${data.alike} more alike` : "";
    say(cells.badge, data.outcome);
    cells.badge.className = `badge ${tone(data.outcome)}`;
    say(cells.reason, [alike, data.reason].filter(Boolean).join("; "));
    cells.outcome.title = data.reason;
    say(cells.amount, data.amount);
    say(cells.word, data.attribution);
    cells.word.className = data.attribution ? `word ${data.attribution.replace(/\W/g, "")}` : "";
  }

  join(row, name) {
    let group = this.groups.get(name);
    if (!group) {
      group = { node: make("div", { role: "rowgroup", class: "group" }), members: [] };
      this.groups.set(name, group);
    }
    const at = group.members.findIndex((member) => member.data.number < row.data.number);
    const place = at < 0 ? group.members.length : at;
    group.node.insertBefore(row.node, group.members[place]?.node ?? null);
    group.members.splice(place, 0, row);
    group.node.classList.toggle("many", group.members.length > 1);
    if (place === 0) this.sort(group);
  }

  /** Puts a group where its newest row belongs, which mostly is the top. */
  sort(group) {
    const number = group.members[0].data.number;
    let before = this.root.firstElementChild;
    while (before && (before === group.node || this.newest(before) > number)) before = before.nextElementSibling;
    if (group.node.nextElementSibling !== before || !group.node.parentNode) this.root.insertBefore(group.node, before);
  }

  newest(groupNode) {
    return this.rows.get(groupNode.firstElementChild.dataset.id).data.number;
  }

  leave(row, name) {
    const group = this.groups.get(name);
    group.members.splice(group.members.indexOf(row), 1);
    row.node.remove();
    group.node.classList.toggle("many", group.members.length > 1);
    if (!group.members.length) {
      group.node.remove();
      this.groups.delete(name);
    }
  }

  remove(id) {
    const row = this.rows.get(id);
    if (!row) return;
    this.leave(row, row.data.group);
    this.rows.delete(id);
    if (this.current !== row.node) return;
    this.current = null;
    this.isChosen = false;
  }

  oldest() {
    return this.root.lastElementChild.lastElementChild.dataset.id;
  }

  nodes() {
    return [...this.root.querySelectorAll('[role="row"]')];
  }

  pressed(event) {
    const node = event.target.closest('[role="row"]');
    if (!node || String(getSelection())) return; // somebody copies a text
    this.choose(node, {});
    this.open(node.dataset.id);
  }

  focused(event) {
    const node = event.target.closest('[role="row"]');
    if (node) this.choose(node, { focus: false });
  }

  /** Makes a row the one that keys are about. */
  choose(node, { focus = true }) {
    if (this.current) this.current.tabIndex = -1;
    this.current = node;
    this.isChosen = true;
    node.tabIndex = 0;
    if (!focus) return;
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "nearest" });
  }

  /** Goes so many rows down; returns the row's id. */
  step(by) {
    const nodes = this.nodes();
    if (!nodes.length) return null;
    const at = nodes.indexOf(this.current);
    const isThere = this.root.contains(document.activeElement);
    const next = isThere || by < 0 ? Math.min(Math.max(at + by, 0), nodes.length - 1) : Math.max(at, 0);
    this.choose(nodes[next], {});
    return nodes[next].dataset.id;
  }

  /** Marks the row that is open. */
  mark(id) {
    for (const node of this.root.querySelectorAll('[aria-selected="true"]')) node.setAttribute("aria-selected", "false");
    this.rows.get(id)?.node.setAttribute("aria-selected", "true");
  }
}
