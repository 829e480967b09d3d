/** The numbers of a cell; none where it has words or nothing. */
export function numbersOf(cell: HTMLElement | undefined): number[] {
  const raw = cell?.dataset.raw?.split(" ") ?? [cell?.firstChild?.textContent?.replaceAll(",", "") || "none"];
  return raw.map(Number).filter((value) => !Number.isNaN(value));
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
