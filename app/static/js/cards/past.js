// What was done, to be undone and done again.
const MOST = 100;

export class Past {
  constructor(body) {
    this.bodies = [body];
    this.at = 0;
  }

  get now() { return this.bodies[this.at]; }
  get hasBefore() { return this.at > 0; }
  get hasAfter() { return this.at < this.bodies.length - 1; }

  // `key`: changes of the same field in a row are undone together.
  keep(body, key = "") {
    const joins = key && key === this.key && !this.hasAfter;
    this.bodies = this.bodies.slice(Math.max(0, this.at - MOST), this.at + (joins ? 0 : 1));
    this.bodies.push(body);
    this.at = this.bodies.length - 1;
    this.key = key;
  }

  back() { if (this.hasBefore) this.at -= 1; this.key = ""; return this.now; }
  forth() { if (this.hasAfter) this.at += 1; this.key = ""; return this.now; }
}
