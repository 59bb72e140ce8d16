// The rows of /jobs while something moves: asked for every second, left alone when all is still.
const EVERY = 1000;
const AFTER_FAILURE = 5000;

const show = (row, job) => {
  row.dataset.state = job.state;
  row.querySelectorAll("[data-is]").forEach((node) => {
    const value = job[node.dataset.is];
    if (node.localName === "progress") node.value = value;
    else if (node.textContent !== value) node.textContent = value;
    if (node.dataset.is === "reason") node.hidden = !value;
  });
  row.querySelectorAll("[data-when]").forEach((node) => {
    const allowed = job[node.dataset.when];
    if (!allowed) node.querySelector("dialog[open]")?.close();
    node.hidden = !allowed;
  });
};

const watch = (table) => {
  const rows = new Map([...table.querySelectorAll("[data-job]")].map((row) => [row.dataset.job, row]));
  const address = `${table.dataset.url}?ids=${[...rows.keys()].join(",")}`;

  const ask = async () => {
    if (document.hidden) return EVERY;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) return 0;
    if (!answer.ok) return AFTER_FAILURE;
    const told = await answer.json();
    told.jobs.forEach((job) => show(rows.get(String(job.id)), job));
    document.querySelector("[data-more]").hidden = told.newest <= Number(table.dataset.newest);
    return told.moving ? EVERY : 0;
  };

  const again = async () => {
    const wait = await ask().catch(() => AFTER_FAILURE);
    if (wait) setTimeout(again, wait);
  };
  again();
};

const table = document.querySelector("[data-jobs][data-moving]");
if (table) watch(table);
