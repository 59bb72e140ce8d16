"""How the reports look: light, dark, print and narrow screens, with no script."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #f6f5f1; --raised: #fff; --sunken: #eeece6;
  --ink: #1b2a2e; --soft: #55646a; --line: #c9c6bd; --accent: #14646a;
  --one: #0072b2; --two: #d55e00; --three: #009e73;
  --four: #cc79a7; --five: #b07a00; --six: #7c7400;
  --good: #1f6e45; --good-soft: #e0f1e7; --warn: #8a5a00; --warn-soft: #faefd7;
  --bad: #a8322a; --bad-soft: #f9e4e1;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #13191b; --raised: #1b2326; --sunken: #0f1416;
    --ink: #e4eae8; --soft: #a3b1b3; --line: #3d4a4e; --accent: #6fc6c4;
    --one: #56b4e9; --two: #f0a868; --three: #35c79c;
    --four: #dd9bc0; --five: #e69f00; --six: #f0e442;
    --good: #74cf9c; --good-soft: #1a3527; --warn: #e8b45a; --warn-soft: #3a2f18;
    --bad: #f29b90; --bad-soft: #43221e;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 Inter, system-ui, "Noto Sans", sans-serif;
}
main { max-inline-size: 75rem; margin-inline: auto; padding: 2rem clamp(1rem, 4vw, 2rem) 4rem; }
h1 { font-size: clamp(1.35rem, 1rem + 2vw, 1.75rem); line-height: 1.25;
    margin-block: 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; line-height: 1.35; margin-block: 0 .75rem; }
p { margin-block: 0 .5rem; max-inline-size: 46rem; }
.soft, .meta { color: var(--soft); font-size: .875rem; }
.lead { list-style: none; margin-block: 1rem; padding: 0; }
.lead li { font-size: 1.0625rem; margin-block-end: .35rem; max-inline-size: 46rem; }
.lead ul { list-style: none; margin-block: .35rem 0; padding-inline-start: 1rem; }
.lead li li { font-size: 1rem; }
section {
  background: var(--raised); border: 1px solid var(--line); border-radius: .625rem;
  padding: clamp(1rem, 2.5vw, 1.5rem); margin-block-start: 1.25rem;
}
.scroll { overflow-x: auto; max-inline-size: 100%; background:
    linear-gradient(to right, var(--raised) 50%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--raised) 50%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--line), transparent) left / 1rem 100% no-repeat scroll,
    linear-gradient(to left, var(--line), transparent) right / 1rem 100% no-repeat scroll; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent);
    outline-offset: 2px; }
svg { display: block; inline-size: 100%; min-inline-size: 36rem; block-size: auto; direction: ltr;
    stroke-linejoin: round; stroke-linecap: butt; }
table {
  border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums;
  min-inline-size: 100%;
}
th, td { padding: .3rem .6rem; text-align: end; white-space: nowrap;
    border-block-end: 1px solid var(--line); }
thead th { vertical-align: bottom; color: var(--soft); font-weight: 600; }
thead th:first-child { white-space: normal; overflow-wrap: anywhere; min-inline-size: 8rem; }
th:first-child { position: sticky; inset-inline-start: 0; background: var(--raised); }
th:first-child, .word { text-align: start; }
.word { white-space: normal; min-inline-size: 12rem; overflow-wrap: anywhere; }
tbody th { font-weight: 500; white-space: normal; min-inline-size: 5rem; max-inline-size: 16rem; }
tbody tr:last-child > * { border-block-end: 0; }
tr.whole > * { font-weight: 700; border-block-start: 2px solid var(--line); }
tr.low > * { color: var(--warn); }
tr.worst > * { color: var(--bad); font-weight: 600; }
tr.best > * { font-weight: 600; }
small { color: var(--soft); font-size: .8em; }
td small { display: inline-block; min-inline-size: 2.6em; }
details { margin-block-start: .75rem; }
summary { cursor: pointer; color: var(--accent); font-size: .875rem; inline-size: fit-content; }
pre { overflow-x: auto; font-size: .8125rem; background: var(--sunken); padding: 1rem;
    border-radius: .375rem; direction: ltr; text-align: left; }
.strip td {
  text-align: center; padding: .35rem 0; border: 2px solid var(--raised);
  min-inline-size: 1.45rem; font-size: .6875rem;
}
.strip thead th {
  writing-mode: vertical-rl; text-align: end; font-size: .6875rem; padding: .2rem 0; border: 0;
  font-weight: 400; margin-inline: auto; line-height: 1.45rem;
}
.strip thead th:first-child { writing-mode: horizontal-tb; text-align: start;
    padding-inline: .6rem; font-size: .875rem; font-weight: 600; }
.strip.upright { min-inline-size: 0; }
.strip.upright td { font-size: .8125rem; padding-inline: .75rem; }
.strip.upright thead th { writing-mode: horizontal-tb; text-align: center; padding: .2rem .5rem; }
.strip td b { display: block; font-size: .5rem; line-height: 1; }
.strip tbody th { text-align: start; border: 0; max-inline-size: 12rem; overflow: hidden;
    text-overflow: ellipsis; }
.met { background: var(--good-soft); color: var(--good); }
.near { background: var(--warn-soft); color: var(--warn); }
.far { background: var(--bad-soft); color: var(--bad); font-weight: 700; }
.strip td.marked { outline: 2px solid currentColor; outline-offset: -2px; }
@media print {
  body { background: #fff; font-size: 10pt; }
  main { max-inline-size: none; padding: 0; }
  section { break-inside: avoid-page; border: 0; padding: 0; }
  section.long { break-inside: auto; }
  svg { min-inline-size: 0; }
  .scroll { overflow: visible; background: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  th, td { padding: .15rem .35rem; }
  th, td { white-space: normal; overflow-wrap: anywhere; }
  tbody th, thead th:first-child { min-inline-size: 3rem; }
  .strip td { print-color-adjust: exact; }
  table { font-size: 8pt; }
  tr { break-inside: avoid; }
}
"""
