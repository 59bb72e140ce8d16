// A token as the colour it is now, light or dark: canvases cannot read CSS variables.
export const colour = (token, alpha = 1) => {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  if (alpha === 1) return color;
  const [r, g, b] = color.match(/[\d.]+/g);
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
};
