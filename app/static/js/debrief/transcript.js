// The transcript follows the sound, and the sound follows a click in it.
const timed = (nodes) => [...nodes].map((node) => ({ node, start: Number(node.dataset.start), end: Number(node.dataset.end) }));

export class Transcript {
  constructor(seek) {
    this.list = document.getElementById("transcript");
    this.lines = this.list ? timed(this.list.querySelectorAll(".line")) : [];
    this.words = this.list ? timed(this.list.querySelectorAll(".w")) : [];
    this.now = null;
    this.saying = null;
    this.list?.addEventListener("click", (event) => {
      const word = event.target.closest(".w");
      if (word) seek(Number(word.dataset.start));
    });
  }

  follow(seconds) {
    const at = ({ start, end }) => start <= seconds && seconds < end;
    this.light("saying", this.words.find(at)?.node ?? null, "saying");
    const line = this.lines.findLast(at)?.node ?? this.now;
    if (this.light("now", line, "now")) this.show(line);
  }

  light(which, node, name) {
    if (this[which] === node) return false;
    this[which]?.classList.remove(name);
    node?.classList.add(name);
    this[which] = node;
    return node !== null;
  }

  // Moves the list alone, never the page.
  show(line) {
    const top = line.offsetTop;
    const inView = top >= this.list.scrollTop && top + line.offsetHeight <= this.list.scrollTop + this.list.clientHeight;
    if (!inView) this.list.scrollTo({ top: top - this.list.clientHeight / 3, behavior: "smooth" });
  }
}
