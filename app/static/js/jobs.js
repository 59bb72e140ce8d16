// The rows of /jobs while something moves, and whether newer ones have come.
import { follow } from "./moving.js";

const table = document.querySelector("[data-jobs][data-moving]");
if (table) {
  const rows = new Map([...table.querySelectorAll("[data-job]")].map((row) => [row.dataset.job, row]));
  follow(table.dataset.url, rows, ({ jobs, newest }) => {
    document.querySelector("[data-more]").hidden = newest <= Number(table.dataset.newest);
    return jobs;
  });
}
