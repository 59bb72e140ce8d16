// The page's sentences, translated by the server: {{ {...}|tojson }} in #words.
const read = () => JSON.parse(document.getElementById("words")?.textContent ?? "{}");
let words;

// `t("key", {name: "x"})` puts x where the sentence says {name}.
export const t = (key, values = {}) => {
  words ??= read();
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
};
