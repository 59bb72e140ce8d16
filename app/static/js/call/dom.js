// Small helpers of the call page.
export const $ = (id) => document.getElementById(id);

export const element = (tag, className = "", text = "") => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
};

export const icon = (sprite, name) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
};

// Only touches the page when something is different, so screen readers hear changes alone.
export const put = (node, text) => {
  if (node && node.textContent !== text) node.textContent = text;
};

// A note box with a title and a text; `title` empty hides it.
export const tellProblem = (box, title, text = "", ways = []) => {
  box.hidden = !title;
  if (!title) return;
  put(box.querySelector("[data-title]"), title);
  put(box.querySelector("[data-text]"), text);
  box.querySelectorAll("[data-way]").forEach((way) => { way.hidden = !ways.includes(way.dataset.way); });
};
