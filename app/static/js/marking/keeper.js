// Sends every change, one at a time for each criterion, and keeps on the device what cannot be sent.
import { postJson } from "../post.js";

const FIRST_RETRY = 2000;
const LAST_RETRY = 30000;

export class Keeper {
  // `told(criterion, {conflict} | {refused} | {kept: answer})` after each answer of the server,
  // `changed()` whenever the state is another.
  constructor({ url, token, store, told, changed }) {
    Object.assign(this, { url, token, store, told, changed });
    this.items = new Map();
    this.trouble = "";
    this.wait = FIRST_RETRY;
    addEventListener("online", () => this.sendAll());
    addEventListener("pagehide", () => this.sendAll());
  }

  know(criterion, version) {
    this.items.set(criterion, { saw: version, mark: null, busy: false, conflict: null, refused: false });
  }

  get unsent() { return [...this.items.values()].filter((item) => item.mark || item.busy); }

  get state() {
    const unsent = this.unsent;
    const n = unsent.length;
    if (unsent.some((item) => item.conflict || item.refused)) return { name: "waits", n, tone: "bad" };
    if (n && this.trouble) return { name: this.store.works ? this.trouble : "memory", n, tone: "warn" };
    return { name: n ? "keeping" : "kept", n, tone: "" };
  }

  change(criterion, mark, after = 0) {
    const item = this.items.get(criterion);
    item.mark = mark;
    item.refused = false;
    this.store.put(criterion, mark, item.saw);
    clearTimeout(item.timer);
    item.timer = setTimeout(() => this.send(criterion), after);
    this.changed();
  }

  sendAll() { return Promise.all([...this.items.keys()].map((criterion) => this.send(criterion))); }

  // Everything is with the server: true; something is not: false.
  async flush() {
    for (let tries = 0; tries < 3 && this.unsent.length; tries += 1) {
      await this.sendAll();
      await Promise.all([...this.items.values()].map((item) => item.going));
    }
    return this.unsent.length === 0;
  }

  send(criterion) {
    const item = this.items.get(criterion);
    if (!item.mark || item.busy || item.conflict || item.refused) return item.going;
    clearTimeout(item.timer);
    item.busy = true;
    item.going = this.exchange(criterion, item).finally(() => {
      item.busy = false;
      this.changed();
    });
    return item.going;
  }

  async exchange(criterion, item) {
    const sent = item.mark;
    let answer;
    try {
      answer = await postJson(this.url, this.token, { criterion, ...sent, saw: item.saw }, { keepalive: true });
    } catch { return this.later("device"); }
    if (answer.status >= 500 || answer.status === 429) return this.later("device");
    const body = await answer.json().catch(() => ({}));
    if (answer.status === 401 || body.error?.code === "csrf") return this.signedOut();
    this.trouble = "";
    this.wait = FIRST_RETRY;
    if (answer.ok) return this.kept(criterion, item, sent, body);
    if (body.theirs) {
      item.conflict = body.theirs;
      return this.told(criterion, { conflict: body.theirs });
    }
    item.refused = true;
    return this.told(criterion, { refused: body.error?.message ?? "" });
  }

  kept(criterion, item, sent, body) {
    item.saw = body.version;
    this.store.drop(criterion, sent);
    if (item.mark === sent) item.mark = null;
    else {
      this.store.put(criterion, item.mark, item.saw);
      item.timer = setTimeout(() => this.send(criterion), 0);
    }
    this.told(criterion, { kept: body });
  }

  later(trouble) {
    this.trouble = trouble;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.sendAll(), this.wait);
    this.wait = Math.min(this.wait * 2, LAST_RETRY);
  }

  // A new session has another token: this page's address tells it once she is signed in again.
  async signedOut() {
    this.later("signed_out");
    try {
      const page = await (await fetch(location.href, { headers: { Accept: "text/html" } })).text();
      const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-marking]");
      if (fresh?.dataset.token) this.token = fresh.dataset.token;
    } catch { /* still away */ }
  }

  // The choice between two: `mine` is sent again over what she has now seen, or given up.
  decide(criterion, mine) {
    const item = this.items.get(criterion);
    item.saw = item.conflict.version;
    item.conflict = null;
    if (mine) return this.change(criterion, item.mark);
    this.store.drop(criterion);
    item.mark = null;
    return this.changed();
  }
}
