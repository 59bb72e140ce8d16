// The table of facts: asked of the server, shown row by row, remembered by file name.
import { t } from "../words.js";

const node = (name, text, className = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
};

const summary = (told) => {
  const good = told.rows.filter((row) => row.matched && !row.errors.length).length;
  const lines = [node("p", t("csv_good", { n: good }), "strong")];
  if (told.silent.length) lines.push(node("p", t("csv_silent", { names: told.silent.join(", ") }), "small soft"));
  if (told.facts.length) lines.push(node("p", t("csv_facts", { names: told.facts.join(", ") }), "small soft"));
  return lines;
};

const troubles = (told) => {
  const wrong = told.rows.filter((row) => row.errors.length || !row.matched);
  if (!wrong.length) return [];
  const list = document.createElement("ul");
  list.className = "csv-rows small";
  wrong.forEach((row) => {
    const words = row.errors.length ? row.errors : [t("csv_other")];
    const item = node("li", `${t("csv_line", { n: row.line })} · ${row.file}: ${words.join(" ")}`);
    item.dir = "auto";
    item.classList.toggle("error", row.errors.length > 0);
    list.append(item);
  });
  const mend = wrong.some((row) => row.errors.length) ? [node("p", t("csv_wrong"), "small")] : [];
  return [list, ...mend];
};

const late = (told, sent) => {
  const known = new Set(sent.map((name) => name.toLowerCase()));
  const names = told.rows.map(({ file }) => file).filter((file) => known.has(file.toLowerCase()));
  return names.length ? [node("p", t("csv_late", { names: names.join(", ") }), "small")] : [];
};

// What the table says, by the file's name in small letters: {told, wrong}.
// null where it cannot be read. `sent`: names of files that are sent already, which no row changes.
export const readTable = async ({ address, token, table, names, sent, report }) => {
  const body = new FormData();
  body.append("csv", table);
  body.append("files", JSON.stringify(names));
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  const answer = await fetch(address, { method: "POST", body, headers }).catch(() => null);
  const told = await answer?.json().catch(() => null);
  if (!answer?.ok || !told) {
    const { message, remedy } = told?.error ?? {};
    report.replaceChildren(node("p", [message ?? t("csv_failed"), remedy].filter(Boolean).join(" "), "error small"));
    return null;
  }
  report.replaceChildren(...summary(told), ...late(told, sent), ...troubles(told));
  const rows = told.rows.filter((row) => row.matched);
  return new Map(rows.map((row) => [row.file.toLowerCase(), { told: row.told, wrong: row.errors.length > 0 }]));
};
