import type { Suggestion } from "./suggestions.ts";

/**
 * Makes a text field with a list of role `listbox` after it one that suggests: the list opens on a click, an arrow key
 * or typing. A value that is picked fires `input` and `change`. With `picksFirst` Enter takes the first suggestion.
 * Pattern: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export function startCombobox(
  input: HTMLInputElement,
  suggest: (text: string) => readonly Suggestion[],
  { picksFirst }: { readonly picksFirst: boolean },
): void {
  const list = input.parentElement!.querySelector<HTMLElement>("[role=listbox]")!;
  const count = input.parentElement!.querySelector<HTMLElement>("[role=status]")!;
  let active: HTMLElement | undefined;
  /** The value that Escape brings back. */
  let kept = input.value;
  let isPicking = false;
  const isOpen = (): boolean => !list.hidden;
  const options = (): HTMLElement[] => [...list.children] as HTMLElement[];

  function activate(option: HTMLElement | undefined): void {
    active?.setAttribute("aria-selected", "false");
    active = option;
    active?.setAttribute("aria-selected", "true");
    if (active === undefined) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", active.id);
    active?.scrollIntoView({ block: "nearest" });
  }

  function close(): void {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    count.textContent = "";
    activate(undefined);
  }

  function open(text: string): void {
    const found = suggest(text);
    if (found.length === 0) {
      close();
      return;
    }
    list.replaceChildren(...found.map((each, index) => optionOf(each, `${list.id}-${index}`)));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    count.textContent = found.length === 1 ? "1 suggestion" : `${found.length} suggestions`;
    const current = options().find((option) => option.dataset.value === input.value);
    activate(current ?? (picksFirst && text !== "" ? options()[0] : undefined));
  }

  function pick(value: string): void {
    input.value = value;
    kept = value;
    close();
    isPicking = true;
    for (const type of ["input", "change"]) input.dispatchEvent(new Event(type, { bubbles: true }));
    isPicking = false;
  }

  function move(step: 1 | -1): void {
    const all = options();
    const at = active === undefined ? (step === 1 ? -1 : all.length) : all.indexOf(active);
    activate(all[(at + step + all.length) % all.length]);
  }

  input.addEventListener("input", () => {
    if (!isPicking) open(input.value);
  });
  input.addEventListener("click", () => {
    if (isOpen()) close();
    else {
      open("");
      input.select();
    }
  });
  input.addEventListener("focus", () => {
    kept = input.value;
  });
  input.addEventListener("change", () => {
    kept = input.value;
    close();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "ArrowDown" || key === "ArrowUp") {
      if (isOpen()) move(key === "ArrowDown" ? 1 : -1);
      else open("");
    } else if (key === "Enter" && isOpen()) {
      if (active === undefined) close();
      else pick(active.dataset.value!);
    } else if (key === "Escape" && input.value !== kept) pick(kept);
    else if (key === "Escape" && isOpen()) close();
    else return;
    event.preventDefault();
  });
  // The field keeps the focus.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]");
    if (option !== null) pick(option.dataset.value!);
  });
}

function optionOf({ value, note }: Suggestion, id: string): HTMLElement {
  const option = document.createElement("li");
  option.id = id;
  option.dataset.value = value;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.append(value);
  if (note !== undefined) {
    const words = document.createElement("small");
    words.textContent = note;
    option.append(" ", words);
  }
  return option;
}
