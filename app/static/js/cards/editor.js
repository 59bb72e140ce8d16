// The editor of a scorecard's draft: fields and buttons on one side, the body on the other.
import { t } from "../words.js";
import { draw, rename, showProblems, summary } from "./draw.js";
import { addCause, addPoint, changed, placeOf, removeCause, removePoint, settleId, thingAt } from "./fields.js";
import { Keeper } from "./keeper.js";
import { addCriterion, addSection, criteria, differences, move, remove, share, total, twin } from "./model.js";
import { Past } from "./past.js";
import { showPreview } from "./preview.js";

const root = document.querySelector("[data-card-editor]");
const scales = JSON.parse(root.dataset.scales);
const limits = JSON.parse(root.dataset.limits);
const past = new Past(JSON.parse(root.dataset.body));
const stateLine = root.querySelector("[data-state]");
let problems = JSON.parse(root.dataset.problems);

const state = (words) => { stateLine.textContent = words; };
const tell = (found) => {
  problems = found;
  showProblems(root, problems);
  showPreview(root, past.now, keeper.revision);
};
const keeper = new Keeper(root, { state, problems: tell, clash: (mine, theirs) => showClash(mine, theirs) });

const showTotal = () => {
  const sum = total(past.now);
  const off = Math.round(Math.abs(sum - 100) * 100) / 100;
  const node = root.querySelector("[data-total]");
  const right = off <= 0.01;
  node.textContent = t(right ? "right" : sum > 100 ? "over" : "under", { total: sum, off });
  node.dataset.right = right ? "yes" : "no";
  root.querySelector("[data-act=undo]").disabled = !past.hasBefore;
  root.querySelector("[data-act=redo]").disabled = !past.hasAfter;
};

const redraw = () => { draw(root, past.now, scales); showProblems(root, problems); };

const nodeAt = (at) => (at.length === 2
  ? root.querySelector(`[data-criterion="${at.join("-")}"]`)
  : root.querySelector(`[data-section="${at[0]}"]`));

// A new body; drawn anew when its shape changed. `focus`: what gets it then.
const take = (body, { key = "", shape = true, focus = null } = {}) => {
  past.keep(body, key);
  if (shape) redraw();
  showTotal();
  keeper.take(past.now);
  if (focus) focus()?.focus();
};

const focusTitle = (at) => () => nodeAt(at)?.querySelector("[data-field=title]");
const focusAct = (at, act) => () => nodeAt(at)?.querySelector(`[data-act=${act}]`);

const shift = (at, by, act = "") => {
  const result = move(past.now, at, by);
  if (result.body === past.now) return;
  take(result.body, { focus: act ? focusAct(result.at, act) : focusTitle(result.at) });
  state(t("moved", { place: result.at.map((each) => each + 1).join(".") }));
};

const travel = (there, words) => {
  there();
  redraw();
  showTotal();
  keeper.take(past.now);
  state(words);
};

const room = () => {
  const free = criteria(past.now).length < limits.criteria;
  if (!free) state(t("most", { n: limits.criteria }));
  return free;
};

const ACTS = {
  share: () => take(share(past.now)),
  undo: () => { if (past.hasBefore) travel(() => past.back(), t("undone")); },
  redo: () => { if (past.hasAfter) travel(() => past.forth(), t("redone")); },
  "add-section": () => room() && take(addSection(past.now), { focus: focusTitle([past.now.sections.length]) }),
  "add-criterion": (at) => room() && take(addCriterion(past.now, at[0]), { focus: focusTitle([at[0], past.now.sections[at[0]].criteria.length]) }),
  up: (at) => shift(at, -1, "up"),
  down: (at) => shift(at, 1, "down"),
  twin: (at) => room() && take(twin(past.now, at, (title) => t("copy_of", { title })), { focus: focusTitle([...at.slice(0, -1), at.at(-1) + 1]) }),
  remove: (at) => { take(remove(past.now, at), { focus: () => root.querySelector("[data-act=undo]") }); state(t("removed")); },
  "add-point": (at) => take(addPoint(past.now, at, scales), { focus: () => [...nodeAt(at).querySelectorAll("[data-part=title]")].at(-1) }),
  "remove-point": (at, button) => take(removePoint(past.now, at, Number(button.closest("[data-point]").dataset.point), scales), { focus: focusAct(at, "add-point") }),
  "add-cause": (at) => take(addCause(past.now, at), { focus: () => [...nodeAt(at).querySelectorAll("[data-part=cause]")].at(-1) }),
  "remove-cause": (at, button) => take(removeCause(past.now, at, Number(button.closest("[data-cause]").dataset.cause)), { focus: focusAct(at, "add-cause") }),
};

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (button) ACTS[button.dataset.act](placeOf(button), button);
});

root.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("[data-field], [data-choice], [data-part]")) return;
  const at = placeOf(field);
  const result = changed(past.now, field, scales);
  const key = [at, field.dataset.field ?? field.dataset.part, field.closest("[data-point], [data-cause]")?.dataset.point].join();
  const again = field.dataset.choice;
  take(result.body, { key, shape: result.shape, focus: again && (() => nodeAt(at)?.querySelector(`[data-choice=${again}]`)) });
  if (at.length === 2 && !result.shape) summary(nodeAt(at), thingAt(past.now, at), scales);
});

// Nothing is drawn anew here: the focus is just moving on.
root.addEventListener("change", (event) => {
  const at = placeOf(event.target);
  if (event.target.dataset.field !== "title" || at.length === 0) return;
  const before = thingAt(past.now, at).id;
  const made = settleId(past.now, event.target);
  if (made) {
    past.keep(made, "id");
    keeper.take(past.now);
  }
  if (at.length === 2) rename(root, at, before, thingAt(past.now, at));
});

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const letter = event.key.toLowerCase();
  if ((event.ctrlKey || event.metaKey) && letter === "s") {
    event.preventDefault();
    keeper.settle();
  }
  const typing = event.target.matches("input:not([type=checkbox]), textarea");
  if ((event.ctrlKey || event.metaKey) && letter === "z" && !typing) {
    event.preventDefault();
    ACTS[event.shiftKey ? "redo" : "undo"]();
  }
  if (event.altKey && ["ArrowUp", "ArrowDown"].includes(event.key)) {
    const at = placeOf(event.target);
    if (at.length === 0 || event.target.localName === "select") return;
    event.preventDefault();
    shift(at, event.key === "ArrowUp" ? -1 : 1);
  }
});

// ---- publishing ----

const dialog = document.getElementById("publish");

const openPublish = async () => {
  const saved = await keeper.settle();
  if (document.getElementById("clash").open) return;
  const mend = dialog.querySelector("[data-to-mend]");
  mend.hidden = problems.length === 0;
  mend.querySelector("strong").textContent = t("to_mend", { n: problems.map((each) => each.words).join("; ") });
  dialog.querySelector("[data-publish-yes]").disabled = problems.length > 0 || !saved;
  dialog.querySelector("[name=revision]").value = keeper.revision;
  dialog.showModal();
};

document.querySelector("[data-publish]").addEventListener("click", openPublish);

// ---- two who saved ----

const shown = (value) => (value === undefined || value === "" ? t("nothing") : typeof value === "object" ? JSON.stringify(value) : String(value));

const showClash = (mine, theirs) => {
  const box = document.getElementById("clash");
  box.querySelector("tbody").replaceChildren(...differences(mine, theirs.body).map((cells) => {
    const row = document.createElement("tr");
    cells.forEach((cell) => { row.insertCell().textContent = shown(cell); });
    return row;
  }));
  let chosen = false;
  const choose = (event) => {
    const button = event.target.closest("[data-clash]");
    if (!button || chosen) return;
    chosen = true;
    box.close();
    if (button.dataset.clash === "theirs") past.keep(theirs.body);
    redraw();
    showTotal();
    keeper.resume(theirs.revision, past.now);
  };
  box.addEventListener("click", choose);
  // There is no third way: closed without a choice it comes back.
  box.addEventListener("close", () => { if (!chosen) box.showModal(); });
  box.showModal();
};

root.querySelector("[data-preview-fold]").addEventListener("toggle", () => showPreview(root, past.now, keeper.revision));
redraw();
showTotal();
if (root.dataset.publishing !== undefined) openPublish();
