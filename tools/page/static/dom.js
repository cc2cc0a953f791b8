// Everything on the page is made here. Text becomes text and never HTML: ids and reasons come from
// strangers. What a screen would obey or not show is shown by its number.

const HIDDEN = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Returns a text in which control and direction characters are visible, as \u202e. */
export function visible(text) {
  return String(text).replace(HIDDEN, (found) => `\\u${found.codePointAt(0).toString(16).padStart(4, "0")}`);
}

/** Makes an element: its properties, then its children, which are nodes or texts. */
export function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") node.className = value;
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.map((child) => (child instanceof Node ? child : visible(child))));
  return node;
}

/** Makes an element of a drawing. */
export function draw(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

/** Sets a text, where it is another one: what does not change is not touched. */
export function say(node, text) {
  const shown = visible(text);
  if (node.textContent !== shown) node.textContent = shown;
}

const TONES = {
  good: ["delivered", "stored", "published", "reconciled", "settled", "accepted", "ok", "granted"],
  warn: ["withheld", "reversed", "uncertain", "pending", "in_progress", "advice", "claimed", "denied"],
  bad: [
    "rejected", "bad_signature", "malformed", "not_found", "method_not_allowed", "too_large", "too_many",
    "foreign_origin", "unavailable", "misconfigured", "failed", "error",
  ],
};

/** Returns how a word should be taken: `good`, `warn`, `bad`, or "" where it says nothing bad or good. */
export function tone(word) {
  return Object.keys(TONES).find((name) => TONES[name].includes(word)) ?? "";
}
