import { name, number, type Rule, share, whole } from "./rules.ts";

/** Shapes of tables that are read: see `shapes.ts`. */
export type ShapeName = "outcomes" | "runs" | "answers";

/** Column of a table. */
export interface Column extends Rule {
  /**
   * Names that tools give the column, by the shape of the table; a shape that is not here lacks it. In tables of outcomes and
   * answers they count where no column has its own name. In tables of runs they are all names, the surest first.
   */
  readonly in: { readonly [Shape in ShapeName]?: string };
}

/** Column of outcomes that metrics are computed from. */
export interface ValueColumn extends Column {
  /** Member of an evaluation with the value of each example. */
  readonly member: "correct" | "logLosses";
  /** Value of the class prior on an example whose class has this share of the examples. `isLargest`: no class has more. */
  readonly ofPrior: (share: number, isLargest: boolean) => number;
}

/**
 * Most log loss of an example that is compared, in nats. The smallest double is at 745 nats; a loss by logits can be above
 * that, by far less than this.
 */
export const mostLogLoss = 1e9;

export const count = "a whole number of at least 0";

/** Columns of outcomes. One for a metric of its own is a row of {@link ValueColumn}. */
export const outcomeColumns = {
  rank: {
    ...whole(count, 0, "rank"),
    in: { outcomes: "lora_rank lora_r", runs: "lora_rank lora_r rank r", answers: "" },
  },
  seed: {
    ...whole("a whole number", Number.MIN_SAFE_INTEGER, "seed"),
    in: { outcomes: "", runs: "seed random_seed train_seed training_seed", answers: "" },
  },
  example: { ...name, in: { outcomes: "id idx example_id doc_id", answers: "id" } },
  label: { ...name, in: { outcomes: "" } },
  group: { ...name, in: { outcomes: "" } },
  correct: {
    ...share,
    in: { outcomes: "is_correct score acc exact_match" },
    member: "correct",
    ofPrior: (_: number, isLargest: boolean) => (isLargest ? 1 : 0),
  },
  logLoss: {
    ...number(`a number from 0 to ${mostLogLoss}`, 0, mostLogLoss),
    in: { outcomes: "log_loss" },
    member: "logLosses",
    ofPrior: (share: number) => 0 - Math.log(share),
  },
} as const satisfies Readonly<Record<string, Column | ValueColumn>>;

type Rows = typeof outcomeColumns;

/** Columns that all outcomes have, unless something else says what they hold. */
export const requiredOfOutcomes = ["rank", "seed", "example", "correct"] as const;

/** All columns of outcomes, those that are required first. */
export const outcomeFields = [
  ...new Set<keyof Rows>([...requiredOfOutcomes, ...(Object.keys(outcomeColumns) as (keyof Rows)[])]),
];

/** Columns that metrics are computed from. */
export type ValueField = { [F in keyof Rows]: Rows[F] extends ValueColumn ? F : never }[keyof Rows];

/** Something for each column that metrics are computed from. All outcomes have `correct`; another is in all of them or in none. */
export type OfValues<Value> = { readonly correct: Value } & {
  readonly [F in Exclude<ValueField, "correct">]?: Value;
};

/** Columns that metrics are computed from, with their names. */
export const valueColumns = Object.entries<Column | ValueColumn>(outcomeColumns).filter(
  (entry): entry is [ValueField, ValueColumn] => "ofPrior" in entry[1],
);

/** One line of any trainer's outcomes: the result of a rank, trained with a seed, on one evaluation example. */
export interface Outcome extends OfValues<number> {
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
export type OutcomeCells = { readonly [F in keyof Rows]?: unknown };
