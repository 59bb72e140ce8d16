// The editor's page from a body. Drawn whole after a change of shape, never while somebody types.
import { t } from "../words.js";
import { pointsOf, wordOf } from "./model.js";

const made = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const option = (value, words, chosen) => new Option(words, value, false, value === chosen);
const named = (point) => point.title || String(point.value ?? "");

const fill = (node, values) => {
  node.querySelectorAll(":scope [data-field]").forEach((field) => {
    if (field.closest("[data-criterion]") !== node.closest("[data-criterion]") && !node.matches("[data-criterion]")) return;
    const value = values[field.dataset.field];
    if (field.type === "checkbox") field.checked = field.dataset.field === "may_not_apply" ? value !== false : Boolean(value);
    else if (field.localName === "select") field.value = value ?? "none";
    else field.value = value ?? "";
  });
};

const point = (each, index, criterion, own) => {
  const node = made("point-template");
  node.dataset.point = index;
  const parts = Object.fromEntries([...node.querySelectorAll("[data-part]")].map((field) => [field.dataset.part, field]));
  parts.value.value = each.value ?? "";
  parts.value.readOnly = !own;
  parts.title.value = each.title ?? "";
  parts.anchor.value = each.anchor ?? "";
  parts.comment.checked = (criterion.comment_for ?? []).includes(each.value);
  node.querySelector("[data-act]").hidden = !own;
  node.querySelector("[data-error]").dataset.error = `scale.points.${index}`;
  return node;
};

const cause = (each, index) => {
  const node = made("cause-template");
  node.dataset.cause = index;
  node.querySelector("input").value = each.title ?? "";
  node.querySelector("[data-error]").dataset.error = `causes.${index}`;
  return node;
};

const condition = (node, criterion, earlier, scales) => {
  const choice = node.querySelector("[data-choice=condition]");
  const asked = criterion.asked_if;
  choice.replaceChildren(option("", t("always"), asked?.criterion ?? ""));
  earlier.forEach((each) => choice.append(option(each.id, each.title || each.id, asked?.criterion)));
  if (asked && choice.value !== asked.criterion) choice.append(option(asked.criterion, `? ${asked.criterion}`, asked.criterion));
  const asked_of = earlier.find((each) => each.id === asked?.criterion);
  node.querySelector("[data-condition-values]").hidden = !asked_of;
  node.querySelector("[data-values]").replaceChildren(...(asked_of ? pointsOf(asked_of, scales) : []).map((each) => {
    const tick = made("value-template");
    tick.querySelector("input").value = each.value;
    tick.querySelector("input").checked = (asked.values ?? []).includes(each.value);
    tick.querySelector("span").textContent = named(each);
    return tick;
  }));
};

const passes = (node, criterion, points) => {
  const choice = node.querySelector("[data-choice=passes]");
  const from = criterion.scale?.passes_from;
  choice.replaceChildren(option("", t("lowest"), from == null ? "" : String(from)));
  points.slice(1).forEach((each) => choice.append(option(String(each.value), named(each), String(from))));
  choice.disabled = points.length < 3;
};

export const summary = (node, criterion, scales) => {
  const chosen = (name) => node.querySelector(`[data-test=${name}]`).selectedOptions[0]?.textContent;
  const parts = [chosen("scale")];
  if ((criterion.critical ?? "none") !== "none") parts.push(chosen("critical"));
  if (criterion.asked_if) parts.push(node.querySelector("[data-choice=condition]").selectedOptions[0]?.textContent);
  if (criterion.guidance) parts.push(criterion.guidance.slice(0, 60));
  node.querySelector("[data-summary]").textContent = parts.join(" · ");
};

// A criterion has another title, and perhaps another id: wherever it can be named.
export const rename = (root, at, before, criterion) => {
  const node = root.querySelector(`[data-criterion="${at.join("-")}"]`);
  node.dataset.id = criterion.id;
  node.querySelector("[data-shows-id]").textContent = criterion.id;
  root.querySelectorAll("[data-choice=condition] option").forEach((each) => {
    if (each.value !== before) return;
    each.value = criterion.id;
    each.textContent = criterion.title || criterion.id;
  });
};

const drawCriterion = (criterion, at, earlier, scales, open) => {
  const node = made("criterion-template");
  node.dataset.criterion = at.join("-");
  node.dataset.test = `criterion-${at.join("-")}`;
  node.dataset.id = criterion.id;
  fill(node, criterion);
  const points = pointsOf(criterion, scales);
  const word = wordOf(criterion, scales);
  node.querySelector("[data-choice=scale]").value = word;
  node.querySelector("[data-points]").replaceChildren(...points.map((each, i) => point(each, i, criterion, word === "named")));
  node.querySelector("[data-act=add-point]").hidden = word !== "named";
  node.querySelector("[data-causes]").replaceChildren(...(criterion.causes ?? []).map(cause));
  passes(node, criterion, points);
  condition(node, criterion, earlier, scales);
  node.querySelector("[data-ruled]").hidden = !criterion.rule;
  node.querySelector("[data-shows-id]").textContent = criterion.id;
  node.querySelector("details").open = open.has(criterion.id);
  summary(node, criterion, scales);
  return node;
};

export const draw = (root, body, scales) => {
  const open = new Set([...root.querySelectorAll("[data-criterion] details[open]")].map((each) => each.closest("[data-criterion]").dataset.id));
  fill(root.querySelector("[data-whole]"), body);
  const earlier = [];
  root.querySelector("[data-sections]").replaceChildren(...body.sections.map((section, i) => {
    const node = made("section-template");
    node.dataset.section = i;
    node.dataset.test = `section-${i}`;
    fill(node.querySelector(".section-head"), section);
    node.querySelector("[data-field=fail_zeroes]").checked = Boolean(section.fail_zeroes);
    node.querySelector("[data-criteria]").replaceChildren(...section.criteria.map((criterion, j) => {
      const drawn = drawCriterion(criterion, [i, j], [...earlier], scales, open);
      earlier.push(criterion);
      return drawn;
    }));
    return node;
  }));
};

// Words beside the field they are about, or beside the nearest thing around it.
export const showProblems = (root, problems) => {
  root.querySelectorAll("[data-error]").forEach((node) => { node.textContent = ""; });
  root.querySelectorAll("[aria-invalid]").forEach((field) => field.removeAttribute("aria-invalid"));
  problems.forEach(({ place, words }) => {
    const { scope, rest } = scopeOf(root, place);
    const own = [...scope.querySelectorAll("[data-error]")]
      .filter((node) => (node.closest("[data-criterion]") ?? node.closest("[data-section]") ?? node.closest("[data-whole]")) === scope);
    for (let length = rest.length; length >= 0; length -= 1) {
      const node = own.find((each) => each.dataset.error === rest.slice(0, length).join("."));
      if (!node) continue;
      node.textContent = [node.textContent, words].filter(Boolean).join("; ");
      node.closest(".field, [data-point], [data-cause]")?.querySelector("input, textarea, select")?.setAttribute("aria-invalid", "true");
      if (scope.matches("[data-criterion]") && node.closest("details")) scope.querySelector("details").open = true;
      return;
    }
  });
};

const scopeOf = (root, place) => {
  const whole = { scope: root.querySelector("[data-whole]"), rest: place };
  if (place[0] !== "sections" || place[1] === undefined) return whole;
  if (place[2] === "criteria" && place[3] !== undefined) {
    const scope = root.querySelector(`[data-criterion="${place[1]}-${place[3]}"]`);
    return scope ? { scope, rest: place.slice(4) } : whole;
  }
  const scope = root.querySelector(`[data-section="${place[1]}"]`);
  return scope ? { scope, rest: place.slice(2) } : whole;
};
