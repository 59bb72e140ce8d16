// Keys of a page: one letter, no modifier, never while somebody types or a dialog is open.
const bound = new Map();

const typing = (target) =>
  target.closest?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

// Space and Enter belong to the control that has the focus, arrows to a group of radio buttons.
const taken = (event) =>
  ((event.key === " " || event.key === "Enter") &&
    event.target.closest?.("button, a, summary, input, [role=button]") !== null) ||
  (event.key.startsWith("Arrow") && event.target.closest?.("input[type=radio], [role=tab], [role=slider]") !== null);

export const bind = (key, action) => bound.set(key, action);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key.length === 1) return;
  if (typing(event.target) || taken(event) || document.querySelector("dialog[open]")) return;
  const action = bound.get(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!action) return;
  event.preventDefault();
  action(event);
});
