// The player of a recording: waves, transcript in step, pins, keys. A page may have several; keys
// and [data-seek] belong to the first.
import { clock } from "../times.js";
import { wireKeys } from "./keys.js";
import { placeAll } from "./places.js";
import { SpanMarker } from "./spans.js";
import { Transcript } from "./transcript.js";
import { makeWave } from "./wave.js";

// On the element, not in this module: a page that loads the script and another module that imports
// it are two copies of it, since the script's address carries a version.
const MADE = Symbol.for("callwright.player");
const WIRED = Symbol.for("callwright.player.wired");
// Pixels of a lane; low beside a form.
const HIGH = 56;
const LOW = 32;
// Seconds within which the sound stands where it was sent.
const NEAR = 0.1;

class Player {
  constructor(box) {
    this.box = box;
    this.seconds = Number(box.dataset.seconds);
    this.wave = null;
    this.still = 0; // where a player without sound stands
    this.asked = null; // where the sound is sent while it can't go there yet
    this.transcript = new Transcript(box);
    placeAll(box, this.seconds);
    this.marker = "spans" in box.dataset ? new SpanMarker(this) : null;
    box.addEventListener("callwright:seek", (event) => this.seek(event.detail.seconds, event.detail));
    this.ready = box.dataset.audio ? this.load() : Promise.resolve();
  }

  part(name) { return this.box.querySelector(`[data-sound="${name}"]`); }

  get time() { return this.asked ?? (this.wave ? this.wave.getCurrentTime() : this.still); }

  get playing() { return this.wave?.isPlaying() ?? false; }

  // `play`: go on from there; without it only the place changes.
  seek(seconds, { play = false } = {}) {
    const to = Math.min(Math.max(0, seconds), this.seconds);
    this.still = to;
    this.transcript.followAgain();
    if (this.wave) this.send(to);
    this.show(to);
    if (play) this.play();
  }

  // While the sound is on its way to one place, wavesurfer forgets a second: that is sent again
  // when it has arrived.
  send(to) {
    this.asked = to;
    this.wave.setTime(to);
    const sound = this.wave.getMediaElement();
    if (sound.readyState >= sound.HAVE_FUTURE_DATA) this.asked = null;
  }

  arrived() {
    const to = this.asked;
    this.asked = null;
    if (to !== null && Math.abs(this.wave.getCurrentTime() - to) > NEAR) this.send(to);
  }

  play() {
    // A browser that wants a click first says no: then it waits at its place.
    this.wave?.play()?.catch?.(() => {});
  }

  pause() { this.wave?.pause(); }

  toggle() { if (this.playing) this.pause(); else this.play(); }

  skip(seconds) { this.seek(this.time + seconds); }

  faster(step) {
    const speed = this.part("speed");
    if (!speed) return;
    speed.selectedIndex = Math.min(Math.max(0, speed.selectedIndex + step), speed.options.length - 1);
    this.wave?.setPlaybackRate(Number(speed.value), true);
  }

  show(seconds) {
    this.part("now").textContent = clock(seconds);
    this.transcript.show(seconds);
    this.marker?.stretch(seconds);
    this.box.dispatchEvent(new CustomEvent("callwright:time", { bubbles: true, detail: { seconds } }));
  }

  async load() {
    try {
      const wave = await makeWave(this.box.dataset, this.part("wave"), this.box.classList.contains("low") ? LOW : HIGH);
      this.wave = wave;
      this.wire();
      if (this.still) this.send(this.still);
    } catch {
      this.part("problem").hidden = false;
    }
  }

  wire() {
    const play = this.part("play");
    this.wave.on("play", () => play.setAttribute("aria-pressed", "true"));
    this.wave.on("pause", () => play.setAttribute("aria-pressed", "false"));
    this.wave.on("timeupdate", () => this.show(this.time));
    this.wave.on("interaction", (seconds) => this.seek(seconds));
    this.wave.getMediaElement().addEventListener("canplay", () => this.arrived());
    this.wave.on("error", () => { this.part("problem").hidden = false; });
    play.addEventListener("click", () => this.toggle());
    this.box.querySelectorAll("[data-sound-skip]").forEach((b) => b.addEventListener("click", () => this.skip(Number(b.dataset.soundSkip))));
    this.part("speed").addEventListener("change", () => this.faster(0));
    play.disabled = false;
  }
}

// The first player inside `root` (or `root` itself), made on first use; null when there is none.
export function playerOf(root = document) {
  const box = root.matches?.("[data-player]") ? root : root.querySelector("[data-player]");
  if (!box) return null;
  box[MADE] ??= new Player(box);
  return box[MADE];
}

// `#t=12.3` in the address starts there.
const startAt = (player) => {
  const asked = /(?:^#|&)t=(\d+(?:\.\d+)?)/.exec(location.hash);
  if (asked) player.seek(Number(asked[1]));
};

const start = () => {
  document.querySelectorAll("[data-player]").forEach((box) => playerOf(box));
  const first = playerOf();
  if (!first || first.box[WIRED]) return;
  first.box[WIRED] = true;
  wireKeys(first);
  document.addEventListener("click", (event) => {
    const from = event.target.closest?.("[data-seek]");
    if (!from) return;
    const own = from.closest("[data-player]");
    (own ? playerOf(own) : first).seek(Number(from.dataset.seek), { play: true });
  });
  startAt(first);
  window.addEventListener("hashchange", () => startAt(first));
};

start();
