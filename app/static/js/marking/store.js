// What is not yet with the server, on this device: one entry for each criterion, so that two
// tabs do not write over each other.
export class Store {
  constructor(key) {
    this.prefix = `callwright.marks.${key}.`;
    this.works = true;
  }

  put(criterion, mark, saw) {
    try {
      localStorage.setItem(this.prefix + criterion, JSON.stringify({ mark, saw }));
    } catch { this.works = false; /* a private window, or no room: the page still holds it */ }
  }

  get(criterion) {
    try {
      return JSON.parse(localStorage.getItem(this.prefix + criterion));
    } catch { return null; }
  }

  // Only what was really sent: another tab may have put something newer there.
  drop(criterion, sent) {
    const kept = this.get(criterion);
    if (!kept || (sent && JSON.stringify(kept.mark) !== JSON.stringify(sent))) return;
    try { localStorage.removeItem(this.prefix + criterion); } catch { /* nothing was kept */ }
  }
}
