import { type Column, count, outcomeColumns } from "./outcome-columns.ts";
import { number, type Rule, whole } from "./rules.ts";

export const measured = number("a number", -Infinity, Infinity, "measured");

const text: Rule = {
  rule: "a text",
  holds: (value) => value !== undefined && value !== null,
  kind: "as it is",
};

export const columns = {
  ...outcomeColumns,
  prompt: { ...text, in: { answers: "question input" } },
  answer: { ...text, in: { answers: "predict prediction response output completion" } },
  reference: { ...text, in: { answers: "label target expected gold" } },
  finish: { ...text, in: { answers: "finish_reason stop_reason" } },
  rate: { ...number("a number"), in: { runs: "learning_rate lr" } },
  examples: {
    ...whole(count, 0),
    in: { runs: "n examples n_examples num_examples eval_samples eval_examples" },
  },
  state: { ...text, in: { runs: "state status" } },
  /** Time at which a run started, or else ended. */
  time: {
    ...text,
    kind: "time",
    in: {
      runs: `started started_at start_time start created created_at timestamp _timestamp date finished_at ended_at end_time updated_at`,
    },
  },
  /** Name of the run or weights from which training started. */
  start: {
    ...text,
    kind: "origin",
    in: {
      runs: `resume_from resumed_from resume_from_checkpoint init_from initialized_from start_from started_from warm_start_from init_adapter lora_model_dir`,
    },
  },
} as const satisfies Readonly<Record<string, Column>>;

export type Field = keyof typeof columns;
