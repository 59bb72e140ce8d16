// The form of a plan: parts that matter for what is chosen, and the preview beside it.
const form = document.getElementById("plan-form");
const preview = document.getElementById("preview");
const WAIT = 500;
let waiting = 0;
let asked = 0;

const show = () => {
  const sent = new FormData(form);
  form.dataset.who = sent.get("who");
  form.dataset.selection = sent.get("selection");
};

const look = async () => {
  const mine = ++asked;
  preview.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: new FormData(form) });
    if (mine === asked && answer.ok) preview.innerHTML = await answer.text();
  } catch { /* no connection: the last preview stands, and saving will say so */ }
  if (mine === asked) preview.removeAttribute("aria-busy");
};

const later = () => {
  show();
  clearTimeout(waiting);
  waiting = setTimeout(look, WAIT);
};

if (form) {
  form.addEventListener("input", later);
  show();
  look();
}
