import { isInputError } from "@lorank/core";
import { profileOf } from "@lorank/core/memory";
import { calculate } from "./calculate.ts";
import { type FormValues, fields, pasted, settingFields } from "./fields.ts";
import { escaped, renderCalculation } from "./render.ts";

/** The result for the values of a form as HTML, or what is wrong with them. */
export function resultHtml(values: FormValues): string {
  try {
    return renderCalculation(calculate(values));
  } catch (error) {
    if (!isInputError(error)) throw error;
    return `<p class="wrong" role="alert">${escaped(error.message)}</p>`;
  }
}

/** The result for the form as it opens. */
export function firstResultHtml(): string {
  return resultHtml(Object.fromEntries(fields.map(({ name, value }) => [name, value])));
}

/** Shows the result whenever a value of the form changes, and at once. */
export function startCalculator(form: HTMLFormElement, result: HTMLElement): void {
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | null;
  const show = (): void => {
    result.innerHTML = resultHtml(Object.fromEntries(new FormData(form)) as FormValues);
  };
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
    const model = field("model");
    if (name === "config" && model) model.value = pasted;
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  show();
}
