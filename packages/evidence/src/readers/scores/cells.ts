import { InputError } from "@lorank/core";
import type { readDataRows } from "@lorank/tables/node";
import { withoutName } from "../rows/rows.ts";

export type TableRow = Awaited<ReturnType<typeof readDataRows>>[number];

/** Reads cells as numbers, and takes note of bad ones and of rows that are left out. */
export class CellReader {
  readonly source: string;
  readonly #faults: string[] = [];
  readonly #left = new Map<string, number>();

  constructor(source: string) {
    this.source = source;
  }

  /** Counts a run that is left out. */
  leaveOut(why: string): [] {
    this.#left.set(why, (this.#left.get(why) ?? 0) + 1);
    return [];
  }

  leftOut(): string[] {
    return [...this.#left].map(
      ([why, count]) => `Left out ${count} ${count === 1 ? "run" : "runs"}: ${why}.`,
    );
  }

  /** @throws InputError `E_OUTCOMES` that shows the first bad cells. */
  throwIfAny(): void {
    const count = this.#faults.length;
    if (count === 0) return;
    const more = count > 5 ? [`and ${count - 5} more`] : [];
    const lines = [
      `${this.source} has ${count} ${count === 1 ? "problem" : "problems"}:`,
      ...this.#faults.slice(0, 5),
      ...more,
    ];
    throw new InputError("E_OUTCOMES", lines.join("\n  "));
  }

  /** Undefined for an empty cell, and for one that is no number. `r8` is a rank, and `s1` a seed. */
  number({ number, values }: TableRow, column: string, field?: "rank" | "seed"): number | undefined {
    const cell = field === undefined ? values.get(column) : withoutName(field, values.get(column));
    if (isEmpty(cell)) return undefined;
    const value = numberIn(cell);
    if (value === undefined)
      this.#faults.push(`row ${number}: ${column} must be a number, got ${shown(cell)}`);
    return value;
  }

  whole(row: TableRow, column: string, field?: "rank" | "seed"): number | undefined {
    const value = this.number(row, column, field);
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
    this.#faults.push(`row ${row.number}: ${column} must be a whole number of at least 0, got ${value}`);
    return undefined;
  }
}

/** Tells a percentage by its sign. */
export function hasPercentSign(cell: unknown): boolean {
  return typeof cell === "string" && cell.trim().endsWith("%");
}

function isEmpty(cell: unknown): boolean {
  return (
    cell === undefined ||
    cell === null ||
    (typeof cell === "string" && /^\s*(nan|null|none|-)?\s*$/i.test(cell))
  );
}

/** Reads 0.5, "0.5", "0,5" and "50 %"; undefined for anything else. */
export function numberIn(cell: unknown): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return undefined;
  const [, digits, percent] = /^\s*([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(cell) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits.replace(",", ".")) / (percent === "%" ? 100 : 1);
}

function shown(cell: unknown): string {
  const text = JSON.stringify(cell) ?? String(cell);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
