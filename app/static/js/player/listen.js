// The page of a recording: remarks that do not stop the sound, a span to hide, a link to this second.
import { clock } from "../times.js";
import { percent } from "./places.js";
import { playerOf } from "./player.js";

const player = playerOf();

// Tenths matter for a span: 4:07.5.
const exact = (seconds) => {
  const tenths = Math.round(seconds * 10);
  return `${clock(Math.floor(tenths / 10))}.${tenths % 10}`;
};

const parse = (text) => {
  const parts = text.trim().replace(",", ".").split(":");
  if (!parts.every((part) => /^\d+(\.\d+)?$/.test(part))) return null;
  return parts.reduce((all, part) => all * 60 + Number(part), 0);
};

// ---- remarks

const drawPins = (pins) => {
  const row = player.part("pins");
  if (!row) return;
  row.querySelectorAll(".remark").forEach((pin) => pin.remove());
  for (const { at, words } of pins) {
    const pin = document.createElement("button");
    pin.type = "button";
    pin.className = "sound-pin remark";
    pin.tabIndex = -1;
    pin.ariaHidden = "true";
    pin.dataset.at = pin.dataset.seek = at;
    pin.dataset.test = "sound-pin";
    pin.title = `${clock(at)} ${words}`;
    pin.style.left = percent(at, player.seconds);
    row.append(pin);
  }
};

const sendRemark = async (form) => {
  const problem = form.querySelector("[data-problem]");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error.message);
    document.querySelector("[data-remarks]").innerHTML = told.html;
    drawPins(told.pins);
    if ("remarkNew" in form.dataset) { form.words.value = ""; if (form.shared) form.shared.checked = false; delete form.dataset.held; }
  } catch (error) {
    if (problem) { problem.textContent = error.message; problem.hidden = false; }
  } finally {
    button.disabled = false;
  }
};

const wireRemarks = () => {
  const form = document.querySelector("[data-remark-new]");
  const at = (seconds) => {
    form.elements.at_seconds.value = seconds.toFixed(1);
    form.querySelector("[data-remark-at]").textContent = clock(seconds);
  };
  // The second at which somebody begins to write is the one she means.
  form.words.addEventListener("input", () => {
    if (!form.words.value) delete form.dataset.held;
    else if (!("held" in form.dataset)) { at(player.time); form.dataset.held = ""; }
  });
  document.addEventListener("callwright:time", (event) => { if (!("held" in form.dataset)) at(event.detail.seconds); });
  at(player.time);
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-remark-form]")) return;
    event.preventDefault();
    sendRemark(event.target);
  });
};

// ---- a span to hide

class SpanForm {
  constructor(form) {
    this.form = form;
    this.box = form.querySelector("[data-vanish]");
    this.hear = form.querySelector("[data-hear-span]");
    document.addEventListener("callwright:span", (event) => this.take(event.detail));
    for (const name of ["start", "end"]) form.elements[name].addEventListener("change", () => this.look());
    this.hear.addEventListener("click", () => this.listen());
    if (form.elements.start.value) this.look();
  }

  get span() {
    const [start, end] = [parse(this.form.elements.start.value), parse(this.form.elements.end.value)];
    return start !== null && end !== null && start < end ? { start, end } : null;
  }

  take({ start, end }) {
    // Outwards to the next tenth: what was marked is inside.
    this.form.elements.start.value = exact(Math.floor(start * 10 + 1e-6) / 10);
    this.form.elements.end.value = exact(Math.min(Math.ceil(end * 10 - 1e-6) / 10, Math.ceil(player.seconds * 10) / 10));
    this.look();
  }

  async look() {
    const span = this.span;
    this.box.hidden = this.hear.hidden = !span;
    player.box.dispatchEvent(new CustomEvent("callwright:show-span", { detail: span }));
    if (!span) return;
    const answer = await fetch(`${this.form.dataset.preview}?start=${span.start}&end=${span.end}`, { headers: { Accept: "application/json" } });
    const told = await answer.json();
    this.show(answer.ok ? told.lines : null, told.error?.message);
  }

  show(lines, problem) {
    const { none, lost } = this.box.dataset;
    this.box.replaceChildren(problem ?? (lines.length ? lost : none));
    for (const { at, name, words } of lines ?? []) {
      const line = document.createElement("p");
      const gone = document.createElement("del");
      gone.textContent = words;
      line.append(`${at} ${name}: `, gone);
      this.box.append(line);
    }
  }

  // Only the span, so that it can be heard whether all of it is inside.
  listen() {
    const { start, end } = this.span;
    player.seek(start, { play: true });
    const stop = (event) => {
      if (event.detail.seconds < end && event.detail.seconds >= start - 0.5) return;
      document.removeEventListener("callwright:time", stop);
      if (event.detail.seconds >= end) player.pause();
    };
    document.addEventListener("callwright:time", stop);
  }
}

// ---- a link to this second

const wireShare = () => {
  const button = document.querySelector("[data-share]");
  const label = button.querySelector("span");
  const says = label.textContent;
  button.addEventListener("click", async () => {
    const address = `${location.origin}${location.pathname}#t=${player.time.toFixed(1)}`;
    history.replaceState(null, "", `#t=${player.time.toFixed(1)}`);
    try {
      await navigator.clipboard.writeText(address);
      label.textContent = button.dataset.copied;
      setTimeout(() => { label.textContent = says; }, 2000);
    } catch { /* no clipboard here: the address bar has the link now */ }
  });
};

wireRemarks();
wireShare();
const spanForm = document.querySelector("[data-redact]");
if (spanForm) new SpanForm(spanForm);
document.querySelectorAll("dialog[data-open-now]").forEach((dialog) => dialog.showModal());
