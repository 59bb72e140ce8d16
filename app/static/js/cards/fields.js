// What a changed field means for the body. Returns the new body, and whether the page must be drawn anew.
import { criteria, idFrom, pointsOf } from "./model.js";

const numeric = (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text));
const UNNAMED = /^(criterion|section)-\d+$/;

const setField = (thing, field) => {
  const name = field.dataset.field;
  if (field.type === "checkbox") thing[name] = field.checked;
  else if (field.type === "number") thing[name] = numeric(field.value);
  else thing[name] = field.value;
};

// A scale written out, so that a point of it can be changed.
const written = (criterion, scales) => {
  const from = criterion.scale?.passes_from;
  criterion.scale = { points: structuredClone(pointsOf(criterion, scales)), ...(from == null ? {} : { passes_from: from }) };
  return criterion.scale;
};

const setScale = (criterion, word, scales) => {
  criterion.scale = word === "named"
    ? { points: [{ value: 1, title: "" }, { value: 2, title: "" }, { value: 3, title: "" }] }
    : { points: structuredClone(scales[word]) };
  const values = criterion.scale.points.map((point) => point.value);
  criterion.comment_for = (criterion.comment_for ?? []).filter((value) => values.includes(value));
};

const setChoice = (body, criterion, field, scales) => {
  const value = field.value;
  if (field.dataset.choice === "scale") setScale(criterion, value, scales);
  if (field.dataset.choice === "passes") {
    const scale = written(criterion, scales);
    if (value === "") delete scale.passes_from;
    else scale.passes_from = Number(value);
  }
  if (field.dataset.choice === "condition") {
    const named = criteria(body).find((each) => each.id === value);
    if (named) criterion.asked_if = { criterion: value, values: [pointsOf(named, scales)[0].value] };
    else delete criterion.asked_if;
  }
};

const setPart = (criterion, field, scales) => {
  const part = field.dataset.part;
  const index = Number((field.closest("[data-point]") ?? field.closest("[data-cause]"))?.dataset[part === "cause" ? "cause" : "point"]);
  if (part === "cause") criterion.causes[index].title = field.value;
  else if (part === "asked") {
    const ticked = field.closest("[data-values]").querySelectorAll("input:checked");
    criterion.asked_if.values = [...ticked].map((each) => Number(each.value));
  } else if (part === "comment") {
    const value = pointsOf(criterion, scales)[index].value;
    const rest = (criterion.comment_for ?? []).filter((each) => each !== value);
    criterion.comment_for = field.checked ? [...rest, value] : rest;
  } else {
    const point = written(criterion, scales).points[index];
    const before = point.value;
    point[part] = part === "value" ? numeric(field.value) : field.value;
    if (part === "value") criterion.comment_for = (criterion.comment_for ?? []).map((each) => (each === before ? point.value : each));
  }
};

export const placeOf = (node) => {
  const at = node.closest("[data-criterion]")?.dataset.criterion ?? node.closest("[data-section]")?.dataset.section;
  return at === undefined ? [] : at.split("-").map(Number);
};

export const thingAt = (body, [i, j]) => (i === undefined ? body : j === undefined ? body.sections[i] : body.sections[i].criteria[j]);

export const changed = (body, field, scales) => {
  const made = structuredClone(body);
  const thing = thingAt(made, placeOf(field));
  if (field.dataset.field) setField(thing, field);
  else if (field.dataset.choice) setChoice(made, thing, field, scales);
  else setPart(thing, field, scales);
  return { body: made, shape: Boolean(field.dataset.choice) };
};

// Once a new criterion or section has a title, its id is made of that. Conditions follow.
export const settleId = (body, field) => {
  const at = placeOf(field);
  if (field.dataset.field !== "title" || at.length === 0) return null;
  const thing = thingAt(body, at);
  if (!UNNAMED.test(thing.id) || !thing.title.trim()) return null;
  const made = structuredClone(body);
  const renamed = thingAt(made, at);
  const peers = at.length === 2 ? criteria(made) : made.sections;
  const before = renamed.id;
  renamed.id = idFrom(renamed.title, peers.map((each) => each.id), at.length === 2 ? "criterion" : "section");
  criteria(made).forEach((each) => { if (at.length === 2 && each.asked_if?.criterion === before) each.asked_if.criterion = renamed.id; });
  return made;
};

export const addPoint = (body, at, scales) => {
  const made = structuredClone(body);
  const { points } = written(thingAt(made, at), scales);
  points.push({ value: Math.floor(Number(points.at(-1)?.value) || 0) + 1, title: "" });
  return made;
};

export const removePoint = (body, at, index, scales) => {
  const made = structuredClone(body);
  const criterion = thingAt(made, at);
  const [gone] = written(criterion, scales).points.splice(index, 1);
  criterion.comment_for = (criterion.comment_for ?? []).filter((value) => value !== gone.value);
  return made;
};

export const addCause = (body, at) => {
  const made = structuredClone(body);
  const criterion = thingAt(made, at);
  criterion.causes = [...(criterion.causes ?? [])];
  let number = criterion.causes.length + 1;
  while (criterion.causes.some((each) => each.id === `cause-${number}`)) number += 1;
  criterion.causes.push({ id: `cause-${number}`, title: "" });
  return made;
};

export const removeCause = (body, at, index) => {
  const made = structuredClone(body);
  thingAt(made, at).causes.splice(index, 1);
  return made;
};
