let status: HTMLElement | undefined;

export function announce(text: string): void {
  if (status === undefined) {
    status = document.createElement("p");
    status.className = "status";
    status.setAttribute("role", "status");
  }
  if (!status.isConnected) document.body.append(status);
  status.replaceChildren(text);
}

/** Button that shows `text`, which its `label` contains. */
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

/** Numbers in a table cell; none in words. A run's id such as `00e1` is no number. */
export function numbersOf(cell: HTMLElement | undefined): number[] {
  if (cell?.dataset.raw !== undefined) return cell.dataset.raw.split(" ").map(Number);
  const text = cell?.firstChild?.textContent?.trim().replaceAll(",", "");
  return text === String(Number(text)) && text !== "NaN" ? [Number(text)] : [];
}

/** Cell text on a single line; empty for a dash. */
export function textOf(cell: Element | null | undefined): string {
  const text = cell?.textContent?.replace(/\s+/g, " ").trim() ?? "";
  return text === "–" ? "" : text;
}

export function headsOf(table: HTMLTableElement): HTMLTableCellElement[] {
  return [...(table.tHead?.rows[0]?.cells ?? [])];
}
