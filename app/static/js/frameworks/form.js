// The document as the form holds it, and the place of an error in it.

const put = (target, path, value) => {
  const steps = path.split(".");
  const last = steps.pop();
  const inner = steps.reduce((at, step) => (at[step] ??= {}), target);
  inner[last] = value;
};

const partOf = (node) => {
  const part = { id: node.dataset.part };
  node.querySelectorAll("[data-field]").forEach((field) => put(part, field.dataset.field, field.value));
  const pair = node.querySelector("[data-pair]");
  if (pair) {
    const colon = pair.value.indexOf(":");
    part.card_id = Number(pair.value.slice(0, colon));
    part.criterion = pair.value.slice(colon + 1);
  }
  return part;
};

const parts = (list) => [...list.querySelectorAll("[data-parts] > [data-part]")];

export const documentOf = (form) => {
  const body = {};
  form.querySelectorAll("[data-path]").forEach((field) => put(body, field.dataset.path, field.value));
  form.querySelectorAll("[data-list]").forEach((list) => { body[list.dataset.list] = parts(list).map(partOf); });
  return body;
};

// `place` as the server names it: "mission", "metrics.2.by_level.new".
export const fieldAt = (form, place) => {
  const [first, number, ...rest] = (place ?? "").split(".");
  const list = form.querySelector(`[data-list="${CSS.escape(first)}"]`);
  if (!list) return form.querySelector(`[data-path="${CSS.escape(place ?? "")}"]`);
  const part = parts(list)[Number(number)];
  return part?.querySelector(`[data-field="${CSS.escape(rest.join("."))}"]`) ?? part?.querySelector("[data-pair]") ?? null;
};

export const showError = (field, words) => {
  const told = document.getElementById(`${field.id}-error`);
  field.setAttribute("aria-invalid", "true");
  if (!told) return;
  told.textContent = words;
  told.hidden = false;
};

export const clearErrors = (form) => {
  form.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  form.querySelectorAll(".error").forEach((told) => { told.hidden = true; });
};
