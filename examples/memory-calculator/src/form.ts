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

/** A field with its label above it. What may be typed, or what is wrong with what was, is the line below. */
function fieldHtml(field: Field): string {
  const { name, label, hint, lines } = field;
  const note =
    `<div class="note"><span class="wrong" id="${name}-wrong" aria-live="polite"></span>` +
    `${hint === undefined ? "" : `<span id="${name}-hint">${escaped(hint)}</span>`}</div>`;
  const inside = `<label for="${name}-field">${escaped(label)}</label>${controlHtml(field)}${note}`;
  if (lines === undefined) return `<div class="field" data-field="${name}">${inside}</div>`;
  return `<details class="field" data-field="${name}"><summary>Another model: its config.json</summary>${inside}</details>`;
}

function controlHtml({ name, value, choices, list, hint, lines, inputMode, disabled }: Field): string {
  const described = `aria-describedby="${hint === undefined ? "" : `${name}-hint `}${name}-wrong"`;
  const common = `id="${name}-field" name="${name}" ${described}${disabled ? " disabled" : ""}`;
  if (choices !== undefined) {
    const options = choices.map((choice) => {
      const [each, words] = typeof choice === "string" ? [choice, choice] : choice;
      return `<option value="${escaped(each)}"${each === value ? " selected" : ""}>${escaped(words)}</option>`;
    });
    return `<select ${common}>${options.join("")}</select>`;
  }
  if (lines !== undefined) return `<textarea ${common} rows="${lines}" spellcheck="false"></textarea>`;
  const input = `<input ${common} value="${escaped(value)}" autocomplete="off" autocapitalize="off" spellcheck="false"`;
  if (list === undefined) return `${input}${inputMode === undefined ? "" : ` inputmode="${inputMode}"`}>`;
  return (
    `<div class="combobox">${input} role="combobox" aria-autocomplete="list" aria-expanded="false" aria-controls="${name}-list">` +
    `<ul role="listbox" id="${name}-list" aria-label="${list === "models" ? "Models" : "Cards"}" hidden></ul>` +
    `<span role="status" class="unseen"></span></div>`
  );
}
