/** One row: its number as the user counts it, and its cells by column. */
export interface Row {
  readonly number: number;
  readonly values: ReadonlyMap<string, unknown>;
}

/** The cells of one row under the header of all rows: with a `Map` for each row a table takes half as much memory again. */
export class RowOfTable implements ReadonlyMap<string, unknown> {
  readonly #columns: ReadonlyMap<string, number>;
  readonly #cells: readonly unknown[];

  /** `columns` has the place in `cells` of each. */
  constructor(columns: ReadonlyMap<string, number>, cells: readonly unknown[]) {
    this.#columns = columns;
    this.#cells = cells;
  }

  get size(): number {
    return this.#columns.size;
  }

  get(column: string): unknown {
    const place = this.#columns.get(column);
    return place === undefined ? undefined : this.#cells[place];
  }

  has(column: string): boolean {
    return this.#columns.has(column);
  }

  keys(): MapIterator<string> {
    return this.#columns.keys();
  }

  values(): MapIterator<unknown> {
    return new Map(this.#entries()).values();
  }

  entries(): MapIterator<[string, unknown]> {
    return new Map(this.#entries()).entries();
  }

  [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }

  forEach(take: (cell: unknown, column: string, row: ReadonlyMap<string, unknown>) => void): void {
    for (const [column, cell] of this.#entries()) take(cell, column, this);
  }

  #entries(): [string, unknown][] {
    return [...this.#columns].map(([column, place]) => [column, this.#cells[place]]);
  }
}

/** `rows 2, 5, 9`, at most ten of them. */
export function listRows(numbers: readonly number[], noun = "row"): string {
  if (numbers.length === 1) return `${noun} ${numbers[0]}`;
  const shown = numbers.slice(0, 10);
  const rest = numbers.length - shown.length;
  return `${noun}s ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
