// Moments as "2 hours ago", exact on hover, both in the reader's language and zone.
const STEPS = [["year", 31536000], ["month", 2592000], ["week", 604800], ["day", 86400], ["hour", 3600], ["minute", 60]];

export const relative = (when, now, language) => {
  const seconds = (when - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, "minute");
};

// Seconds as 4:07.
export const clock = (seconds) => {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
};

export const showMoments = (root = document) => {
  const language = document.documentElement.lang || "en";
  const exact = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  root.querySelectorAll("time[data-moment]").forEach((node) => {
    const when = new Date(node.dateTime);
    if (Number.isNaN(when.getTime())) return;
    node.title = exact.format(when);
    node.textContent = relative(when, Date.now(), language);
  });
};
