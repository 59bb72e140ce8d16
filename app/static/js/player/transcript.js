// The transcript follows the sound until its reader scrolls; then it waits to be asked back.
const timed = (nodes) => [...nodes].map((node) => ({ node, start: Number(node.dataset.start), end: Number(node.dataset.end) }));

const SCROLL_KEYS = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"]);

export class Transcript {
  constructor(box) {
    this.list = box.querySelector('[data-sound="text"]');
    this.back = box.querySelector('[data-sound="follow"]');
    this.lines = timed(box.querySelectorAll(".sound-line"));
    this.words = timed(box.querySelectorAll(".sound-w:not(.whole)"));
    this.lit = { now: null, saying: null };
    this.following = true;
    if (this.list) this.wire(box);
  }

  wire(box) {
    const away = () => { this.following = false; this.offer(); };
    this.list.addEventListener("wheel", away, { passive: true });
    this.list.addEventListener("touchmove", away, { passive: true });
    this.list.addEventListener("keydown", (event) => { if (SCROLL_KEYS.has(event.key)) away(); });
    this.list.addEventListener("pointerdown", (event) => { if (event.target === this.list) away(); });
    this.list.addEventListener("scrollend", () => this.offer());
    this.back.addEventListener("click", () => { this.followAgain(); this.bring(); });
    this.list.addEventListener("click", (event) => {
      const word = event.target.closest(".sound-w");
      if (!word || !getSelection().isCollapsed) return;
      box.dispatchEvent(new CustomEvent("callwright:seek", { detail: { seconds: Number(word.dataset.start), play: true } }));
    });
  }

  show(seconds) {
    const at = ({ start, end }) => start <= seconds && seconds < end;
    this.light("saying", this.words.find(at)?.node ?? null);
    const line = this.lines.findLast(at)?.node ?? this.lines.findLast(({ start }) => start <= seconds)?.node ?? null;
    if (this.light("now", line) && this.following) this.bring();
    this.offer();
  }

  light(name, node) {
    if (this.lit[name] === node) return false;
    this.lit[name]?.classList.remove(name);
    this.lit[name]?.removeAttribute("aria-current");
    node?.classList.add(name);
    if (name === "now") node?.setAttribute("aria-current", "true");
    this.lit[name] = node;
    return node !== null;
  }

  followAgain() { this.following = true; this.offer(); }

  offer() { if (this.back) this.back.hidden = this.following || this.inView(this.lit.now); }

  inView(line) {
    if (!line) return true;
    const top = line.offsetTop - this.list.scrollTop;
    return top >= 0 && top + line.offsetHeight <= this.list.clientHeight;
  }

  // Moves the list alone, never the page.
  bring() {
    const line = this.lit.now;
    if (!line || this.inView(line)) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.list.scrollTo({ top: line.offsetTop - this.list.clientHeight / 3, behavior: calm ? "auto" : "smooth" });
  }
}
