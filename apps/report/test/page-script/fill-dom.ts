/** Adds what the page's script uses and Happy DOM lacks: rows of a table's parts, sorting as an attribute. */
export function fillDom(): void {
  Object.defineProperty(HTMLTableSectionElement.prototype, "rows", {
    configurable: true,
    get(this: HTMLElement) {
      return this.querySelectorAll("tr");
    },
  });
  Object.defineProperty(HTMLElement.prototype, "ariaSort", {
    configurable: true,
    get(this: HTMLElement) {
      return this.getAttribute("aria-sort");
    },
    set(this: HTMLElement, value: string | null) {
      if (value === null) this.removeAttribute("aria-sort");
      else this.setAttribute("aria-sort", value);
    },
  });
}

/** Replaces the page, and gives the button with this text or label. */
export function show(html: string): (name: string) => HTMLButtonElement {
  document.body.innerHTML = html;
  return (name) => {
    const found = [...document.querySelectorAll("button")].find(
      (one) => one.ariaLabel === name || one.textContent === name,
    );
    if (found === undefined) throw new Error(`no button ${name}`);
    return found;
  };
}

export const status = (): string | undefined => document.querySelector(".status")?.textContent;
