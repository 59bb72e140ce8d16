// Pins and spans, put at their seconds.
export const percent = (seconds, all) => `${all > 0 ? Math.min(100, Math.max(0, (seconds / all) * 100)) : 0}%`;

export const placeSpan = (node, start, end, all) => {
  node.style.left = percent(start, all);
  node.style.width = percent(end - start, all);
};

export const placeAll = (box, all) => {
  box.querySelectorAll(".sound-pin").forEach((pin) => { pin.style.left = percent(Number(pin.dataset.at), all); });
  box.querySelectorAll(".sound-span[data-start]").forEach((span) => placeSpan(span, Number(span.dataset.start), Number(span.dataset.end), all));
};
