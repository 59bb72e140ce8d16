// "Your uploads" while something moves: asked for every second, left alone when all is still.
const EVERY = 1000;
const AFTER_FAILURE = 5000;

const show = (row, upload) => {
  row.dataset.state = upload.state;
  row.querySelectorAll("[data-is]").forEach((node) => {
    const value = upload[node.dataset.is];
    if (node.localName === "progress") node.value = value;
    else if (node.textContent !== value) node.textContent = value;
    if (node.dataset.is === "reason") node.hidden = !value;
  });
  row.querySelectorAll("[data-when]").forEach((node) => {
    const allowed = upload[node.dataset.when];
    if (!allowed) node.querySelector("dialog[open]")?.close();
    node.hidden = !allowed;
  });
};

const watch = (list) => {
  const rows = new Map([...list.querySelectorAll("[data-upload-row]")].map((row) => [row.dataset.uploadRow, row]));
  const address = `${list.dataset.url}?ids=${[...rows.keys()].join(",")}`;

  const ask = async () => {
    if (document.hidden) return EVERY;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) return 0;
    if (!answer.ok) return AFTER_FAILURE;
    const told = await answer.json();
    told.uploads.forEach((upload) => show(rows.get(String(upload.id)), upload));
    return told.moving ? EVERY : 0;
  };

  const again = async () => {
    const wait = await ask().catch(() => AFTER_FAILURE);
    if (wait) setTimeout(again, wait);
  };
  again();
};

const list = document.querySelector("[data-uploads][data-moving]");
if (list) watch(list);
