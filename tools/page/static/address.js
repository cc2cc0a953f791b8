// What is looked at, in the part of the address behind #: a link to it shows the same.

const NAMES = ["order", "provider", "outcome", "open"];

/** Returns what the address names: each a text, "" where it names nothing. */
export function read() {
  const found = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(NAMES.map((name) => [name, found.get(name) ?? ""]));
}

/** Returns the address of what is looked at, with some of it changed. */
export function linkTo(changes) {
  const named = Object.entries({ ...read(), ...changes }).filter(([, value]) => value);
  return `#${new URLSearchParams(named)}`;
}

/** Goes there; the way back leads to where one was. */
export function go(changes) {
  const link = linkTo(changes);
  if (link !== `#${location.hash.slice(1)}`) location.hash = link;
}

/** Goes there, in the place of where one was. */
export function replace(changes) {
  history.replaceState(null, "", linkTo(changes));
}
