// Chosen look before the first paint, so that nothing flashes. A plain script, loaded in the head.
(() => {
  const KEY = "callwright.look";
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try { return localStorage.getItem(KEY) || "auto"; } catch { return "auto"; }
  };
  const apply = () => {
    const look = chosen();
    const real = look === "auto" ? (dark.matches ? "dark" : "light") : look;
    document.documentElement.setAttribute("data-bs-theme", real);
    document.dispatchEvent(new CustomEvent("look", { detail: { look, real } }));
  };
  const next = () => {
    const order = ["auto", "light", "dark"];
    const look = order[(order.indexOf(chosen()) + 1) % order.length];
    try { localStorage.setItem(KEY, look); } catch { /* private window: lasts for this page only */ }
    apply();
    return look;
  };
  dark.addEventListener("change", apply);
  window.callwrightLook = { chosen, next };
  apply();
})();
