// The buttons: send a test event, send it again, let GA4 misbehave, forget.

import { make, say } from "./dom.js";

const LABELS = { purchase: "Purchase", refund: "Refund", renewal: "Renewal", lead: "Lead" };
const $ = (id) => document.getElementById(id);
let silence;

/** Says something for a few seconds. */
function tell(text) {
  say($("said"), text);
  clearTimeout(silence);
  silence = setTimeout(() => say($("said"), ""), 5000);
}

async function ask(path, document, method = "POST") {
  const body = document === undefined ? {} : { body: JSON.stringify(document), headers: { "Content-Type": "application/json" } };
  try {
    const answer = await fetch(path, { method, ...body });
    const said = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) throw new Error(said.error ?? `answered ${answer.status}`);
    return said;
  } catch (error) {
    tell(error instanceof TypeError ? "The stack does not answer." : error.message);
    return null;
  }
}

async function press(button, path, document) {
  if (button) button.disabled = true;
  const answers = await ask(path, document);
  if (button) button.disabled = false;
  if (answers) tell(answers.map((each) => `${each.name}: ${each.outcome ?? each.reason ?? `answered ${each.status}`}`).join(", "));
}

/** Sends a delivery that this page sent before. */
export function again(eventId) {
  return press(document.querySelector(".again"), "page/again", { event_id: eventId });
}

/** Lets the buttons work. */
export function begin() {
  $("forget").addEventListener("click", async () => {
    if (await ask("events", undefined, "DELETE")) tell("All is forgotten here. The ledger has it still.");
  });
  $("fault").addEventListener("change", async (event) => {
    const fault = event.target.value;
    if (fault === "other") return;
    if (await ask("faults", fault ? JSON.parse(fault) : {})) tell(fault ? "GA4 misbehaves from now on." : "GA4 answers well again.");
  });
}

/** Shows which buttons there are, and how GA4 behaves just now. */
export function state({ buttons, fault }) {
  const group = $("send");
  if (buttons.length !== group.querySelectorAll("button").length) {
    const label = group.firstElementChild;
    group.replaceChildren(label, ...buttons.map((name) => make("button", {
      type: "button",
      onclick: (event) => press(event.target, "page/send", { button: name }),
    }, LABELS[name] ?? name)));
    group.hidden = !buttons.length;
  }
  const select = $("fault");
  if (document.activeElement === select) return;
  const known = [...select.options].find((option) => same(option.value, fault));
  select.value = known ? known.value : "other";
}

function same(value, fault) {
  if (!fault || !value || value === "other") return !fault && !value;
  const offered = JSON.parse(value);
  const names = Object.keys(fault);
  return names.length === Object.keys(offered).length && names.every((name) => offered[name] === fault[name]);
}
