import { type BaseFormatName, profileOf } from "@lorank/core/memory";
import { memoryDefaults } from "@lorank/core/memory-names";
import { asksForTime, calculate, type TimeCode } from "./calculate.ts";
import { startCombobox } from "./combobox.ts";
import {
  type Field,
  type FormValues,
  fields,
  isFloat,
  openingValues,
  pasted,
  settingFields,
  settingsOf,
} from "./fields.ts";
import { formHtml } from "./form.ts";
import type { Problems } from "./read-form.ts";
import { problemWords, renderCalculation } from "./render.ts";
import { suggest } from "./suggestions.ts";

/** The calculator as it opens, to stand in an element of class `calculator`. */
export function calculatorHtml(): string {
  const opening = calculate(openingValues);
  if ("problems" in opening) throw new Error(JSON.stringify(opening.problems));
  const { answer, details } = renderCalculation(opening);
  return `<div class="columns">
<section class="answer" aria-label="Answer"><p><span class="before"></span><span class="sentence" aria-live="polite" aria-atomic="true">${answer}</span></p></section>
<form>
${formHtml()}
</form>
<section class="details" aria-label="Details">${details}</section>
</div>`;
}

/** A value that is wrong while somebody types may be half of a right one: it is called wrong after this pause. */
const PAUSE_MS = 700;

/**
 * Shows the result whenever a value of the form in `calculator` changes, and at once. While a field is wrong, its error
 * stands beside it, and the last result stays. `loadTime` loads what computes hours, when the form asks for them.
 */
export function startCalculator(calculator: Element, loadTime: () => Promise<TimeCode>): void {
  const part = (selector: string): HTMLElement => calculator.querySelector<HTMLElement>(selector)!;
  const form = calculator.querySelector("form")!;
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | null;
  let pause: ReturnType<typeof setTimeout> | undefined;
  /** What computes hours, once the form has asked for them. */
  let time: TimeCode | undefined;

  /** Shows the result of the form; `edited`, which somebody is typing into, is not yet called wrong. */
  function show(edited?: string): void {
    clearTimeout(pause);
    const values = Object.fromEntries(new FormData(form)) as FormValues;
    if (time === undefined && asksForTime(values)) void showTime(edited);
    const found = calculate(values, time);
    const problems = "problems" in found ? found.problems : {};
    if (!("problems" in found)) {
      const { answer, details } = renderCalculation(found);
      fill(part(".sentence"), answer);
      fillDetails(part(".details"), details);
      const strategy = field("strategy");
      if (strategy) strategy.disabled = found.cards === undefined;
    }
    const isHalf = edited !== undefined && edited in problems && !isWrong(field(edited));
    if (isHalf) pause = setTimeout(() => show(isListed(field(edited)) ? edited : undefined), PAUSE_MS);
    for (const { name } of fields)
      if (!(isHalf && name === edited)) setWrong(field(name), part(`#${name}-wrong`), problems[name]);
    const { [isHalf ? edited : ""]: _, ...called } = problems;
    sayWhatIsWrong(called);
  }

  async function showTime(edited: string | undefined): Promise<void> {
    time = await loadTime();
    show(edited);
  }

  function sayWhatIsWrong(problems: Problems): void {
    const words = problemWords(problems);
    fill(part(".before"), words);
    part(".answer").classList.toggle("stale", words !== "");
    const answer = part(".answer");
    // What scrolls can be reached by keyboard.
    if (answer.scrollHeight > answer.clientHeight) answer.tabIndex = 0;
    else answer.removeAttribute("tabindex");
  }

  /** The base that QLoRA, which has a quantised one, has taken the place of. */
  let replacedBase: string | undefined = memoryDefaults.base;
  let namedModel = field("model")?.value ?? "";
  form.addEventListener("input", (event) => {
    const { name } = event.target as HTMLInputElement;
    const [method, base, model] = [field("method")?.value, field("base"), field("model")];
    if (base && name === "method") {
      if (method === "qlora" && isFloat(base.value)) {
        replacedBase = base.value;
        base.value = "nf4-dq";
      } else if (method !== "qlora") {
        base.value = replacedBase ?? base.value;
        replacedBase = undefined;
      }
    }
    renewSettings(name, base?.value as BaseFormatName | undefined);
    if (model && name === "config") model.value = field("config")?.value === "" ? namedModel : pasted;
    if (model && model.value !== pasted) namedModel = model.value;
    if (name === "model" && model?.value === pasted) openConfig();
    show(name);
  });
  form.addEventListener("change", () => show());

  /** Sets what follows from profile and method, or from the base where the stack sets something on a quantised one. */
  function renewSettings(edited: string, base: BaseFormatName | undefined): void {
    const profile = field("profile")?.value ?? "";
    const ofBase = edited === "base" ? Object.keys(profileOf(profile).onQuantized ?? {}) : [];
    for (const { name, value } of settingFields(settingsOf(profile, field("method")?.value, base))) {
      const input = field(name);
      if (input && (edited === "profile" || edited === "method" || ofBase.includes(name)))
        input.value = value;
    }
  }

  form.addEventListener("submit", (event) => event.preventDefault());

  function openConfig(): void {
    part("details.field").setAttribute("open", "");
    field("config")?.focus();
  }

  for (const { name, list } of fields as readonly Field[])
    if (list !== undefined)
      startCombobox(field(name)!, (text) => suggest(list, text), { picksFirst: list === "models" });
  show();
}

function isWrong(input: Element | null): boolean {
  return input?.getAttribute("aria-invalid") === "true";
}

/** Tells if the list of suggestions, which lies where the error would, is open. */
function isListed(input: Element | null): boolean {
  return input?.getAttribute("aria-expanded") === "true";
}

function setWrong(input: Element | null, place: HTMLElement, message = ""): void {
  if (place.textContent !== message) place.textContent = message;
  if (message === "") input?.removeAttribute("aria-invalid");
  else input?.setAttribute("aria-invalid", "true");
  if (message !== "") input?.closest("details")?.setAttribute("open", "");
}

/** Fills an element where it differs, for a screen reader would read the same again. */
function fill(element: HTMLElement, html: string): void {
  if (element.dataset.html !== html) element.innerHTML = html;
  element.dataset.html = html;
}

/** Fills the details anew; what somebody opened stays open. */
function fillDetails(element: HTMLElement, html: string): void {
  const opened = [...element.querySelectorAll("details")].map(({ open }) => open);
  fill(element, html);
  element.querySelectorAll("details").forEach((each, index) => {
    each.open = opened[index] ?? false;
  });
}
