// A draft of the framework: every change is kept; without a connection on this device.
import { forgetHere, keepHere, keptHere } from "../kept.js";
import { postJson } from "../post.js";
import { t } from "../words.js";
import { clearErrors, documentOf, fieldAt, showError } from "./form.js";
import { wireParts } from "./parts.js";

const AFTER = 800;
const AGAIN = 4000;
// Bytes a browser still sends for a page that is leaving.
const MOST_KEPT_ALIVE = 60000;

class Editor {
  constructor(form) {
    this.form = form;
    this.key = `callwright.framework.${form.dataset.editor}`;
    this.saw = Number(form.dataset.revision);
    this.token = form.elements.csrf_token.value;
    this.sent = JSON.stringify(documentOf(form));
    this.dialog = document.querySelector("[data-both]");
    this.status = document.querySelector("[data-kept]");
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.changed());
    wireParts(form, () => this.changed());
    this.dialog.addEventListener("cancel", (event) => event.preventDefault());
    this.dialog.querySelectorAll("[data-take]").forEach((b) => b.addEventListener("click", () => this.settle(b.dataset.take)));
    window.addEventListener("pagehide", () => { if (this.isBehind()) this.send(true).catch(() => {}); });
    document.querySelectorAll("a[data-test=review], a[data-test=read]").forEach((link) => {
      link.addEventListener("click", (event) => { if (this.isBehind()) { event.preventDefault(); this.leave(link.href); } });
    });
    this.recall();
  }

  say(words) { this.status.textContent = words; }

  isBehind() { return JSON.stringify(documentOf(this.form)) !== this.sent; }

  changed() {
    this.stash(documentOf(this.form));
    this.say(t("keeping"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), AFTER);
  }

  async leave(href) {
    clearTimeout(this.timer);
    if (await this.save()) location.assign(href);
  }

  // One at a time: a change while one is on its way is sent after it.
  async save() {
    if (this.busy) { await this.busy; return this.isBehind() ? this.save() : true; }
    if (this.dialog.open) return false;
    this.busy = this.trySave();
    const well = await this.busy;
    this.busy = null;
    return well;
  }

  async trySave() {
    const body = documentOf(this.form);
    let answer;
    try {
      answer = await this.send(false, body);
    } catch {
      this.say(t("on_device"));
      this.timer = setTimeout(() => this.save(), AGAIN);
      return false;
    }
    return this.take(answer, body);
  }

  async take(answer, body) {
    const told = await answer.json().catch(() => ({}));
    clearErrors(this.form);
    if (answer.ok) {
      this.saw = told.revision;
      this.sent = JSON.stringify(body);
      if (!this.isBehind()) { this.forget(this.sent); this.say(t("all_kept")); }
      return true;
    }
    if (answer.status === 409 && told.comparison) this.showBoth(told);
    else this.refused(told.error ?? {});
    return false;
  }

  refused(error) {
    const field = fieldAt(this.form, error.field);
    if (field) showError(field, error.message);
    this.say(field ? t("not_kept") : t("over", { why: [error.message, error.remedy].filter(Boolean).join(" ") }));
  }

  send(last = false, body = documentOf(this.form), url = this.form.dataset.save, more = {}) {
    const told = { saw: this.saw, body, ...more };
    return postJson(url, this.token, told, { keepalive: last && JSON.stringify(told).length < MOST_KEPT_ALIVE });
  }

  showBoth(told) {
    this.seen = told.revision;
    this.dialog.querySelector("[data-both-text]").innerHTML = told.comparison;
    if (!this.dialog.open) this.dialog.showModal();
  }

  async settle(take) {
    this.saw = this.seen;
    const body = this.mineKept ?? documentOf(this.form);
    const answer = await this.send(false, body, this.form.dataset.settle, { take }).catch(() => null);
    if (!answer) { this.say(t("on_device")); return; }
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 409 && told.comparison) { this.showBoth(told); return; }
    if (!answer.ok) { this.dialog.close(); this.refused(told.error ?? {}); return; }
    this.sent = JSON.stringify(documentOf(this.form));
    this.forget(JSON.stringify(body));
    location.assign(told.draft);
  }

  stash(body) { keepHere(this.key, { saw: this.saw, body }); }

  // What another window has kept here since is its own to send.
  forget(sent) {
    if (JSON.stringify(keptHere(this.key)?.body) === sent) forgetHere(this.key);
  }

  // What a lost connection left on this device is sent as it was written, conflicts included.
  async recall() {
    const kept = keptHere(this.key);
    if (!kept) return;
    const saw = this.saw;
    this.saw = kept.saw;
    const answer = await this.send(false, kept.body).catch(() => null);
    if (answer?.ok) {
      this.forget(JSON.stringify(kept.body));
      if ((await answer.json()).revision !== saw) location.reload();
      else this.saw = saw;
    } else if (answer?.status === 409) {
      const told = await answer.json();
      if (!told.comparison) { this.saw = saw; return; }
      this.mineKept = kept.body;
      this.showBoth(told);
    } else {
      this.saw = saw;
      if (!answer) this.say(t("on_device"));
    }
  }
}

const form = document.querySelector("[data-editor]");
if (form) new Editor(form);
