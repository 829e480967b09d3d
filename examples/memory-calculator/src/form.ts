import { type Field, fieldGroups } from "./fields.ts";
import { escaped } from "./render.ts";

/** The fields of the calculator, to stand in a `form`. */
export function formHtml(): string {
  return fieldGroups
    .map(
      ([heading, fields]) =>
        `<fieldset><legend>${escaped(heading)}</legend>${fields.map(fieldHtml).join("\n")}</fieldset>`,
    )
    .join("\n");
}

function fieldHtml({ name, label, value, choices, lines }: Field): string {
  const text = `<span>${escaped(label)}</span>`;
  if (choices !== undefined) {
    const options = choices.map(
      (choice) =>
        `<option value="${escaped(choice)}"${choice === value ? " selected" : ""}>${escaped(shown(choice))}</option>`,
    );
    return `<label>${text}<select name="${name}">${options.join("")}</select></label>`;
  }
  if (lines !== undefined)
    return `<label>${text}<textarea name="${name}" rows="${lines}" spellcheck="false"></textarea></label>`;
  return `<label>${text}<input name="${name}" value="${escaped(value)}" autocomplete="off" spellcheck="false"></label>`;
}

function shown(choice: string): string {
  if (choice === "true") return "yes";
  return choice === "false" ? "no" : choice;
}

/**
 * The look of the form and of the result beside it, within an element of class `calculator`. In a narrow window the answer
 * stays above the form. Colours are variables:
 * `--paper`, `--ink`, `--soft`, `--rule`, `--accent`, `--warn`.
 */
export const calculatorStyle = `
.calculator { display: grid; grid-template: "form answer" auto "form details" 1fr / 18rem minmax(0, 1fr); gap: 0 2.5rem; align-items: start; font-variant-numeric: tabular-nums; }
.calculator form { grid-area: form; }
.calculator .answer { grid-area: answer; }
.calculator .answer p { margin: 0; padding-bottom: .75rem; }
.calculator .details { grid-area: details; }
.calculator fieldset { border: 0; border-top: 1px solid var(--rule); margin: 0 0 1rem; padding: .5rem 0 0; }
.calculator legend { font-weight: 650; padding: 0 .5rem 0 0; }
.calculator label { display: block; margin-top: .5rem; }
.calculator label span { display: block; color: var(--soft); font-size: .8125rem; }
.calculator :is(input, select, textarea) { width: 100%; padding: .3rem .4rem; border: 1px solid var(--soft); border-radius: 3px; background: var(--paper); color: var(--ink); font: inherit; }
.calculator textarea { font: .8125rem/1.4 ui-monospace, Menlo, Consolas, monospace; }
.calculator :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.calculator section > :first-child { margin-top: 0; }
.calculator figure { margin: 1rem 0; }
.calculator figure svg { display: block; width: 100%; height: auto; max-width: 760px; }
.calculator .scroll { overflow-x: auto; }
.calculator table { border-collapse: collapse; font-size: .875rem; }
.calculator figcaption { font-size: .875rem; font-weight: 650; padding-bottom: .4rem; }
.calculator :is(th, td) { padding: .3rem 1.1rem .3rem 0; text-align: left; vertical-align: top; font-weight: 400; white-space: nowrap; }
.calculator thead th { color: var(--soft); border-bottom: 1px solid var(--soft); }
.calculator tbody tr + tr > * { border-top: 1px solid var(--rule); }
.calculator details { margin-top: 1rem; }
.calculator summary { cursor: pointer; color: var(--soft); }
.calculator pre { white-space: pre-wrap; font: .8125rem/1.5 ui-monospace, Menlo, Consolas, monospace; }
.calculator .wrong { color: var(--warn); font-weight: 600; }
@media (max-width: 60rem) {
  .calculator { display: block; }
  .calculator :is(th, td) { padding-right: .6rem; }
  .calculator fieldset { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: 0 1rem; align-items: end; }
  .calculator label:has([name="model"], textarea) { grid-column: 1 / -1; }
}
@media (max-width: 60rem) and (min-height: 35rem) {
  .calculator .answer { position: sticky; top: 0; z-index: 1; margin: 0 -.5rem 1rem; padding: .75rem .5rem 0; background: var(--paper); border-bottom: 1px solid var(--rule); font-size: .875rem; }
  .calculator :is(input, select, textarea, summary, [tabindex]) { scroll-margin-top: 15rem; }
}
`;
