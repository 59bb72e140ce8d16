// A card's body and what can be done with it. No page in here: every function returns a new body.
const copy = (value) => structuredClone(value);
const round = (value) => Math.round(value * 100) / 100;

export const criteria = (body) => body.sections.flatMap((section) => section.criteria);
export const total = (body) => round(criteria(body).reduce((sum, each) => sum + (Number(each.weight) || 0), 0));
export const pointsOf = (criterion, scales) => {
  const scale = criterion.scale ?? "yes_no";
  if (Array.isArray(scale)) return scale;
  return typeof scale === "string" ? scales[scale] ?? scales.yes_no : scale.points ?? [];
};

// Which of the ready scales it is; one whose points have other names is a scale of one's own.
export const wordOf = (criterion, scales) => {
  const seen = (points) => points.map((point) => [point.value, point.title ?? ""].join(":")).join();
  const mine = seen(pointsOf(criterion, scales));
  return Object.keys(scales).find((word) => seen(scales[word]) === mine) ?? "named";
};

const fresh = (base, taken) => {
  let number = 1;
  while (taken.includes(`${base}-${number}`)) number += 1;
  return `${base}-${number}`;
};

// An id from a title: what compares two versions. It stays when the title changes later.
export const idFrom = (title, taken, base) => {
  const plain = title.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, "").slice(0, 60);
  if (!plain) return fresh(base, taken);
  return taken.includes(plain) ? fresh(plain, taken) : plain;
};

const criterionIds = (body) => criteria(body).map((each) => each.id);

export const addSection = (body) => {
  const made = copy(body);
  const id = fresh("section", made.sections.map((each) => each.id));
  const first = fresh("criterion", criterionIds(made));
  made.sections.push({ id, title: "", criteria: [{ id: first, title: "", weight: 0 }] });
  return made;
};

export const addCriterion = (body, i) => {
  const made = copy(body);
  made.sections[i].criteria.push({ id: fresh("criterion", criterionIds(made)), title: "", weight: 0 });
  return made;
};

export const remove = (body, [i, j]) => {
  const made = copy(body);
  if (j === undefined) made.sections.splice(i, 1);
  else made.sections[i].criteria.splice(j, 1);
  return made;
};

export const twin = (body, [i, j], called) => {
  const made = copy(body);
  if (j !== undefined) {
    const again = copy(made.sections[i].criteria[j]);
    again.id = fresh(again.id, criterionIds(made));
    again.title = called(again.title);
    made.sections[i].criteria.splice(j + 1, 0, again);
    return made;
  }
  const again = copy(made.sections[i]);
  again.id = fresh(again.id, made.sections.map((each) => each.id));
  again.title = called(again.title);
  const taken = criterionIds(made);
  const renamed = new Map();
  again.criteria.forEach((each) => {
    renamed.set(each.id, fresh(each.id, taken));
    each.id = renamed.get(each.id);
    taken.push(each.id);
    if (renamed.has(each.asked_if?.criterion)) each.asked_if.criterion = renamed.get(each.asked_if.criterion);
  });
  made.sections.splice(i + 1, 0, again);
  return made;
};

// One place up (-1) or down (+1); a criterion at the edge of its section goes into the next one.
export const move = (body, [i, j], by) => {
  const made = copy(body);
  if (j === undefined) {
    const to = i + by;
    if (to < 0 || to >= made.sections.length) return { body, at: [i] };
    made.sections.splice(to, 0, ...made.sections.splice(i, 1));
    return { body: made, at: [to] };
  }
  const here = made.sections[i].criteria;
  const to = j + by;
  if (to >= 0 && to < here.length) {
    here.splice(to, 0, ...here.splice(j, 1));
    return { body: made, at: [i, to] };
  }
  const next = made.sections[i + by];
  if (!next) return { body, at: [i, j] };
  const [taken] = here.splice(j, 1);
  const place = by < 0 ? next.criteria.length : 0;
  next.criteria.splice(place, 0, taken);
  return { body: made, at: [i + by, place] };
};

// What is missing to 100 goes to the criteria without a weight; with none of them, to all alike.
export const share = (body) => {
  const made = copy(body);
  const all = criteria(made);
  const empty = all.filter((each) => !Number(each.weight));
  const rest = 100 - total(made);
  const chosen = empty.length && rest > 0 ? empty : all;
  const sum = chosen === empty ? rest : 100;
  let given = 0;
  chosen.forEach((each, index) => {
    each.weight = index === chosen.length - 1 ? round(sum - given) : round(Math.floor((sum / chosen.length) * 100) / 100);
    given += each.weight;
  });
  return made;
};

// Where two bodies differ: [path, here, there].
export const differences = (here, there, path = "") => {
  if (JSON.stringify(here) === JSON.stringify(there)) return [];
  const isTree = (value) => value !== null && typeof value === "object";
  if (!isTree(here) || !isTree(there)) return [[path, here, there]];
  return [...new Set([...Object.keys(here), ...Object.keys(there)])]
    .flatMap((key) => differences(here[key], there[key], path ? `${path}.${key}` : key));
};
