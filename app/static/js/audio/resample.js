// Windowed-sinc rate conversion, for browsers that insist on the sound card's own rate.
// Keeps a short history, so a stream may come in pieces of any length.
const LOBES = 8;

export class Resampler {
  constructor(from, to) {
    this.step = from / to;
    this.cut = Math.min(1, to / from);
    this.half = Math.ceil(LOBES / this.cut);
    this.kept = new Float32Array(this.half * 2);
    this.at = this.half;
  }

  kernel(distance) {
    const x = distance * this.cut;
    if (Math.abs(x) >= LOBES) return 0;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / LOBES);
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return this.cut * sinc * window;
  }

  // Float32 samples in, an array of samples out.
  push(samples) {
    const all = new Float32Array(this.kept.length + samples.length);
    all.set(this.kept);
    all.set(samples, this.kept.length);
    const out = [];
    while (this.at + this.half < all.length) {
      const centre = Math.floor(this.at);
      let sum = 0;
      for (let i = centre - this.half + 1; i <= centre + this.half; i += 1) {
        if (i >= 0 && i < all.length) sum += all[i] * this.kernel(this.at - i);
      }
      out.push(sum);
      this.at += this.step;
    }
    const drop = Math.max(0, Math.floor(this.at) - this.half);
    this.kept = all.slice(drop);
    this.at -= drop;
    return out;
  }
}
