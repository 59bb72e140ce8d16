// Saves the draft a moment after each change; of two who save, the second sees the first.
import { postJson } from "../post.js";
import { t } from "../words.js";

const AFTER = 700;
const AGAIN = 4000;

export class Keeper {
  constructor(root, shows) {
    this.url = root.dataset.save;
    this.token = root.dataset.token;
    this.revision = Number(root.dataset.revision);
    this.shows = shows;
    this.waiting = null;
    this.stopped = false;
    addEventListener("beforeunload", (event) => { if (this.waiting !== null) event.preventDefault(); });
  }

  // The newest body; what was waiting before it need not be sent.
  take(body) {
    this.waiting = body;
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), AFTER);
  }

  send() {
    this.sending ??= this.post().finally(() => { this.sending = null; });
    return this.sending;
  }

  // Everything is at the server, or has found out why not.
  async settle() {
    clearTimeout(this.timer);
    while (this.waiting !== null && !this.stopped && await this.send());
    return this.waiting === null;
  }

  async post() {
    const body = this.waiting;
    if (body === null || this.stopped) return false;
    this.shows.state(t("saving"));
    let answer;
    try {
      answer = await postJson(this.url, this.token, { body, revision: this.revision });
    } catch {
      return this.later(t("offline"));
    }
    if (answer.status === 401) return this.later(t("signed_out"));
    if (answer.status >= 500) return this.later(t("offline"));
    const told = await answer.json().catch(() => ({}));
    if (answer.status === 409 && told.theirs) return this.clash(told.theirs);
    if (!answer.ok) {
      this.shows.state(t("refused", { words: told.error?.message ?? answer.status }));
      return false;
    }
    this.revision = told.revision;
    if (this.waiting === body) this.waiting = null;
    this.shows.state(t("saved"));
    this.shows.problems(told.problems);
    if (this.waiting !== null) this.take(this.waiting);
    return true;
  }

  later(words) {
    this.shows.state(words);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), AGAIN);
    return false;
  }

  clash(theirs) {
    this.stopped = true;
    this.shows.state(t("clash"));
    this.shows.clash(this.waiting, theirs);
    return false;
  }

  // After a clash: on from the revision that is saved, with the body that was chosen.
  resume(revision, body) {
    this.revision = revision;
    this.stopped = false;
    this.take(body);
  }
}
