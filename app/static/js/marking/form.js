// The form of a scorecard (quality/_marking.html): what is answered is kept at once, what is asked
// follows from the answers, digits choose. It knows nothing of what is scored, or why.
import { put } from "../call/dom.js";
import { bind } from "../keys.js";
import { Criterion } from "./criterion.js";
import { Keeper } from "./keeper.js";
import { Store } from "./store.js";

const TYPING = 700;

class Marking {
  constructor(root) {
    this.root = root;
    this.words = JSON.parse(root.dataset.words);
    this.say = this.say.bind(this);
    this.sprite = root.dataset.sprite;
    this.readonly = "readonly" in root.dataset;
    this.total = root.dataset.total === undefined ? null : Number(root.dataset.total);
    this.criteria = [...root.querySelectorAll("[data-criterion]")].map((node) => new Criterion(node, this));
    this.byId = new Map(this.criteria.map((each) => [each.id, each]));
    this.current = null;
    if (this.readonly) return void this.refresh();
    this.store = new Store(root.dataset.key);
    this.keeper = new Keeper({
      url: root.dataset.url,
      token: root.dataset.token,
      store: this.store,
      told: (criterion, what) => this.told(this.byId.get(criterion), what),
      changed: () => this.tell(),
    });
    this.criteria.forEach((each) => this.begin(each));
    this.wire();
    this.wireKeys();
    this.refresh();
    this.findPlayer();
  }

  say(key, values = {}) {
    return this.words[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  }

  // What this device still holds from before is put back and sent, and what was answered before
  // this script had come.
  begin(criterion) {
    this.keeper.know(criterion.id, criterion.version);
    const left = this.store.get(criterion.id);
    if (!left) {
      if (criterion.touched) this.keeper.change(criterion.id, criterion.mark);
      return;
    }
    this.keeper.know(criterion.id, left.saw);
    criterion.write(left.mark);
    this.keeper.change(criterion.id, left.mark);
  }

  wire() {
    const of = (event) => this.byId.get(event.target.closest?.("[data-criterion]")?.dataset.criterion);
    this.root.addEventListener("focusin", (event) => { this.current = of(event) ?? this.current; });
    this.root.addEventListener("change", (event) => { if (event.target.localName !== "textarea" && of(event)) this.changed(of(event)); });
    this.root.addEventListener("input", (event) => { if (event.target.localName === "textarea" && of(event)) this.changed(of(event), TYPING); });
    this.root.addEventListener("focusout", (event) => { if (event.target.localName === "textarea" && of(event)) this.keeper.send(of(event).id); });
    this.root.addEventListener("click", (event) => {
      if (event.target.closest("[data-mark-second]")) this.markSecond(of(event));
    });
    addEventListener("beforeunload", (event) => { if (this.keeper.unsent.length && !this.store.works) event.preventDefault(); });
    document.querySelectorAll("form[data-needs-marks]").forEach((form) => {
      form.addEventListener("submit", (event) => this.beforeSending(event, form));
    });
  }

  wireKeys() {
    for (let digit = 0; digit <= 9; digit += 1) bind(String(digit), () => this.current?.choose(digit || 10));
    bind("x", () => this.current?.leave("not_applicable"));
    bind("m", () => { if (this.current) this.markSecond(this.current); });
    bind("n", () => this.next());
  }

  async findPlayer() {
    try {
      const { playerOf } = await import("../player/player.js");
      this.player = playerOf;
      if (!playerOf()) return;
    } catch { return; /* a page without a player: seconds cannot be marked */ }
    this.goOnAt(this.player());
    this.root.querySelectorAll("[data-mark-second]").forEach((button) => { button.hidden = false; });
  }

  // The page comes again, as after a hand-in that was refused: the call stays where it was.
  goOnAt(player) {
    const place = `callwright:at:${this.root.dataset.key}`;
    try {
      const before = Number(sessionStorage.getItem(place));
      if (before > 0 && !location.hash) player.ready.then(() => player.seek(before));
      addEventListener("pagehide", () => sessionStorage.setItem(place, player.time));
    } catch { /* this browser stores nothing: it begins at 0:00 */ }
  }

  markSecond(criterion) {
    const at = this.player?.()?.time;
    if (at === undefined) return;
    criterion.addSecond(at);
    this.changed(criterion);
  }

  next() {
    const asked = this.criteria.filter((each) => !each.node.hidden);
    const after = asked[asked.indexOf(this.current) + 1] ?? asked[0];
    after?.node.focus();
    after?.node.scrollIntoView({ block: "nearest" });
    this.current = after ?? null;
  }

  changed(criterion, after = 0) {
    criterion.refuse("");
    this.refresh();
    this.keeper.change(criterion.id, criterion.mark, after);
    const { conflict } = this.keeper.items.get(criterion.id);
    if (conflict) this.told(criterion, { conflict });
  }

  told(criterion, { conflict, refused, kept }) {
    if (conflict) criterion.ask(conflict, (mine) => this.decide(criterion, conflict, mine));
    else if (refused !== undefined) criterion.refuse(refused || this.say("refused"));
    else if (kept && "total" in kept) this.total = kept.total;
    this.tell();
  }

  decide(criterion, theirs, mine) {
    criterion.settle();
    if (!mine) criterion.write(theirs);
    this.keeper.decide(criterion.id, mine);
    this.refresh();
    criterion.node.focus();
  }

  isAsked(criterion) {
    const condition = criterion.askedIf && this.byId.get(criterion.askedIf);
    if (!condition) return true; // none, or of a criterion this form does not have
    return this.isAsked(condition) && criterion.askedValues.includes(condition.answer);
  }

  refresh() {
    this.criteria.forEach((each) => each.refresh(this.isAsked(each)));
    this.root.querySelectorAll("[data-section]").forEach((section) => {
      section.hidden = !section.querySelector("[data-criterion]:not([hidden])");
    });
    if (!this.readonly) this.tell();
  }

  get figures() {
    const asked = this.criteria.filter((each) => !each.node.hidden);
    const answered = asked.filter((each) => each.answer !== null);
    const comments = asked.filter((each) => each.lacksComment).length;
    return { asked: asked.length, answered: answered.length, missing: asked.length - answered.length + comments, comments };
  }

  tell() {
    const { figures } = this;
    const state = this.keeper.state;
    const words = [this.say("count", figures)];
    if (figures.comments) words.push(this.say("comments", { n: figures.comments }));
    put(this.root.querySelector("[data-count]"), words.join(" · "));
    const shown = this.root.querySelector("[data-state]");
    put(shown, this.say(state.name, state));
    shown.className = `small push-end ${state.tone || "soft"}`;
    this.root.dataset.kept = state.name;
    put(this.root.querySelector("[data-shows-total]"), this.totalWords(figures.missing));
    this.root.dispatchEvent(new CustomEvent("callwright:marks", { bubbles: true, detail: { ...figures, unsent: state.n } }));
  }

  // What a part of the card makes would be taken for the result.
  totalWords(missing) {
    if (missing) return this.say("total_later");
    return this.total === null ? this.say("no_total") : this.say("total", { total: this.total });
  }

  async beforeSending(event, form) {
    if (!this.keeper.unsent.length) return;
    event.preventDefault();
    const { submitter } = event;
    if (await this.keeper.flush()) form.requestSubmit(submitter);
    else this.tell();
  }
}

document.querySelectorAll("[data-marking]").forEach((root) => new Marking(root));
