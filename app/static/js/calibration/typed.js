// What is typed into the forms of Check and Act stays on this device until it is saved: saving one
// form loads the page anew, and must not empty the others. A form is saved when the session has
// gone on since it was sent (`data-at` is the number of its last event).
import { forgetHere, keepHere, keptHere } from "../kept.js";

const script = document.querySelector("script[data-typed]");
const at = Number(script.dataset.at);
const forms = document.querySelectorAll('form[data-keeps], form[action$="/attended"], form[action$="/noted"]');
const unsaved = new Set();

const fields = (form) => [...form.elements].filter((each) => each.name && each.matches("textarea, select, input:not([type=hidden])"));
const ticks = (field) => field.type === "radio" || field.type === "checkbox";
const nameOf = (field) => (ticks(field) ? `${field.name}=${field.value}` : field.name);
const read = (form) => Object.fromEntries(fields(form).map((each) => [nameOf(each), ticks(each) ? each.checked : each.value]));

// What the server sent, also when something was typed before this script had come.
const chosen = (list) => (list.find((each) => each.defaultSelected) ?? list[0])?.value ?? "";
const sent = (field) => (ticks(field) ? field.defaultChecked : field.options ? chosen([...field.options]) : field.defaultValue);
const asSent = (form) => Object.fromEntries(fields(form).map((each) => [nameOf(each), sent(each)]));

const fill = (form, values) => {
  for (const field of fields(form)) {
    const value = values[nameOf(field)];
    if (value === undefined) continue;
    if (ticks(field)) field.checked = value;
    else field.value = value;
  }
};

const wire = (form) => {
  const name = form.dataset.keeps ?? form.getAttribute("action").split("/").pop();
  const key = `callwright.typed.${script.dataset.typed}.${name}`;
  const shown = asSent(form);
  const returned = form.hasAttribute("data-returned"); // with what was typed, which is not saved
  const note = document.querySelector("template[data-typed-note]").content.firstElementChild.cloneNode(true);
  note.hidden = true;
  form.append(note);

  const same = () => JSON.stringify(read(form)) === JSON.stringify(shown);
  const look = (sentAt) => {
    const dirty = returned || !same();
    if (dirty) keepHere(key, { values: read(form), sent: sentAt });
    else forgetHere(key);
    note.hidden = !dirty;
    unsaved[dirty ? "add" : "delete"](form);
    for (const each of document.querySelectorAll("[data-typed-left]")) each.hidden = unsaved.size === 0;
  };

  const kept = keptHere(key);
  if (kept && !returned && same() && !(kept.sent < at)) {
    fill(form, kept.values);
    const closed = form.closest("details");
    if (closed && !same()) closed.open = true;
  }
  look();
  form.addEventListener("input", () => look());
  form.addEventListener("change", () => look());
  form.addEventListener("submit", () => look(at));
  note.querySelector("button").addEventListener("click", () => {
    forgetHere(key);
    if (returned) location.assign(location.pathname.replace(/\/act\/.*/, "/act"));
    else {
      fill(form, shown);
      look();
    }
  });
};

forms.forEach(wire);
// A page out of the browser's memory does not know what was saved since.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
