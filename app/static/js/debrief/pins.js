// Evidence as pins over the waves and marks under the words; read from the scorecard on the page.
export const evidence = () =>
  [...document.querySelectorAll(".result [data-seek]")].map((button) => {
    const result = button.closest(".result");
    return {
      start: Number(button.dataset.start),
      end: Number(button.dataset.end),
      speaker: button.dataset.speaker,
      outcome: result.dataset.outcome,
      name: result.dataset.name,
      id: result.id.replace("result-", ""),
    };
  });

export const drawPins = (items, seconds, seek) => {
  const row = document.getElementById("pins");
  if (!row || seconds <= 0) return;
  for (const item of items) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.title = item.name;
    button.dataset.test = `pin-${item.id}`;
    button.style.insetInlineStart = `${Math.min(100, (item.start / seconds) * 100)}%`;
    const shape = document.createElement("i");
    shape.className = `pin ${item.outcome}`;
    button.append(shape);
    button.addEventListener("click", () => seek(item.start));
    row.append(button);
  }
};

// What went wrong is marked over what went right, where both share a word.
const RANK = { met: 1, undetermined: 2, not_met: 3 };

export const markWords = (items) => {
  const sides = { trainee: ".line.you .w", customer: ".line.customer .w" };
  for (const item of items) {
    for (const word of document.querySelectorAll(sides[item.speaker] ?? ":not(*)")) {
      const middle = (Number(word.dataset.start) + Number(word.dataset.end)) / 2;
      if (middle < item.start || middle > item.end) continue;
      if ((RANK[item.outcome] ?? 0) > (RANK[word.dataset.mark] ?? 0)) word.dataset.mark = item.outcome;
    }
  }
};
