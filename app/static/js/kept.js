// What this device keeps by itself. In a private window it keeps nothing, which is no error.
export const keepHere = (key, value) => {
  try {
    localStorage.setItem(key, JSON.stringify(value));
    return true;
  } catch { return false; /* no storage, or no room */ }
};

export const keptHere = (key) => {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
};

export const forgetHere = (key) => {
  try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
};
