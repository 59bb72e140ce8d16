// What is not yet with the server, on this device: one entry for each criterion, so that two
// tabs do not write over each other.
import { forgetHere, keepHere, keptHere } from "../kept.js";

export class Store {
  constructor(key) {
    this.prefix = `callwright.marks.${key}.`;
    this.works = true;
  }

  put(criterion, mark, saw) {
    // Where nothing can be kept the page still holds it.
    if (!keepHere(this.prefix + criterion, { mark, saw })) this.works = false;
  }

  get(criterion) { return keptHere(this.prefix + criterion); }

  // Only what was really sent: another tab may have put something newer there.
  drop(criterion, sent) {
    const kept = this.get(criterion);
    if (!kept || (sent && JSON.stringify(kept.mark) !== JSON.stringify(sent))) return;
    forgetHere(this.prefix + criterion);
  }
}
