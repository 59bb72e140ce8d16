// "Your uploads" while something moves.
import { follow } from "../moving.js";

const list = document.querySelector("[data-uploads][data-moving]");
if (list) {
  const rows = new Map([...list.querySelectorAll("[data-upload-row]")].map((row) => [row.dataset.uploadRow, row]));
  follow(list.dataset.url, rows, ({ uploads }) => uploads);
}
