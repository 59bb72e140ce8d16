// The plan of a session: what it will cost everybody, as it is chosen; a card shows its criteria at once.
import { put } from "../call/dom.js";

const filled = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

const preview = (form) => {
  const shown = form.querySelector("[data-preview]");
  const ticked = (name) => [...form.querySelectorAll(`[name="${name}"]:checked`)];
  const recordings = ticked("recordings");
  const criteria = ticked("criteria").length;
  const raters = new Set(ticked("raters").map((box) => box.value));
  if (form.elements.reference.value) raters.add(form.elements.reference.value);
  const few = form.querySelector("[data-few]");
  few.hidden = !recordings.length || recordings.length >= Number(few.dataset.few);
  if (!recordings.length || !criteria || !raters.size) return put(shown, shown.dataset.nothing);
  const heard = recordings.reduce((sum, box) => sum + Number(box.dataset.seconds), 0);
  const needed = form.dataset.listening * heard + form.dataset.secondsAMark * criteria * recordings.length;
  const counted = (name, n) => {
    const [one, many] = shown.dataset[name].split("|");
    return filled(n === 1 ? one : many, { n });
  };
  return put(shown, filled(shown.dataset.words, {
    raters: counted("raters", raters.size),
    recordings: counted("recordings", recordings.length),
    criteria: counted("criteria", criteria),
    minutes: counted("minutes", Math.max(1, Math.round(needed / 60))),
  }));
};

const wire = (form) => {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-card]")) form.requestSubmit(form.querySelector("[data-card-chosen]"));
    else preview(form);
  });
  // Enter in the search field searches.
  form.querySelector("#words")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-search]"));
  });
};

document.querySelectorAll("[data-plan]").forEach(wire);
