import { isInputError } from "@lorank/core";
import { profileOf } from "@lorank/core/memory";
import { calculate } from "./calculate.ts";
import { type FormValues, pasted, settingFields } from "./fields.ts";
import { escaped, renderCalculation } from "./render.ts";

export { calculate, renderCalculation };

function start(form: HTMLFormElement, result: HTMLElement): void {
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | null;
  const show = (): void => {
    const values = Object.fromEntries(new FormData(form)) as FormValues;
    try {
      result.innerHTML = renderCalculation(calculate(values));
    } catch (error) {
      if (!isInputError(error)) throw error;
      result.innerHTML = `<p class="wrong" role="alert">${escaped(error.message)}</p>`;
    }
  };
  form.addEventListener("input", (event) => {
    const { name, value } = event.target as HTMLInputElement;
    if (name === "profile") {
      for (const { name: setting, value: each } of settingFields(profileOf(value).settings)) {
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

if (typeof document !== "undefined") {
  start(document.querySelector("form")!, document.querySelector<HTMLElement>("#result")!);
}
