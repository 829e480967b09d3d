let status: HTMLElement | undefined;

/** Tells those who hear the page what has just happened. */
export function announce(text: string): void {
  if (status === undefined) {
    status = document.createElement("p");
    status.className = "status";
    status.setAttribute("role", "status");
  }
  if (!status.isConnected) document.body.append(status);
  status.replaceChildren(text);
}

/** A button that shows `text`; its `label` has that in it. */
export function button(
  text: string,
  label: string,
  act: (self: HTMLButtonElement) => void,
): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.ariaLabel = label;
  made.addEventListener("click", () => act(made));
  return made;
}

/** The numbers of a cell; none where it has words or nothing. A run's id such as `00e1` is no number. */
export function numbersOf(cell: HTMLElement | undefined): number[] {
  if (cell?.dataset.raw !== undefined) return cell.dataset.raw.split(" ").map(Number);
  const text = cell?.firstChild?.textContent?.trim().replaceAll(",", "");
  return text === String(Number(text)) && text !== "NaN" ? [Number(text)] : [];
}

/** A cell as one line; empty where the page has a dash for nothing. */
export function textOf(cell: Element | null | undefined): string {
  const text = cell?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  return text === "–" ? "" : text;
}

/** The cells of a table's head. */
export function headsOf(table: HTMLTableElement): HTMLTableCellElement[] {
  return [...(table.tHead?.rows[0]?.cells ?? [])];
}
