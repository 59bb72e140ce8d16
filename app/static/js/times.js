// Moments as "2 hours ago", exact on hover, both in the reader's language and zone.
const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

// Calendar days between two moments: 23:50 was yesterday at 00:10 already.
const days = (when, now) => {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return Math.round((midnight(when) - midnight(now)) / DAY);
};

export const relative = (when, moment, language) => {
  const now = new Date(moment);
  const passed = when - now;
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  if (Math.abs(passed) < HOUR) return format.format(Math.trunc(passed / MINUTE), "minute");
  if (Math.abs(passed) < 12 * HOUR) return format.format(Math.trunc(passed / HOUR), "hour");
  if (Math.abs(days(when, now)) < 7) return format.format(days(when, now), "day");
  const year = when.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year }).format(when);
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
