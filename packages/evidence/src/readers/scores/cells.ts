import type { Row } from "@lorank/tables";
import { readCell } from "../../columns/cells.ts";
import { measured } from "../../columns/columns.ts";
import { quote, type Rule } from "../../columns/rules.ts";
import { OutcomeProblems } from "../../decide/outcome-problems.ts";

/** Checks cells that were read, and takes note of bad ones and of rows that are left out. */
export class CellChecks extends OutcomeProblems {
  readonly #left = new Map<string, number>();

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

  /** The number in a cell. Returns as `checked`. */
  number(row: Row, column: string, rule: Rule = measured): number | undefined {
    return this.checked(row, column, readCell[rule.kind](row.values.get(column), true), rule);
  }

  /** A number that was read from a cell; undefined for an empty cell, and for what breaks the rule. */
  checked({ number }: Row, column: string, value: unknown, { rule, holds }: Rule): number | undefined {
    if (holds(value)) return value as number;
    const isEmpty = value == null || (typeof value === "string" && /^\s*(nan|null|none|-)?\s*$/i.test(value));
    if (!isEmpty) this.add(`row ${number}: ${column} must be ${rule}, got ${quote(value)}`);
    return undefined;
  }
}
