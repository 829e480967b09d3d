/** One line of any trainer's outcomes: what a rank, trained with a seed, did on one evaluation example. */
export interface Outcome {
  readonly rank: number;
  readonly seed: number;
  /** Names the example; the same name means the same example under every rank and seed. */
  readonly example: string | number;
  /** 1 if right, 0 if wrong, or a share between them: the F1 of an answer's words, or the share of its tokens that are right. */
  readonly correct: number;
  /** Negative log probability of the truth, in nats, at most 1e9; in all rows or in none. */
  readonly logLoss?: number;
  /** The true class of the example; in all rows or in none. It tells whether a rank is better than the class prior. */
  readonly label?: string | number;
}

/** A row before it is checked. A value that could not be read as its field should be stands as it was found. */
export type OutcomeCells = { readonly [Field in keyof Outcome]?: unknown };

/**
 * Most log loss of an example that is compared, in nats. The smallest double is at 745 nats; a loss by logits can be above
 * that, by far less than this.
 */
export const mostLogLoss = 1e9;

/** What a field of every row has to be. */
export interface FieldRule {
  readonly field: keyof Outcome;
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  /** Where the first row has this optional field, for messages: `row 1`. */
  readonly givenIn?: string;
}

/** The rules for all rows. The first row, at `place`, says whether the optional fields are in all of them or in none. */
export function fieldRules(first: OutcomeCells, place: string): readonly FieldRule[] {
  const optional = ({ field, rule, holds }: FieldRule): FieldRule =>
    isAbsent(first[field])
      ? { field, rule: `in every row or in none (${place} has none)`, holds: isAbsent }
      : { field, rule: `${rule} in every row`, holds, givenIn: place };
  const name = "a name or a number";
  return [
    { field: "rank", rule: "a whole number of at least 0", holds: isRank },
    { field: "seed", rule: "a whole number", holds: Number.isSafeInteger },
    { field: "example", rule: name, holds: isName },
    { field: "correct", rule: "between 0 and 1", holds: isShare },
    optional({ field: "label", rule: name, holds: isName }),
    optional({ field: "logLoss", rule: `a number from 0 to ${mostLogLoss}`, holds: isLogLoss }),
  ];
}

/** What is wrong with a row by itself, in words; undefined where nothing is. */
export function rowFault(row: OutcomeCells, rules: readonly FieldRule[]): string | undefined {
  let faults: string[] | undefined;
  for (const { field, rule, holds, givenIn } of rules) {
    const value = row[field];
    if (holds(value)) continue;
    const but = givenIn === undefined ? "" : `, but ${givenIn} has one`;
    faults ??= [];
    if (!isAbsent(value)) faults.push(`${field} must be ${rule}, got ${quote(value)}`);
    else faults.push(`${field} is ${value === undefined ? "missing" : "empty"}${but}`);
  }
  return faults?.join("; ");
}

/** A value as a message shows it: a text in quotation marks, a long one cut. */
export function quote(value: unknown): string {
  const text = typeof value === "string" || typeof value === "object" ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Whether a cell holds nothing. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isRank(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/** Whether a verdict can be given on it: a sum of squares of numbers near the largest would be infinite. */
export function isLogLoss(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= mostLogLoss;
}

function isName(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : Number.isFinite(value);
}
