import { type Column, count, outcomeColumns } from "./outcome-columns.ts";
import { number, type Rule, whole } from "./rules.ts";

/** Measured number. */
export const measured = number("a number", -Infinity, Infinity, "measured");

/** Text, or any value that becomes one. */
const text: Rule = {
  rule: "a text",
  holds: (value) => value !== undefined && value !== null,
  kind: "as it is",
};

/** All columns that are read. */
export const columns = {
  ...outcomeColumns,
  prompt: { ...text, in: { answers: "question input" } },
  answer: { ...text, in: { answers: "predict prediction response output completion" } },
  reference: { ...text, in: { answers: "label target expected gold" } },
  finish: { ...text, in: { answers: "finish_reason stop_reason" } },
  /** Learning rate. */
  rate: { ...number("a number"), in: { runs: "learning_rate lr" } },
  /** Number of evaluation examples. */
  examples: {
    ...whole(count, 0),
    in: { runs: "n examples n_examples num_examples eval_samples eval_examples" },
  },
  /** `finished`, or what became of the run. */
  state: { ...text, in: { runs: "state status" } },
  /** When the run began, or else when it ended. */
  time: {
    ...text,
    kind: "time",
    in: {
      runs: `started started_at start_time start created created_at timestamp _timestamp date finished_at ended_at end_time updated_at`,
    },
  },
  /** Run or weights that the run started from. */
  start: {
    ...text,
    kind: "origin",
    in: {
      runs: `resume_from resumed_from resume_from_checkpoint init_from initialized_from start_from started_from warm_start_from init_adapter lora_model_dir`,
    },
  },
} as const satisfies Readonly<Record<string, Column>>;

/** Name of a column. */
export type Field = keyof typeof columns;
