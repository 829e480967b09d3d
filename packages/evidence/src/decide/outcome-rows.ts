import {
  type OutcomeCells,
  outcomeColumns,
  outcomeFields,
  requiredOfOutcomes,
} from "../columns/outcome-columns.ts";
import { isAbsent, quote } from "../columns/rules.ts";

/** Rule for a field of every row. */
export interface FieldRule {
  readonly field: keyof OutcomeCells;
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  /** Place of the first row, for messages (`row 1`), if it has this optional field. */
  readonly presentIn?: string;
}

/** Rules for all rows. The first row, at `place`, decides whether optional fields are in all of them or in none. */
export function fieldRules(first: OutcomeCells, place: string): readonly FieldRule[] {
  const required: readonly string[] = requiredOfOutcomes;
  return outcomeFields.map((field): FieldRule => {
    const { rule, holds } = outcomeColumns[field];
    if (required.includes(field)) return { field, rule, holds };
    return isAbsent(first[field])
      ? { field, rule: `in every row or in none (${place} has none)`, holds: isAbsent }
      : { field, rule: `${rule} in every row`, holds, presentIn: place };
  });
}

/** Describes the faults of a row by itself; undefined if it has none. */
export function rowFault(row: OutcomeCells, rules: readonly FieldRule[]): string | undefined {
  let faults: string[] | undefined;
  for (const { field, rule, holds, presentIn } of rules) {
    const value = row[field];
    if (holds(value)) continue;
    const but = presentIn === undefined ? "" : `, but ${presentIn} has one`;
    faults ??= [];
    if (!isAbsent(value)) faults.push(`${field} must be ${rule}, got ${quote(value)}`);
    else faults.push(`${field} is ${value === undefined ? "missing" : "empty"}${but}`);
  }
  return faults?.join("; ");
}
