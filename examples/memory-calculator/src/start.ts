import { isInputError } from "@lorank/core";
import { profileOf } from "@lorank/core/memory";
import { calculate } from "./calculate.ts";
import { type FormValues, fields, isFloat, pasted, settingFields } from "./fields.ts";
import { formHtml } from "./form.ts";
import { escaped, type ResultHtml, renderCalculation } from "./render.ts";

/** The result for the values of a form, or what is wrong with them. */
function resultOf(values: FormValues): ResultHtml {
  try {
    return renderCalculation(calculate(values));
  } catch (error) {
    if (!isInputError(error)) throw error;
    return { answer: `<p class="wrong">${escaped(error.message)}</p>`, details: "" };
  }
}

/** The calculator as it opens, to stand in an element of class `calculator`. */
export function calculatorHtml(): string {
  const { answer, details } = resultOf(Object.fromEntries(fields.map(({ name, value }) => [name, value])));
  return `<section class="answer" aria-label="Answer" aria-live="polite" aria-atomic="true">${answer}</section>
<form>
${formHtml()}
</form>
<section class="details" aria-label="Details">${details}</section>`;
}

/** Shows the result whenever a value of the form in `calculator` changes, and at once. */
export function startCalculator(calculator: Element): void {
  const form = calculator.querySelector("form")!;
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | null;
  const show = (): void => {
    const { answer, details } = resultOf(Object.fromEntries(new FormData(form)) as FormValues);
    calculator.querySelector(".answer")!.innerHTML = answer;
    calculator.querySelector(".details")!.innerHTML = details;
  };
  /** The choice that QLoRA, which has a quantised base, has taken the place of. */
  let replacedBase: string | undefined;
  form.addEventListener("input", (event) => {
    const { name } = event.target as HTMLInputElement;
    if (name === "profile" || name === "method") {
      const { settings, qlora } = profileOf(field("profile")?.value ?? "");
      const own = field("method")?.value === "qlora" ? { ...settings, ...qlora } : settings;
      for (const { name: setting, value: each } of settingFields(own)) {
        const input = field(setting);
        if (input) input.value = each;
      }
    }
    const base = field("base");
    if (base && field("method")?.value !== "qlora") {
      base.value = replacedBase ?? base.value;
      replacedBase = undefined;
    } else if (base && isFloat(base.value)) {
      replacedBase = base.value;
      base.value = "nf4-dq";
    }
    const model = field("model");
    if (name === "config" && model) model.value = pasted;
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}
