// Looks a page over: what is not right about it, as sentences. For page.evaluate.
({
  async rules(tags) {
    // Colours on their way from light to dark are no colours to judge.
    await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
    await Promise.allSettled(document.getAnimations().map((each) => each.finished));
    const { violations } = await window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"], preload: false });
    return violations.flatMap(({ id, help, nodes }) => nodes.map((node) => `${id} (${help}): ${node.html.slice(0, 160)} ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? ""}`));
  },

  frame() {
    const found = [];
    const shown = (node) => node.checkVisibility() && !node.closest("dialog:not([open])");
    if (!document.documentElement.lang) found.push("the page has no language");
    const first = [...document.querySelectorAll("h1")].filter(shown);
    if (first.length !== 1) found.push(`${first.length} first headings`);
    const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
    found.push(...new Set(ids.filter((id, at) => ids.indexOf(id) !== at)));
    return found;
  },

  tooWide() {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.querySelectorAll("main *")].filter((node) => node.getBoundingClientRect().right > width + 1);
    return [`${document.documentElement.scrollWidth} wide: ${wide.slice(0, 4).map((node) => node.outerHTML.slice(0, 90)).join(" | ")}`];
  },

  // Compressed bytes of this page's own scripts and styles.
  bytes() {
    const loaded = performance.getEntriesByType("resource");
    const own = loaded.filter(({ name }) => /\.(js|css)(\?|$)/.test(name));
    return own.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0);
  },

  // The control with the focus: who it is, and whether one sees that it has it: something
  // about it or around it looks otherwise than without.
  async focus() {
    const node = document.activeElement;
    if (!node || node === document.body) return null;
    const looks = () => {
      const seen = [];
      for (let each = node, up = 0; each && up < 5; each = each.parentElement, up += 1) {
        for (const part of [null, "::before", "::after"]) {
          const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderColor, backgroundColor } = getComputedStyle(each, part);
          seen.push(outlineStyle === "none" ? "" : `${outlineWidth} ${outlineColor}`, boxShadow, borderColor, backgroundColor);
        }
      }
      return seen.join("|");
    };
    const focused = looks();
    node.blur();
    const without = looks();
    node.focus({ preventScroll: true });
    const again = Boolean(node.dataset.visited);
    node.dataset.visited = "yes";
    return { html: node.outerHTML.slice(0, 120), seen: focused !== without, again };
  },
})
