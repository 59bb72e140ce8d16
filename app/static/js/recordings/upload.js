// The page that sends recordings: files are chosen, told about, and sent two at a time.
import { t } from "../words.js";
import { send } from "./send.js";
import { readTable } from "./table.js";

const AT_ONCE = 2;
const KINDS = /\.(wav|flac|ogg|oga|opus|mp3)$/i;
const form = document.querySelector("[data-upload]");
const part = (name) => form.querySelector(`[data-${name}]`);
const mostBytes = Number(form.dataset.mostBytes);
const mostFiles = Number(form.dataset.mostFiles);
const entries = [];
let table = null; // the rows of the table by file name; null: there is none

const percent = (share) => new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(share);
const size = (bytes) => new Intl.NumberFormat(document.documentElement.lang, {
  style: "unit", unit: "megabyte", maximumFractionDigits: 1,
}).format(bytes / 2 ** 20);

const refusal = (file) => {
  if (!KINDS.test(file.name)) return t("kind");
  if (!file.size) return t("empty");
  return file.size > mostBytes ? t("too_large", { mb: Math.round(mostBytes / 2 ** 20) }) : "";
};

// ---- one file's row ------------------------------------------------------------------------

const show = (entry, state, words, link = null) => {
  entry.state = state;
  entry.row.dataset.state = state;
  const told = entry.row.querySelector(".file-state");
  told.replaceChildren(words ?? t(state));
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.url;
    anchor.textContent = link.title;
    told.append(" ", anchor);
  }
  const busy = state === "sending" || state === "storing";
  entry.row.querySelector("progress").hidden = !busy;
  const again = entry.row.querySelector("[data-again]");
  again.hidden = !["failed", "known", "cancelled", "held"].includes(state);
  again.textContent = t(state === "held" ? "without_row" : state === "known" ? "anyway" : "again");
  const stop = entry.row.querySelector("[data-cancel]");
  stop.hidden = state === "sent";
  stop.textContent = t(busy ? "cancel" : "remove");
  stop.setAttribute("aria-label", `${stop.textContent} ${entry.file.name}`);
  again.setAttribute("aria-label", `${again.textContent} ${entry.file.name}`);
  count();
};

const add = (file) => {
  const row = part("file-row").content.firstElementChild.cloneNode(true);
  const entry = { file, row, state: "", sending: null, again: false, alone: false };
  row.querySelector(".file-name").textContent = file.name;
  row.querySelector(".file-size").textContent = size(file.size);
  row.querySelector("progress").setAttribute("aria-label", file.name);
  row.dataset.test = `file-${entries.length}`;
  row.querySelector("[data-cancel]").addEventListener("click", () => stop(entry));
  row.querySelector("[data-again]").addEventListener("click", () => {
    if (entry.state === "held") {
      entry.alone = true;
      return show(entry, "chosen");
    }
    entry.again = entry.state === "known";
    show(entry, "waiting");
    next();
  });
  entries.push(entry);
  part("list").append(row);
  const wrong = refusal(file);
  show(entry, wrong ? "refused" : "chosen", wrong || "");
};

const stop = (entry) => {
  if (entry.sending) return entry.sending.cancel();
  entries.splice(entries.indexOf(entry), 1);
  entry.row.remove();
  count();
  part("files").focus();
};

const choose = (files) => {
  const known = new Set(entries.map(({ file }) => `${file.name} ${file.size} ${file.lastModified}`));
  const fresh = [...files].filter((file) => !known.has(`${file.name} ${file.size} ${file.lastModified}`));
  fresh.slice(0, mostFiles - entries.length).forEach(add);
  complain("files-error", fresh.length + entries.length > mostFiles && entries.length >= mostFiles
    ? t("too_many", { n: mostFiles }) : "");
  if (part("csv-file").files.length) askTable();
};

const complain = (name, words) => {
  const place = part(name);
  if (words) place.textContent = words;
  place.hidden = !words;
};

const count = () => {
  const live = entries.filter(({ state }) => state !== "refused");
  const sent = live.filter(({ state }) => state === "sent").length;
  const busy = live.some(({ state }) => ["waiting", "sending", "storing"].includes(state));
  part("total").textContent = sent || busy ? t("total", { done: sent, all: live.length }) : "";
  part("all-sent").hidden = !sent || busy;
  part("sent-words").textContent = t("all_sent", { n: sent });
};

// ---- the table -----------------------------------------------------------------------------

const askTable = async () => {
  const [chosen] = part("csv-file").files;
  if (!chosen) return;
  table = await readTable({
    address: form.dataset.csv, token: form.elements.csrf_token.value, table: chosen,
    sent: entries.filter(({ state }) => state === "sent").map(({ file }) => file.name),
    names: entries.filter(({ state }) => state !== "refused").map(({ file }) => file.name), report: part("csv-report"),
  });
  entries.forEach((entry) => {
    const row = table?.get(entry.file.name.toLowerCase());
    const said = row ? [row.told.title, row.told.agent, row.told.date, row.told.skill].filter(Boolean) : [];
    entry.row.querySelector(".file-facts").textContent = said.join(" · ");
    if (!["chosen", "wrong", "held"].includes(entry.state)) return;
    if (row?.wrong) show(entry, "wrong", t("row_wrong"));
    else if (table && !row && !entry.alone) show(entry, "held");
    else show(entry, "chosen", "");
  });
};

const detailsOf = (entry) => {
  const all = form.elements;
  const common = {
    agent: all.agent.value, skill: all.skill.value, language: all.language.value, channel: all.channel.value,
    date: new Date(entry.file.lastModified || Date.now()).toISOString(),
  };
  const row = table?.get(entry.file.name.toLowerCase());
  const own = Object.entries(row?.told ?? {}).filter(([, value]) => value !== "");
  return { ...common, ...Object.fromEntries(own), name: entry.file.name, consent: part("consent").checked, again: entry.again };
};

// ---- sending -------------------------------------------------------------------------------

const next = () => {
  const busy = entries.filter(({ sending }) => sending).length;
  entries.filter(({ state, sending }) => state === "waiting" && !sending).slice(0, AT_ONCE - busy).forEach(begin);
};

const begin = async (entry) => {
  const bar = entry.row.querySelector("progress");
  bar.value = 0;
  show(entry, "sending", t("sending", { percent: percent(0) }));
  entry.sending = send({
    address: form.dataset.send, token: form.elements.csrf_token.value, details: detailsOf(entry), file: entry.file,
    progress: (share) => {
      bar.value = share;
      if (share >= 1) show(entry, "storing");
      else entry.row.querySelector(".file-state").textContent = t("sending", { percent: percent(share) });
    },
  });
  const { status, body } = await entry.sending.done;
  entry.sending = null;
  ended(entry, status, body ?? {});
  next();
};

const ended = (entry, status, body) => {
  if (status === 201) return show(entry, "sent", t("sent"));
  if (status === -1) return show(entry, "cancelled");
  if (status === 409 && body.duplicate) return show(entry, "known", t("known"), body.duplicate);
  const { message, remedy } = body.error ?? {};
  return show(entry, "failed", [message ?? t("lost"), remedy].filter(Boolean).join(" "));
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const ready = entries.filter(({ state }) => state === "chosen");
  const held = entries.some(({ state }) => state === "held" || state === "wrong");
  complain("files-error", ready.length ? "" : t(held ? "only_held" : "none"));
  part("consent-error").hidden = part("consent").checked;
  part("consent").toggleAttribute("aria-invalid", !part("consent").checked);
  if (!part("consent").checked) return part("consent").focus();
  if (!ready.length) return part("files").focus();
  ready.forEach((entry) => show(entry, "waiting"));
  next();
});

// ---- choosing ------------------------------------------------------------------------------

const chosen = () => {
  choose(part("files").files);
  part("files").value = "";
};
part("files").addEventListener("change", chosen);
part("csv-file").addEventListener("change", askTable);
const drop = part("drop");
["dragenter", "dragover"].forEach((kind) => drop.addEventListener(kind, (event) => {
  event.preventDefault();
  drop.classList.add("over");
}));
["dragleave", "drop"].forEach((kind) => drop.addEventListener(kind, () => drop.classList.remove("over")));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  choose(event.dataTransfer.files);
});
addEventListener("beforeunload", (event) => {
  if (entries.some(({ sending }) => sending)) event.preventDefault();
});
// Whoever was quicker than this script, or came back to the page, has chosen already.
if (part("files").files.length) chosen();
