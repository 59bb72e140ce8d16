// The note on the whole call: kept like a mark, so it is never lost.
import { put } from "../call/dom.js";
import { Keeper } from "./keeper.js";
import { Store } from "./store.js";

const TYPING = 700;
const NOTE = "note";

const wire = (box) => {
  const field = box.querySelector("textarea");
  const state = box.querySelector("[data-note-state]");
  const asks = box.querySelector("[data-note-conflict]");
  const words = JSON.parse(box.dataset.words);
  const store = new Store(`${box.dataset.key}.whole`);
  let theirs = null;

  const tell = () => {
    const { name } = keeper.state;
    put(state, { kept: words.kept, keeping: words.keeping, waits: "" }[name] ?? words.device);
  };
  const keeper = new Keeper({
    url: box.dataset.url,
    token: box.dataset.token,
    store,
    changed: tell,
    told: (_criterion, { conflict, refused }) => {
      if (refused) put(state, refused);
      if (!conflict) return;
      theirs = conflict;
      put(asks.querySelector("[data-theirs]"), `${words.conflict} ${conflict.words}`);
      asks.hidden = false;
    },
  });
  const decide = (mine) => {
    asks.hidden = true;
    if (!mine) field.value = theirs.words;
    keeper.decide(NOTE, mine);
  };

  const left = store.get(NOTE);
  keeper.know(NOTE, left ? left.saw : Number(box.dataset.version));
  if (left) {
    field.value = left.mark.words;
    keeper.change(NOTE, left.mark);
  }
  field.addEventListener("input", () => keeper.change(NOTE, { words: field.value }, TYPING));
  field.addEventListener("blur", () => keeper.send(NOTE));
  box.querySelector("[data-note-mine]").addEventListener("click", () => decide(true));
  box.querySelector("[data-note-theirs]").addEventListener("click", () => decide(false));
  document.querySelectorAll("form[data-needs-marks]").forEach((form) => {
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented || !keeper.unsent.length) return;
      event.preventDefault();
      const { submitter } = event;
      if (await keeper.flush()) form.requestSubmit(submitter);
    });
  });
};

document.querySelectorAll("[data-note]").forEach(wire);
