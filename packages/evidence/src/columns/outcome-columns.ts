import { name, number, type Rule, share, whole } from "./rules.ts";

export type ShapeName = "outcomes" | "runs" | "answers";

export interface Column extends Rule {
  /** Column names by tools and table shape; other shapes lack the column. In run tables the surest name is first. */
  readonly in: { readonly [Shape in ShapeName]?: string };
}

/** Outcome column from which a metric is computed. */
export interface ValueColumn extends Column {
  /** Evaluation member with the example's value. */
  readonly member: "correct" | "logLosses" | "labels" | "predictions" | "positiveScores";
}

/** Column whose values the class prior has, too. */
export interface PriorColumn extends ValueColumn {
  /** Class prior's value on an example whose class has this share. `isLargest`: no class has more. */
  readonly ofPrior: (share: number, isLargest: boolean) => number;
}

/** Largest log loss compared, in nats. Probabilities end at 745 as doubles; losses by logits stay far below. */
export const mostLogLoss = 1e9;

export const count = "a whole number of at least 0";

const classNumber = whole(count, 0);

/**
 * Outcome columns; a new metric's column is a row with {@link ValueColumn}'s members. Those behind set metrics are read
 * only where such a metric decides.
 */
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
  prediction: { ...name, in: { outcomes: "y_pred" }, member: "predictions" },
  positiveScore: {
    ...number("a number", -Number.MAX_VALUE, Number.MAX_VALUE),
    in: { outcomes: "positive_score y_score" },
    member: "positiveScores",
  },
  /** Number of the true class, from the label. */
  truth: { ...classNumber, in: {}, member: "labels" },
} as const satisfies Readonly<Record<string, Column | ValueColumn | PriorColumn>>;

type Rows = typeof outcomeColumns;

export const requiredOfOutcomes = ["rank", "seed", "example", "correct"] as const;

export const outcomeFields = [
  ...new Set<keyof Rows>([...requiredOfOutcomes, ...(Object.keys(outcomeColumns) as (keyof Rows)[])]),
];

export type ValueField = { [F in keyof Rows]: Rows[F] extends ValueColumn ? F : never }[keyof Rows];

export type PriorField = { [F in keyof Rows]: Rows[F] extends PriorColumn ? F : never }[keyof Rows];

/** Values for each column behind a metric. All outcomes have `correct`; other columns are in all or none. */
export type OfValues<Value> = { readonly correct: Value } & {
  readonly [F in Exclude<ValueField, "correct">]?: Value;
};

export const valueColumns = Object.entries<Column | ValueColumn | PriorColumn>(outcomeColumns).filter(
  (entry): entry is [ValueField, ValueColumn] => "member" in entry[1],
);

/** Columns whose values the class prior has, too. */
export function priorColumns(): readonly (readonly [PriorField, PriorColumn])[] {
  return valueColumns.filter((entry): entry is [PriorField, PriorColumn] => "ofPrior" in entry[1]);
}

/** Outcome row from any trainer: a rank and seed on a single evaluation example. */
export interface Outcome extends Omit<OfValues<number>, "prediction" | "truth"> {
  readonly rank: number;
  readonly seed: number;
  /** Example name, equal under every rank and seed. */
  readonly example: string | number;
  /** Correctness: 1 if right, 0 if wrong, or a share between, such as an answer's F1 or right tokens. */
  readonly correct: number;
  /** Negative log probability assigned to the truth, in nats, at most 1e9; in all rows or none. */
  readonly logLoss?: number;
  /** True class, in all rows or none; allows a comparison with the class prior. */
  readonly label?: string | number;
  /** Predicted class, named as the labels are; for F1 and the Matthews correlation. */
  readonly prediction?: string | number;
  /** Probability or other score of the positive class; for AUROC. */
  readonly positiveScore?: number;
  /** Group, such as the example's document, thread or person; in all rows or none. */
  readonly group?: string | number;
}

/** Outcome row before checks; an unparsable value stays as read. */
export type OutcomeCells = { readonly [F in keyof Rows]?: unknown };
