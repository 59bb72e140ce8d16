// Puts the call's state on the page. Knows no sockets and no sound.
import { t } from "../words.js";
import { $, element, icon, put } from "./dom.js";

const LABELS = { hold: ["on_hold", "hold", "unhold"], mute: ["muted", "mute", "unmute"], pause: ["paused", "pause", "resume"] };
const NOTES = { hold: "held_note", unhold: "unheld_note" };

export class View {
  constructor(sprite) {
    this.sprite = sprite;
    this.drawn = 0;
    this.list = $("bubbles");
    this.partial = null;
    this.moves = "";
    this.script = null;
    this.follow = true;
    this.list.addEventListener("scroll", () => {
      this.follow = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 48;
    });
  }

  show(state) {
    this.showBubbles(state);
    this.showPartial(state.partial);
    this.showMood(state.mood);
    this.showDesk(state);
    this.showButtons(state);
    if (this.follow) this.list.scrollTop = this.list.scrollHeight;
  }

  showBubbles({ bubbles }) {
    for (; this.drawn < bubbles.length; this.drawn += 1) {
      const bubble = bubbles[this.drawn];
      this.list.insertBefore(this.bubble(bubble), this.partial);
      if (bubble.who !== "you") put($("speaks"), this.spoken(bubble));
    }
    bubbles.filter((b) => b.cut).forEach((b) => this.markCut(b.id));
  }

  spoken(bubble) {
    const who = bubble.who === "customer" ? t("customer") : t(bubble.kind in NOTES ? "held" : bubble.kind);
    return `${who}: ${bubble.text || t(NOTES[bubble.kind])}`;
  }

  bubble({ id, who, kind, text, acts }) {
    const item = element("li", `bubble ${who}${kind ? ` ${kind}` : ""}`);
    item.dataset.id = id;
    item.dataset.test = `bubble-${who}`;
    if (kind in NOTES) {
      item.append(icon(this.sprite, kind === "hold" ? "pause-fill" : "play-fill"), element("span", "", t(NOTES[kind])));
      return item;
    }
    item.append(element("span", "who", who === "desk" ? t(kind) : t(who)), element("p", "", text));
    if (acts?.length) item.append(element("span", "acts", t("understood", { acts: acts.map((a) => a.replaceAll("_", " ")).join(", ") })));
    return item;
  }

  markCut(id) {
    const item = this.list.querySelector(`[data-id="${id}"]`);
    if (!item || item.classList.contains("was-cut")) return;
    item.classList.add("was-cut");
    item.append(element("span", "acts", t("cut")));
  }

  showPartial(text) {
    if (!text) { this.partial?.remove(); this.partial = null; return; }
    if (!this.partial) {
      this.partial = element("li", "bubble you partial");
      this.partial.dataset.test = "partial";
      this.partial.setAttribute("aria-hidden", "true");
      this.partial.append(element("span", "who", t("you")), element("p"));
      this.list.append(this.partial);
    }
    put(this.partial.querySelector("p"), text);
  }

  // A mouth that bends from -5 to 5.
  showMood({ value, word }) {
    put($("mood-word"), word);
    $("mood-word").dataset.value = value;
    $("mood-mouth").setAttribute("d", `M7.5 ${15.5 - value * 0.22}Q12 ${15.5 + value * 0.75} 16.5 ${15.5 - value * 0.22}`);
  }

  showDesk({ desk, phase }) {
    const script = JSON.stringify(desk.script);
    if ($("script") && script !== this.script) {
      this.script = script;
      const lines = desk.script.length ? desk.script.map((line) => element("li", "", line)) : [element("li", "none", t("script_none"))];
      $("script").replaceChildren(...lines);
    }
    const moves = JSON.stringify(desk.moves);
    $("moves").hidden = desk.moves.length === 0 || phase !== "open";
    if (moves !== this.moves) {
      this.moves = moves;
      $("moves").querySelector(".menu-list").replaceChildren(...desk.moves.map((move) => this.move(move)));
    }
  }

  move({ kind, target, label }) {
    const button = element("button", "item");
    button.type = "button";
    Object.assign(button.dataset, { kind, target, test: `move-${kind}-${target}` });
    button.append(icon(this.sprite, kind === "consult" ? "chat-dots" : "telephone-forward"), element("span", "", `${t(kind)} ${label ?? target}`));
    return button;
  }

  showButtons({ phase, buttons, desk }) {
    document.querySelectorAll("[data-press]").forEach((button) => {
      const name = button.dataset.press;
      const toggle = LABELS[name];
      button.disabled = phase !== "open" || !buttons.includes(name) || (desk.paused && !["pause", "hangup"].includes(name));
      if (!toggle) return;
      const on = desk[toggle[0]];
      button.setAttribute("aria-pressed", String(on));
      put(button.querySelector("[data-label]"), t(on ? toggle[2] : toggle[1]));
    });
    const holding = [desk.paused && "paused", desk.on_hold && "held", desk.muted && "muted"].find(Boolean);
    $("holding").hidden = !holding;
    put($("holding").querySelector("span"), holding ? t(holding) : "");
    $("phase-call").classList.toggle("is-held", Boolean(desk.on_hold || desk.paused));
    document.querySelectorAll("#chat-form textarea, #chat-form button").forEach((n) => { n.disabled = phase !== "open" || desk.paused; });
  }
}
