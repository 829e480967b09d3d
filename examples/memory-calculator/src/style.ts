/**
 * The look of the form and of the result beside it, within an element of class `calculator`. The answer has a height of
 * its own, so that nothing moves when it changes, and stays in sight; in a narrow window it is above the form, and higher with hours. Colours
 * are variables: `--paper`, `--ink`, `--soft`, `--rule`, `--accent`, `--warn`.
 */
export const calculatorStyle = `
.calculator { container-type: inline-size; font-variant-numeric: tabular-nums; }
.calculator > .columns { --answer: 7.75rem; display: grid; grid-template: "form ." var(--answer) "form details" 1fr / 18rem minmax(0, 1fr); gap: 0 2.5rem; align-items: start; }
.calculator .answer { grid-area: 1 / 2 / span 2; position: sticky; top: 0; z-index: 1; height: calc(var(--answer) + .5rem); margin-top: -.5rem; padding-top: .5rem; overflow-y: auto; background: var(--paper); border-bottom: 1px solid var(--rule); }
.calculator .answer p { margin: 0; line-height: 1.5; }
.calculator .answer.stale .sentence { color: var(--soft); }
.calculator .before { color: var(--warn); font-weight: 600; }
.calculator form { grid-area: form; }
.calculator .details { grid-area: details; padding-top: .75rem; }
.calculator .details p { margin: 0 0 .5rem; }
.calculator fieldset { border: 0; border-top: 1px solid var(--rule); margin: 0 0 1rem; padding: .5rem 0 0; min-width: 0; position: relative; }
.calculator legend { font-weight: 650; padding: 0 .5rem 0 0; }
.calculator .field { margin: 0; padding-top: .6rem; min-width: 0; }
.calculator .field :is(label, .note) { display: block; color: var(--soft); font-size: .8125rem; line-height: 1.4; }
.calculator details.field label { margin-top: .4rem; }
.calculator .field label { padding-bottom: .15rem; }
.calculator .field .note { padding-top: .15rem; }
.calculator .wrong { position: absolute; inset-inline: 0; z-index: 2; background: var(--paper); color: var(--warn); font-weight: 600; overflow-wrap: anywhere; }
.calculator .wrong:not(:empty) { padding: .2rem .4rem .25rem; border: 1px solid; border-radius: 3px; }
.calculator :is(input, select, textarea) { width: 100%; padding: .3rem .4rem; border: 1px solid var(--soft); border-radius: 3px; background: var(--paper); color: var(--ink); font: inherit; }
.calculator :is(input, select) { height: 2.2rem; }
.calculator select:disabled { color: var(--soft); border-style: dashed; opacity: 1; }
.calculator textarea { font: .8125rem/1.4 ui-monospace, Menlo, Consolas, monospace; }
.calculator [aria-invalid="true"] { border-color: var(--warn); box-shadow: inset 0 0 0 1px var(--warn); }
.calculator :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.calculator .combobox { position: relative; }
.calculator .combobox::after { content: "▾"; position: absolute; right: .5rem; top: .3rem; color: var(--soft); pointer-events: none; }
.calculator .combobox input { padding-right: 1.5rem; text-overflow: ellipsis; }
.calculator ul[role="listbox"] { position: absolute; top: 100%; left: 0; z-index: 4; width: 100%; max-height: 18rem; overflow-y: auto; margin: .2rem 0 0; padding: .25rem; list-style: none; background: var(--paper); border: 1px solid var(--soft); border-radius: 3px; box-shadow: 0 .5rem 1.5rem rgb(0 0 0 / .2); }
.calculator ul[role="listbox"] li { margin: 0; padding: .25rem .35rem; border-radius: 2px; cursor: pointer; line-height: 1.35; overflow-wrap: anywhere; }
.calculator li small { color: var(--soft); }
.calculator li:hover { background: var(--rule); }
.calculator li:hover small { color: inherit; }
.calculator li[aria-selected="true"] { background: var(--accent); color: var(--paper); outline: 1px solid transparent; }
.calculator li[aria-selected="true"] small { color: inherit; }
.calculator .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.calculator section > :first-child { margin-top: 0; }
.calculator figure { margin: 1rem 0; }
.calculator figure svg { display: block; width: 100%; height: auto; max-width: 760px; }
.calculator .scroll { overflow-x: auto; }
.calculator .scroll svg { min-width: 30rem; }
.calculator table { border-collapse: collapse; font-size: .875rem; }
.calculator figcaption { font-size: .875rem; font-weight: 650; padding-bottom: .4rem; }
.calculator :is(th, td) { padding: .3rem 1.1rem .3rem 0; text-align: left; vertical-align: top; font-weight: 400; white-space: nowrap; }
.calculator thead th { color: var(--soft); border-bottom: 1px solid var(--soft); }
.calculator tbody tr + tr > * { border-top: 1px solid var(--rule); }
.calculator .details details { margin-top: 1rem; }
.calculator summary { margin: 0; cursor: pointer; color: var(--soft); }
.calculator pre { white-space: pre-wrap; font: .8125rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
@container (max-width: 54rem) {
  .calculator > .columns { --answer: 6.5rem; display: block; }
  .calculator .answer { margin: -.5rem -.5rem 1rem; padding: .5rem .5rem 0; font-size: .875rem; }
  .calculator :is(th, td) { padding-right: .6rem; }
  .calculator fieldset { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 0 1rem; }
  .calculator .field { display: grid; grid-row: span 3; grid-template-rows: subgrid; gap: 0; align-items: end; }
  .calculator .field > .note { align-self: start; }
  .calculator .field:is([data-field="model"], details) { display: block; grid-column: 1 / -1; grid-row: auto; }
  .calculator :is(input, select, textarea, summary, [tabindex]) { scroll-margin-top: calc(var(--answer) + 5rem); }
}
@container (max-width: 32rem) {
  .calculator > .columns { --answer: 9.4rem; }
  .calculator > .columns:has(.hours) { --answer: 13.3rem; }
}
@media (max-height: 35rem) {
  .calculator .answer { position: static; }
}
`;
