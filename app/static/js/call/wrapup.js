// After-call work: the clock, and a note that is never lost.
import { forgetHere, keepHere, keptHere } from "../kept.js";
import { clock } from "../times.js";
import { t } from "../words.js";
import { $, put } from "./dom.js";

const DRAFT_AFTER = 2000;

export class WrapUp {
  constructor(data) {
    this.data = data;
    this.key = `callwright.note.${data.id}`;
    this.form = $("wrap-form");
    this.started = null;
    this.form.addEventListener("input", () => this.typed());
    this.form.addEventListener("submit", () => this.forget());
  }

  begin(secondsGone = 0) {
    if (this.started !== null) return;
    this.started = Date.now() - secondsGone * 1000;
    this.recall();
    this.tick();
    setInterval(() => this.tick(), 1000);
    $("wrap-title").focus();
  }

  tick() {
    const gone = (Date.now() - this.started) / 1000;
    const over = gone > this.data.aimSeconds;
    put($("wrap-timer"), over ? `${clock(gone)} · ${t("over_aim")}` : clock(gone));
    $("wrap-clock").classList.toggle("over", over);
  }

  recall() {
    const { note, disposition } = keptHere(this.key) ?? {}; // none: the server's draft stands
    if (note && !this.form.note.value) this.form.note.value = note;
    if (disposition && !this.form.disposition.value) this.form.disposition.value = disposition;
  }

  typed() {
    const { note, disposition } = this.form;
    // In a private window the server's draft still keeps it.
    if (keepHere(this.key, { note: note.value, disposition: disposition.value })) put($("note-kept"), t("kept"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draft(), DRAFT_AFTER);
  }

  async draft() {
    const body = new FormData(this.form);
    body.append("draft", "1");
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      if (answer.ok) put($("note-kept"), t("kept_server"));
    } catch { /* offline for a moment: it is kept here, and sent at the end */ }
  }

  forget() {
    clearTimeout(this.timer);
    forgetHere(this.key);
  }
}
