// A span of the recording, marked by key or button, by dragging over the waves, or from words.
// The player's root tells callwright:span {start, end}.
import { placeSpan } from "./places.js";

const SHORTEST = 0.05;

export class SpanMarker {
  constructor(player) {
    this.player = player;
    this.from = null;
    this.button = player.part("mark");
    this.drawn = player.part("new-span");
    this.button.addEventListener("click", () => this.toggle());
    player.box.addEventListener("callwright:show-span", (event) => this.draw(event.detail));
    this.wireDrag();
    this.wireWords();
  }

  get open() { return this.from !== null; }

  // First: it begins here. Then: it ends here.
  toggle() {
    const now = this.player.time;
    if (!this.open) {
      this.begin(now);
    } else {
      const from = this.from;
      this.leave();
      this.tell(from, now);
    }
  }

  begin(seconds) {
    this.from = seconds;
    this.button.setAttribute("aria-pressed", "true");
    this.player.box.classList.add("marking");
    this.draw({ start: seconds, end: seconds + SHORTEST });
  }

  leave() {
    this.from = null;
    this.button.setAttribute("aria-pressed", "false");
    this.player.box.classList.remove("marking");
  }

  stretch(seconds) { if (this.open) this.draw(this.ordered(this.from, seconds)); }

  ordered(one, other) { return { start: Math.min(one, other), end: Math.max(one, other) }; }

  draw(span) {
    if (!this.drawn) return;
    this.drawn.hidden = !span;
    if (span) placeSpan(this.drawn, span.start, span.end, this.player.seconds);
  }

  tell(one, other) {
    const span = this.ordered(one, other);
    if (span.end - span.start < SHORTEST) { this.draw(null); return; }
    this.draw(span);
    this.player.box.dispatchEvent(new CustomEvent("callwright:span", { bubbles: true, detail: span }));
  }

  // While a span is being marked the waves are dragged over, not clicked.
  wireDrag() {
    const layer = this.player.part("spans");
    if (!layer) return;
    const at = (event) => {
      const { left, width } = layer.getBoundingClientRect();
      return Math.min(1, Math.max(0, (event.clientX - left) / width)) * this.player.seconds;
    };
    let start = null;
    layer.addEventListener("pointerdown", (event) => { start = at(event); layer.setPointerCapture(event.pointerId); });
    layer.addEventListener("pointermove", (event) => { if (start !== null) this.draw(this.ordered(start, at(event))); });
    layer.addEventListener("pointerup", (event) => {
      if (start === null) return;
      const from = start;
      start = null;
      this.leave();
      this.tell(from, at(event));
    });
  }

  wireWords() {
    const list = this.player.part("text");
    if (!list) return;
    const chosen = () => {
      const selection = getSelection();
      if (selection.isCollapsed || !list.contains(selection.anchorNode)) return;
      const words = [...list.querySelectorAll(".sound-w")].filter((word) => selection.containsNode(word, true));
      if (!words.length) return;
      const starts = words.map((word) => Number(word.dataset.start));
      const ends = words.map((word) => Number(word.dataset.end));
      this.tell(Math.min(...starts), Math.max(...ends));
    };
    list.addEventListener("pointerup", () => setTimeout(chosen));
    list.addEventListener("keyup", (event) => { if (event.shiftKey) chosen(); });
  }
}
