/** Chart marks. SVG units are pixels at full width. */
const chart = `
.chart { display: block; width: 100%; height: auto; max-width: 640px; overflow: visible; font-size: 12.5px; }
.chart.cost, .chart.loss { max-width: 380px; }
.chart:focus { outline-offset: 0; }
.chart:focus:not(:focus-visible) { outline: none; }
.chart text { fill: var(--ink); }
.chart .tick, .chart .note { fill: var(--soft); }
.chart .note { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; stroke-linejoin: round; }
.chart .strong { font-weight: 650; }
.chart .tick.strong, .chart .panel.strong, .chart .label.strong, .chart .note.accent { fill: var(--accent); }
.chart .note.warn { fill: var(--warn); }
.chart .panel { font-size: 13.5px; font-weight: 600; }
.chart .label { font-size: 13px; }
.grid { stroke: var(--grid); }
.axis { stroke: var(--faint); }
.majority { stroke: var(--mark); stroke-dasharray: 3 3; }
.pair { fill: none; stroke: var(--faint); stroke-width: .75; opacity: .8; }
.seed { fill: var(--paper); stroke: var(--mark); stroke-width: 1.25; }
.interval line { stroke: var(--ink); stroke-width: 2; }
.interval circle, .point { fill: var(--ink); }
.interval.chosen line { stroke: var(--accent); stroke-width: 2.5; }
.interval.chosen circle, .point.chosen { fill: var(--accent); }
.interval.open line { stroke: var(--mark); stroke-width: 1.5; }
.interval.open circle { fill: var(--paper); stroke: var(--mark); stroke-width: 2; }
.prediction { fill: var(--paper); stroke: var(--mark); stroke-width: 1.5; }
.predicted { fill: none; stroke: var(--mark); stroke-dasharray: 4 3; }
.look { stroke: var(--faint); stroke-dasharray: 2 3; }
.best { fill: var(--ink); }
.best.chosen { fill: var(--accent); }
.zone { fill: var(--zone); }
.limit { stroke: var(--accent); }
.bound { fill: var(--paper); stroke: var(--mark); stroke-width: 1.25; }
.bound.inside { fill: var(--accent); stroke: var(--accent); }
.strip { fill: var(--paper); }
.row { stroke: var(--grid); }
.faint { fill: none; stroke: var(--mark); stroke-width: .75; opacity: .32; }
.behind { fill: none; stroke: var(--faint); stroke-width: 1; }
.mean { fill: none; stroke: var(--ink); stroke-width: 2; stroke-linejoin: round; }
.mean.chosen { stroke: var(--accent); stroke-width: 2.5; }
.cross { fill: none; stroke: var(--warn); stroke-width: 2; }
.bar { fill: var(--faint); }
.bar.chosen { fill: var(--accent); }
circle.met, path.met, .interval.met > * { stroke: var(--accent); stroke-width: 3; opacity: 1; }
@media (max-width: 40rem) {
  .chart.quality { font-size: 17px; }
  .chart.difference, .chart.difference .label, .chart.probe, .chart.race { font-size: 19px; }
  .chart.loss, .chart.cost { font-size: 13px; }
  .by-four .chart.loss, .by-four .chart .panel { font-size: 15px; }
}
`;

/** Page styles: type, spacing in multiples of 0.5rem, tables. */
const page = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
body > * { max-width: 69rem; margin-inline: auto; padding-inline: 2rem; }
body > header { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; align-items: baseline; padding-block: 1.25rem 1rem; color: var(--soft); font-size: .875rem; }
body > header p { margin: 0; }
body > header .brand { color: var(--ink); font-weight: 650; letter-spacing: -.01em; }
body > header nav { margin-left: auto; }
nav a { text-decoration: none; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; list-style: none; }
a { color: inherit; text-decoration-color: var(--faint); text-underline-offset: .2em; }
a:hover { color: var(--accent); text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
main > section { padding-block: 2.5rem 0; }
main > section + section { border-top: 1px solid var(--rule); margin-top: 2.5rem; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -.015em; text-wrap: balance; margin: 0; }
h2 { font-size: 1.375rem; font-weight: 650; }
h2 a { text-decoration: none; }
h2 a:hover { color: inherit; }
h2 a::after { content: "#"; color: var(--mark); font-weight: 400; margin-left: .375em; opacity: 0; }
h2 a:hover::after, h2 a:focus-visible::after { opacity: 1; }
h3 { font-size: .9375rem; font-weight: 650; letter-spacing: 0; margin-top: 2rem; }
p { margin: .75rem 0 0; text-wrap: pretty; }
.lead { max-width: 44rem; }
.lead { color: var(--soft); margin-top: .5rem; }
.fine { color: var(--soft); font-size: .8125rem; max-width: 52rem; margin-top: .75rem; }

.verdict { padding-top: 1.5rem; }
.answer { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1.5rem 4rem; align-items: start; }
.kind { margin: 0; color: var(--accent); font-size: .875rem; font-weight: 600; }
.inconclusive .kind { color: var(--warn); }
h1 { font-size: clamp(1.625rem, 1.2rem + 1.8vw, 2.25rem); font-weight: 680; letter-spacing: -.03em; line-height: 1.1; max-width: 28ch; margin-top: .375rem; }
.reason { font-size: 1.1875rem; line-height: 1.45; max-width: 42rem; margin-top: 1rem; text-wrap: pretty; }
.next { max-width: 44rem; margin-top: 1.25rem; padding: .75rem 1rem; border-left: 3px solid var(--accent); background: var(--tint); }
.next p { margin: 0; }
.next ol { margin: .25rem 0; padding-left: 1.5rem; }
.inconclusive .next { border-color: var(--warn); background: var(--warn-tint); }
.savings { margin-top: 1.75rem; }
.savings h2, .sure h2 { font-size: .875rem; font-weight: 500; letter-spacing: 0; color: var(--soft); }
.savings ul { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem 2rem; margin: .75rem 0 0; padding: 0; list-style: none; }
.savings li { border-top: 2px solid var(--accent); padding-top: .625rem; display: grid; }
.inconclusive .savings li { border-color: var(--rule); }
.savings strong { font-size: 1.375rem; font-weight: 620; letter-spacing: -.02em; line-height: 1.25; }
.savings small { color: var(--soft); font-size: .8125rem; }
.sure { padding-left: 1.5rem; border-left: 1px solid var(--rule); margin-top: .25rem; }
.sure h2 { color: var(--accent); font-weight: 600; }
.inconclusive .sure h2 { color: var(--warn); }
.facts { margin: .5rem 0 0; display: grid; gap: .5rem; font-size: .875rem; }
dt { color: var(--soft); }
dd { margin: 0; }
.facts dd { font-weight: 550; }

.notices { margin: .75rem 0 0; padding: 0; list-style: none; max-width: 48rem; }
.notices li { padding: .75rem 1rem; border-left: 3px solid var(--warn); background: var(--warn-tint); }
.notices li + li { margin-top: .5rem; }

.filter { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; border: 0; font-size: .875rem; }
.filter legend { float: left; padding: 0; margin-right: 1.25rem; color: var(--soft); }
.filter input { accent-color: var(--accent); margin: 0 .375rem 0 0; }
.examples { margin: 0; padding: 0; list-style: none; }
.examples > li { border-top: 1px solid var(--rule); margin-top: 1rem; padding-top: 1rem; }
.examples dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1.25rem; margin: .5rem 0 0; font-size: .875rem; }
.examples dd { overflow-wrap: anywhere; }
.examples dd.wrong { color: var(--warn); }
.examples .under { display: inline; }
#answers:has(#answers-differ:checked) .examples > li:not(.differ), #answers:has(#answers-wrong:checked) .examples > li:not(.wrong) { display: none; }

.scroll {
  overflow-x: auto; margin-top: 1rem; clear: both;
  background: linear-gradient(90deg, var(--paper) 1.5rem, transparent) 0 / 3rem 100% no-repeat local, linear-gradient(-90deg, var(--paper) 1.5rem, transparent) 100% / 3rem 100% no-repeat local,
    linear-gradient(-90deg, var(--rule), transparent) 100% / .75rem 100% no-repeat scroll;
}
table { border-collapse: collapse; font-size: .875rem; line-height: 1.35; min-width: 100%; overflow-wrap: normal; }
caption { text-align: left; color: var(--soft); padding-bottom: .75rem; }
caption span { position: sticky; left: 0; display: inline-block; max-width: calc(100vw - 2.25rem); }
th, td { padding: .5rem 0 .5rem 1.25rem; text-align: right; vertical-align: top; white-space: nowrap; font-weight: 400; }
th:first-child { padding-left: .75rem; }
th:last-child, td:last-child { padding-right: .75rem; }
thead th { color: var(--soft); vertical-align: bottom; border-bottom: 1px solid var(--mark); padding-block: 0 .5rem; }
tbody tr + tr > *, tfoot tr > * { border-top: 1px solid var(--grid); }
tfoot tr:first-child > * { border-top-color: var(--mark); }
th[scope=row] { font-weight: 600; position: sticky; left: 0; background: var(--paper); }
.words { text-align: left; }
.under { display: block; color: var(--soft); font-size: .8125rem; font-weight: 400; }
tr.strong > * { background: var(--tint); font-weight: 600; }
tr.strong th .under { color: var(--accent); font-weight: 550; }

details { margin-top: .75rem; font-size: .875rem; }
summary { color: var(--soft); cursor: pointer; width: fit-content; padding-block: .25rem; }
summary:hover { color: var(--accent); }
figure { margin: 1.5rem 0 0; min-width: 0; }
figcaption { font-weight: 600; font-size: .9375rem; margin-bottom: .5rem; }
figcaption span { color: var(--soft); font-weight: 400; margin-left: .75rem; font-size: .875rem; }
.pair-of-charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 2.5rem; align-items: start; }
.pair-of-charts figure { display: grid; grid-template: subgrid / minmax(0, 1fr); grid-row: span 4; }
.pair-of-charts .fine { grid-row: 3; margin-top: 0; }
.pair-of-charts th + th, .pair-of-charts td { padding-left: .75rem; }
.pair-of-charts .tools, .pair-of-charts details { grid-area: 4 / 1; }
.pair-of-charts .tools { justify-self: end; height: fit-content; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 18rem), 1fr)); gap: 1.5rem 2rem; }
.panels.by-four { grid-template-columns: repeat(4, 1fr); gap: 1.5rem 1.25rem; }
.beside { display: grid; grid-template-columns: minmax(0, 37rem) minmax(0, 1fr); gap: 1rem 4rem; align-items: start; }
.aside { font-size: .9375rem; color: var(--soft); }
.aside h3 { color: var(--ink); }
.beside .aside > :first-child { margin-top: 0; }
.key { width: 10px; height: 7px; margin-right: .125rem; fill: var(--accent); }

.provenance { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: 0 2.5rem; }
.provenance dl { margin: .5rem 0 0; font-size: .875rem; }
.provenance dl > div { display: grid; grid-template-columns: 8.5rem 1fr; gap: 1rem; padding-block: .25rem; }
.snippet { position: relative; margin-top: .75rem; }
.snippet button { position: absolute; top: .5rem; right: .5rem; }
pre { background: var(--tint); padding: .75rem 5rem .75rem 1rem; margin: 0; min-height: 3rem; font: .875rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; white-space: pre-wrap; }
code { font: inherit; }
.snippet code { user-select: all; }
.flag { white-space: nowrap; }
.configs { margin-top: .75rem; }
.configs details { margin-top: 0; }
button { font: 500 .8125rem/1 inherit; font-family: inherit; color: var(--soft); background: var(--paper); border: 1px solid var(--rule); border-radius: 4px; padding: .4375rem .625rem; cursor: pointer; }
button:hover { color: var(--accent); border-color: currentColor; }
.tools { float: right; display: flex; gap: .5rem; margin: .625rem 0 0 1rem; position: relative; }
.tools button::before { content: "↓"; margin-right: .375em; }
th button { all: unset; cursor: pointer; }
th button:hover { color: var(--accent); }
th button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 2px; }
th:not(.words) button::before, th.words button::after { content: "↕"; color: var(--faint); font-size: .75em; font-weight: 400; margin-inline: .375em; }
th[aria-sort] button { color: var(--ink); font-weight: 600; }
th[aria-sort=ascending] button::before, th.words[aria-sort=ascending] button::after { content: "↑"; color: inherit; font-size: inherit; }
th[aria-sort=descending] button::before, th.words[aria-sort=descending] button::after { content: "↓"; color: inherit; font-size: inherit; }
th.words button::before { content: none !important; }
.tip { position: absolute; z-index: 2; left: 0; top: 0; max-width: min(20rem, 100vw - 16px); padding: .375rem .625rem; border-radius: 4px; background: var(--ink); color: var(--paper); font-size: .8125rem; line-height: 1.35; pointer-events: none; }
.status { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
body > footer { padding-block: 1.5rem 3rem; margin-top: 3rem; color: var(--soft); font-size: .8125rem; }

@media (max-width: 62rem) { .panels.by-four { grid-template-columns: 1fr 1fr; } .beside { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 50rem) {
  .answer { grid-template-columns: minmax(0, 1fr); }
  .sure { padding: 0; border: 0; }
  .facts { grid-template-columns: 1fr 1fr; }
}
@media (max-width: 40rem) {
  body > * { padding-inline: 1.125rem; }
  body > header nav { margin-left: 0; width: 100%; }
  h2 a::after { opacity: 1; }
  .savings ul { grid-template-columns: 1fr; gap: .5rem; }
  .savings li { grid-template-columns: 9rem 1fr; border-top-width: 1px; padding-top: .5rem; }
  .savings strong { font-size: 1.1875rem; grid-row: span 2; }
  .reason { font-size: 1.0625rem; }
}
`;

/**
 * Colours, light and dark. Text contrasts by at least 4.5 with `--paper` and `--tint`; the accent marks recommendations
 * only.
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

/** Print: no navigation, no dangling folds, no cuts at a page's edge. */
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

const live = `
.offline, .problems, .cell.warn { color: var(--warn); }
progress { accent-color: var(--accent); margin-right: .75rem; vertical-align: middle; width: 12rem; max-width: 100%; }
#trials > section, #so-far > section { border-top: 1px solid var(--rule); margin-top: 2.5rem; padding-top: 2.5rem; }
.problems { font-size: .875rem; padding-left: 1.25rem; }
.live th[scope=row], .live td { vertical-align: middle; }
.live td { min-width: 6.5rem; height: 3.25rem; }
.cell { font-size: .875rem; line-height: 1.3; }
.cell.done { font-weight: 600; }
.cell.running span { display: block; }
.cell.running, .cell.quiet { color: var(--soft); }
.chart.spark { width: 88px; margin-left: auto; }
.chart.spark .mean { stroke-width: 1.25; }
`;

/** Names of arms and of their columns, which may be long: they wrap in tables, and head charts' rows. */
const arms = `
.chart.arms .label { font-size: 13px; }
th[scope=row], thead th:nth-child(-n+2), #loss thead th { white-space: normal; overflow-wrap: anywhere; min-width: 7.5rem; max-width: 12rem; }
th[scope=row] { max-width: 22rem; }
#arms td.words, #race td.words, .settings td.words { white-space: normal; min-width: 5.75rem; }
#arms th + th, #arms td, .settings td, .settings th + th { padding-left: .75rem; }
caption { overflow-wrap: anywhere; }
@media (max-width: 40rem) { .chart.arms, .chart.arms .label { font-size: 17px; } }
`;

/** Report style sheet. The page's security policy forbids `style` attributes. */
export const styleSheet = joined(theme, page, chart, print);

/** Style sheets for a report on arms, and for the page of a running sweep. */
export const armStyleSheet = joined(theme, page, chart, print, arms);
export const liveStyleSheet = joined(theme, page, chart, print, live);
export const armLiveStyleSheet = joined(theme, page, chart, print, live, arms);

function joined(...sheets: readonly string[]): string {
  return sheets.join("").replace(/\n\s*/g, "\n").trim();
}
