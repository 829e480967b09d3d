/** One line of any trainer's outcomes: the result of a rank, trained with a seed, on one evaluation example. */
export interface Outcome {
  readonly rank: number;
  readonly seed: number;
  /** Names the example; the same name means the same example under every rank and seed. */
  readonly example: string | number;
  /** 1 if right, 0 if wrong, or a share between them, such as the F1 of an answer's words or its right tokens. */
  readonly correct: number;
  /** Negative log probability of the truth, in nats, at most 1e9; in all rows or in none. */
  readonly logLoss?: number;
  /** The true class of the example; in all rows or in none. It allows a comparison of ranks with the class prior. */
  readonly label?: string | number;
  /** The document, thread or person that the example comes from; in all rows or in none. */
  readonly group?: string | number;
}

/** A row before it is checked. A value that does not parse as its field stays as it was read. */
export type OutcomeCells = { readonly [Field in keyof Outcome]?: unknown };

/**
 * Most log loss of an example that is compared, in nats. The smallest double is at 745 nats; a loss by logits can be above
 * that, by far less than this.
 */
export const mostLogLoss = 1e9;

/** Rule for a field of every row. */
export interface FieldRule {
  readonly field: keyof Outcome;
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  /** Place of the first row, for messages (`row 1`), if it has this optional field. */
  readonly presentIn?: string;
}

/** Rules for all rows. The first row, at `place`, decides whether optional fields are in all of them or in none. */
export function fieldRules(first: OutcomeCells, place: string): readonly FieldRule[] {
  const optional = ({ field, rule, holds }: FieldRule): FieldRule =>
    isAbsent(first[field])
      ? { field, rule: `in every row or in none (${place} has none)`, holds: isAbsent }
      : { field, rule: `${rule} in every row`, holds, presentIn: place };
  const name = "a name or a number";
  return [
    { field: "rank", rule: "a whole number of at least 0", holds: isRank },
    { field: "seed", rule: "a whole number", holds: Number.isSafeInteger },
    { field: "example", rule: name, holds: isName },
    { field: "correct", rule: "between 0 and 1", holds: isShare },
    optional({ field: "label", rule: name, holds: isName }),
    optional({ field: "group", rule: name, holds: isName }),
    optional({ field: "logLoss", rule: `a number from 0 to ${mostLogLoss}`, holds: isLogLoss }),
  ];
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

/** Formats a value for a message: a text in quotation marks, a long one cut. */
export function quote(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Tells whether a cell is empty. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isRank(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/** Tells whether a log loss is in range: a sum of squares of numbers near the largest double would be infinite. */
export function isLogLoss(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= mostLogLoss;
}

function isName(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : Number.isFinite(value);
}
