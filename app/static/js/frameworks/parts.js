// Parts of the document's lists: added, moved, removed, and put back.
import { t } from "../words.js";

const freshId = () => `n${Array.from(crypto.getRandomValues(new Uint8Array(6)), (n) => n.toString(16).padStart(2, "0")).join("")}`;

const add = (list) => {
  const made = list.querySelector("template").innerHTML.replaceAll("__id__", freshId());
  const holder = list.querySelector("[data-parts]");
  holder.insertAdjacentHTML("beforeend", made);
  holder.lastElementChild.querySelector("input, select, textarea").focus();
};

const remove = (part, changed) => {
  const row = document.createElement("p");
  row.className = "framework-removed small";
  row.append(`${t("removed")} `);
  const undo = document.createElement("button");
  undo.type = "button";
  undo.className = "btn btn-s btn-quiet";
  undo.dataset.test = "undo";
  undo.textContent = t("undo");
  undo.addEventListener("click", () => { row.replaceWith(part); changed(); });
  row.append(undo);
  part.replaceWith(row);
  undo.focus();
};

const move = (part, button) => {
  const up = "up" in button.dataset;
  const other = up ? part.previousElementSibling : part.nextElementSibling;
  if (other) other[up ? "before" : "after"](part);
  button.focus();
};

export const wireParts = (form, changed) => {
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-add], button[data-remove], button[data-up], button[data-down]");
    if (!button) return;
    const part = button.closest("[data-part]");
    if ("add" in button.dataset) add(button.closest("[data-list]"));
    else if ("remove" in button.dataset) remove(part, changed);
    else move(part, button);
    changed();
  });
};
