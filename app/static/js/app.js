// What every page has: menus that close, dialogs, keys, times in the reader's zone, the look.
import { wireDialogs } from "./dialog.js";
import { bind } from "./keys.js";
import { showMoments } from "./times.js";

const wireMenus = () => {
  const open = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("click", (event) => {
    open().forEach((menu) => {
      const inside = menu.contains(event.target);
      if (!inside || event.target.closest(".menu-list .item:not([data-theme-next])")) menu.open = false;
    });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    open().forEach((menu) => {
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  });
};

const wireLook = () => {
  document.querySelectorAll("[data-theme-next]").forEach((button) => {
    const word = button.querySelector("[data-theme-word]");
    const say = () => { word.textContent = word.dataset[window.callwrightLook.chosen()]; };
    button.addEventListener("click", () => { window.callwrightLook.next(); say(); });
    say();
  });
};

const wireFilters = () => {
  document.querySelectorAll("form[data-sends-itself]").forEach((form) => {
    form.addEventListener("change", () => form.requestSubmit());
  });
};

// On a narrow page the row of tabs scrolls: the tab one is on comes into view.
const showTab = () => {
  const here = document.querySelector(".tabs [aria-current]");
  if (!here) return;
  const row = here.parentElement;
  const [tab, all] = [here.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += tab.left + tab.width / 2 - (all.left + all.width / 2);
};

wireMenus();
showTab();
wireDialogs();
wireLook();
wireFilters();
showMoments();
document.querySelectorAll("[data-dismiss]").forEach((button) => {
  button.addEventListener("click", () => button.parentElement.remove());
});
bind("?", () => document.getElementById("keys-dialog")?.showModal());
