/** Type, spacing and tables. Spacing follows multiples of 0.5rem. */
export const page = `
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
.lead, .evidence { max-width: 44rem; }
.lead { color: var(--soft); margin-top: .5rem; }
.fine { color: var(--soft); font-size: .8125rem; max-width: 52rem; margin-top: .75rem; }

.verdict { padding-top: 1.5rem; }
.answer { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 1.5rem 4rem; align-items: start; }
.kind { margin: 0; color: var(--accent); font-size: .875rem; font-weight: 600; }
.inconclusive .kind { color: var(--warn); }
h1 { font-size: clamp(1.75rem, 1.2rem + 2.6vw, 2.75rem); font-weight: 680; letter-spacing: -.03em; line-height: 1.1; max-width: 22ch; margin-top: .375rem; }
.reason { font-size: 1.1875rem; line-height: 1.45; max-width: 42rem; margin-top: 1rem; text-wrap: pretty; }
.evidence { color: var(--soft); margin-top: 1.5rem; }
.next { max-width: 44rem; margin-top: 1.25rem; padding: .75rem 1rem; border-left: 3px solid var(--accent); background: var(--tint); }
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
