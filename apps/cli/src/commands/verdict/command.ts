import { defineCommand } from "../../command.ts";
import { resultsHelp } from "../../flags/common-kinds.ts";
import { shown } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { evidenceSettings, requireConclusive } from "../../settings/evidence-settings.ts";

// biome-ignore format: a row per line
const settings = [
  ...evidenceSettings,
  requireConclusive,
  shown("all", k.onOff, "every sentence in full: what the intervals hold for, what chance and one learning rate may do; with --help, every flag"),
] as const;

export type VerdictSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "verdict",
  group: "Look and decide:",
  arguments: [["<results...>", resultsHelp]],
  settings,
  summary: "decide from a sweep's or any trainer's outcomes",
  description:
    "Decide which rank the outcomes support.\n" +
    "Outcomes of any trainer have the columns rank,seed,example,correct and, if you have them, logLoss and label; a row for " +
    "each rank, seed and evaluation example, separated by commas, semicolons (then 0,37 is a number too) or tabs, or a " +
    "JSON object a line. correct is 1 or 0, also true or false, yes or no, or the share of the example that is right: " +
    "0.37 or 37%. By the label, an example's true class, no rank is recommended unless one is better than the class prior.\n" +
    "A table of runs has a row for each run: rank, seed, a score and, if you have it, n, the number of evaluation examples. " +
    "Tables that Weights & Biases (wandb) and MLflow (mlflow) export are read, and trainers' logs below a pattern such as 'runs/r{rank}-s{seed}'.\n" +
    "Files of an evaluator, or of one run each, are found by such a pattern too: {rank} and {seed} are digits, * is any part of " +
    "a name, and of a folder the files below it are read. Without {rank} the rank is that of the adapter_config.json beside or " +
    "below a file, or what the evaluator says; without {seed} there is one seed.",
  examples: [
    ["lorank verdict lorank-sweep", "the verdict of a sweep"],
    ["lorank verdict lorank-sweep --metric log-loss", "the same trials, judged on log loss"],
    ["lorank verdict outcomes.csv --margin 0.02", "outcomes that another trainer wrote"],
    ["zcat outcomes.jsonl.gz | lorank verdict -", "outcomes from a pipe"],
    ["lorank verdict runs.csv --metric f1 --margin 0.01", "one score of each run"],
    ["lorank verdict 'runs/r{rank}-s{seed}' --metric eval_loss", "the trainer_state.json of each run"],
    [
      "lorank verdict 'runs/r{rank}-s{seed}' --task gsm8k --filter strict-match",
      "samples of lm-evaluation-harness",
    ],
  ],
  tool: { without: ["all", "require-conclusive", "positive"], fetches: false },
  load: () => import("./verdict.ts"),
});
