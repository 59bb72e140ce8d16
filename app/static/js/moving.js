// Rows while something moves: asked for every second, left alone when all is still.
const EVERY = 1000;
const AFTER_FAILURE = 5000;

const show = (row, told) => {
  row.dataset.state = told.state;
  row.querySelectorAll("[data-is]").forEach((node) => {
    const value = told[node.dataset.is];
    if (node.localName === "progress") node.value = value;
    else if (node.textContent !== value) node.textContent = value;
    if (node.dataset.is === "reason") node.hidden = !value;
  });
  row.querySelectorAll("[data-when]").forEach((node) => {
    const allowed = told[node.dataset.when];
    if (!allowed) node.querySelector("dialog[open]")?.close();
    node.hidden = !allowed;
  });
};

// `rows`: their nodes by id; `each(told)` → what the answer says of them, each with its `id`.
export const follow = (url, rows, each) => {
  const address = `${url}?ids=${[...rows.keys()].join(",")}`;

  const ask = async () => {
    if (document.hidden) return EVERY;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403) return 0;
    if (!answer.ok) return AFTER_FAILURE;
    const told = await answer.json();
    each(told).forEach((one) => show(rows.get(String(one.id)), one));
    return told.moving ? EVERY : 0;
  };

  const again = async () => {
    const wait = await ask().catch(() => AFTER_FAILURE);
    if (wait) setTimeout(again, wait);
  };
  again();
};
