import { defineCommand } from "../../command.ts";
import { file } from "../../flags/common-kinds.ts";
import { output, question } from "../../flags/headings.ts";
import * as k from "../../flags/kinds.ts";
import type { ValuesOf } from "../../flags/setting.ts";
import { sweepSettings } from "../../settings/table.ts";

// biome-ignore format: a row per line
const settings = [
  question("metric", k.repeatedText("a metric", "metric"), "equals, contains, icontains, starts-with, regex:PATTERN, is-json, numeric[:TOLERANCE], levenshtein[:DISTANCE], rouge-n[:THRESHOLD] or file:FILE, a judge of yours; not- before it for the opposite; may be repeated", { required: true }),
  question("timeout", k.time, "longest time of a judge in a file, regex or levenshtein for one answer", { default: "10s" }),
  ...sweepSettings("encoding", "delimiter", "quote"),
  output("out", file, "outcomes by the first metric, for lorank verdict: CSV in a .csv, else one JSON line each", { short: "o" }),
] as const;

export type JudgeSettings = ValuesOf<(typeof settings)[number]>;

export const command = defineCommand({
  name: "judge",
  group: "Models and adapters:",
  arguments: [
    [
      "<answers...>",
      "generated answers: LLaMA-Factory's generated_predictions.jsonl, or any .jsonl, .json, .csv, .tsv or .parquet file, or - for " +
        "standard input; or a pattern of runs such as 'runs/r{rank}-s{seed}/generated_predictions.jsonl'; or a sweep's folder",
    ],
  ],
  settings,
  summary: "score generated answers, for a verdict",
  description:
    "Score generated answers against references, and write outcomes that verdict reads.\n" +
    "A file has the columns prompt, answer and reference, and if you have them example, finish (length: the limit cut the answer), rank " +
    "and seed. An answer may also be called predict, prediction, response, output or completion; a reference label, target, expected or " +
    "gold. In a pattern {rank} and {seed} are digits and * is any part of a name; without {rank} it is that of the " +
    "adapter_config.json beside a file. Of a sweep's folder, the answers that its trials generated are scored anew.\n" +
    "The metrics have promptfoo's names and scores; numeric compares the last number of the answer. A judge in a file exports " +
    "(prompt, answer, reference) => a number from 0 to 1, or null to leave the example out. Such a file runs with all your rights.",
  examples: [
    ["lorank judge answers.jsonl --metric numeric --metric rouge-n", "the mean of two metrics"],
    [
      "lorank judge 'runs/r{rank}-s{seed}/generated_predictions.jsonl' --metric icontains -o outcomes.csv",
      "all runs, as outcomes",
    ],
    ["lorank verdict outcomes.csv", "which rank they support"],
    ["lorank judge lorank-sweep --metric rouge-n", "a sweep's answers by another metric, without training"],
    ["lorank judge answers.csv --metric file:judge.js --timeout 60s", "by a function of yours"],
  ],
  load: () => import("./judge.ts"),
});
