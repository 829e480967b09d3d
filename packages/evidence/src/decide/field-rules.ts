import {
  type OutcomeCells,
  outcomeColumns,
  outcomeFields,
  requiredOfOutcomes,
} from "../columns/outcome-columns.ts";
import { isAbsent, quote } from "../columns/rules.ts";

export interface FieldRule {
  readonly field: keyof OutcomeCells;
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  /** Place of the first row in messages; present if that row has this optional field. */
  readonly presentIn?: string;
}

/** Fields that are read only for a metric that needs them. */
const fieldsOfSets: readonly string[] = ["prediction", "positiveScore", "truth"];

/**
 * Rules for a row's fields. The first row, at `place`, decides which optional fields all rows must have. `needs`: fields
 * that the metric needs.
 */
export function fieldRules(
  first: OutcomeCells,
  place: string,
  needs: readonly string[],
): readonly FieldRule[] {
  const required: readonly string[] = [...requiredOfOutcomes, ...needs];
  const read = outcomeFields.filter((field) => !fieldsOfSets.includes(field) || needs.includes(field));
  return read.map((field): FieldRule => {
    const { rule, holds } = outcomeColumns[field];
    if (required.includes(field)) return { field, rule, holds };
    return isAbsent(first[field])
      ? { field, rule: `in every row or in none (${place} has none)`, holds: isAbsent }
      : { field, rule: `${rule} in every row`, holds, presentIn: place };
  });
}

/** Faults of a row in words; undefined without any. */
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
