// Native dialogs: [data-opens=id] opens, [data-closes] closes, a click on the backdrop closes.
export const wireDialogs = (root = document) => {
  root.querySelectorAll("[data-opens]").forEach((button) => {
    button.addEventListener("click", () => document.getElementById(button.dataset.opens)?.showModal());
  });
  root.querySelectorAll("dialog").forEach((dialog) => {
    dialog.querySelectorAll("[data-closes]").forEach((b) => b.addEventListener("click", () => dialog.close()));
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  });
};
