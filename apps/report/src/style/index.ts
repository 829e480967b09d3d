import { chart } from "./chart.ts";
import { page } from "./page.ts";

/**
 * Colours, light and dark. Text colours have a contrast of at least 4.5 on `--paper` and on `--tint`; one accent
 * colour marks what is recommended and nothing else.
 */
const LIGHT = `
  --paper: #fdfdfb; --tint: #eef5f3; --ink: #1a1d21; --soft: #596069; --rule: #dcdfe0; --grid: #e8eae9;
  --mark: #767d85; --faint: #a9aeb3; --accent: #0a6b62; --zone: #dcefea; --warn: #a33c12; --warn-tint: #fbf0ea;`;

const DARK = `
  --paper: #15181b; --tint: #17292a; --ink: #e9ebec; --soft: #a3abb2; --rule: #353b40; --grid: #272c30;
  --mark: #9097a0; --faint: #62696f; --accent: #5fcdbd; --zone: #1a3735; --warn: #f0a07a; --warn-tint: #2c211b;`;

const theme = `
:root { color-scheme: light dark; }
:root, .light { ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
.light { --paper: #fff; }
@media print { :root { color-scheme: light; ${LIGHT} --paper: #fff; } }
`;

/** On paper: no navigation, no folded parts left dangling, nothing cut at a page's edge. */
const print = `
@media print {
  @page { margin: 14mm; }
  html { font-size: 12px; }
  body > * { max-width: none; padding-inline: 0; }
  nav, summary, .tools, .snippet button, .tip, h2 a::after, th button::before, th button::after { display: none !important; }
  details::details-content { content-visibility: visible; block-size: auto; opacity: 1; }
  .configs { columns: 2; gap: 1.5rem; }
  .configs summary { display: block !important; list-style: none; font-weight: 600; color: var(--ink); }
  main > section { padding-top: 1rem; }
  main > section + section { margin-top: 1rem; }
  h2, h3, .lead, figcaption, caption, .configs summary { break-after: avoid; }
  .fine { break-before: avoid; }
  .lead, .chart, .beside, .scroll, tr, .savings, .notices li, .next, .facts, .snippet, .provenance > div { break-inside: avoid; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 10px; }
  th[scope=row] { position: static; }
  th, td { padding: .25rem 0 .25rem .5rem; white-space: normal; }
  .under { font-size: 9px; }
  .answer { grid-template-columns: minmax(0, 1fr) auto; }
  .facts { grid-template-columns: 1fr; }
  .sure { padding-left: 1.5rem; border-left: 1px solid var(--rule); }
  .savings ul { grid-template-columns: repeat(4, 1fr); }
  .pair-of-charts { grid-template-columns: 1fr 1fr; }
  .pair-of-charts figure { display: block; grid-row: auto; }
  .panels.by-four { grid-template-columns: repeat(4, 1fr); }
  .panels { grid-template-columns: repeat(3, 1fr); }
  .beside { grid-template-columns: 2fr 1fr; gap: 1rem; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;

/** What only the page of a sweep that runs has. */
const live = `
.offline { color: var(--warn); font-weight: 600; }
.spent progress { accent-color: var(--accent); margin-right: .75rem; vertical-align: middle; width: 12rem; max-width: 100%; }
table.live th[scope=row] { vertical-align: middle; }
.problems { color: var(--warn); font-size: .875rem; padding-left: 1.25rem; }
table.live td { min-width: 6.5rem; height: 3.25rem; vertical-align: middle; }
.cell { display: inline-block; font-size: .875rem; line-height: 1.3; }
.cell.done { font-weight: 600; }
.cell.running > span { display: block; color: var(--soft); font-size: .8125rem; }
.cell.quiet { color: var(--soft); max-width: 14rem; }
.cell.warn { color: var(--warn); }
.chart.spark { width: 88px; margin-left: auto; }
.chart.spark .mean { stroke-width: 1.25; }
#pairs > .chart { margin-top: 1rem; }
#pairs > section { padding-top: 2rem; }
.change { display: grid; grid-template-columns: minmax(0, 1fr) 9rem; gap: 1rem; align-items: center; }
.change .snippet { margin-top: .5rem; }
@media (max-width: 40rem) { .change { grid-template-columns: minmax(0, 1fr); gap: .25rem; } }
`;

/** The whole style sheet. Nothing in the page carries a `style` attribute: its security policy forbids them. */
export const styleSheet = joined(theme, page, chart, print);

/** That of the page of a sweep that runs. */
export const liveStyleSheet = joined(theme, page, chart, print, live);

function joined(...sheets: readonly string[]): string {
  return sheets.join("").replace(/\n\s*/g, "\n").trim();
}
