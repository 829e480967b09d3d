import { defaultMargins } from "@lorank/evidence/names";
import { defaults as d } from "../defaults.ts";
import { metric } from "../flags/common-kinds.ts";
import { compared, running } from "../flags/headings.ts";
import * as k from "../flags/kinds.ts";
import { under } from "../flags/setting.ts";

const evidence = under("What is read of an evaluator's files:");

// biome-ignore format: a row per line
const [filter, score, where, averageOver, suite, by, cost] = [
  evidence("filter", k.text("a filter's name", "name"), "filter of lm-evaluation-harness, where it has several", { flagOnly: true }),
  evidence("score", k.text("a score's name", "name"), "metric, scorer or named score that says what is right, where there are several", { flagOnly: true }),
  evidence("where", k.repeatedText("a column and its value", "column=value"), "of a table: only rows with this value; may be repeated, of one column for any of several values", { flagOnly: true }),
  evidence("average-over", k.text("a column's name", "column"), "of a table: means over the values of this column, within rank and seed", { flagOnly: true }),
  evidence("suite", k.names, "tasks whose mean decides: a table's column that names them, or one for each; of an evaluator's files their names, or task for all", { unit: "names", flagOnly: true }),
  evidence("by", k.repeatedText("a column's name", "column"), "of a table: compare this column's values, such as models, in place of ranks; repeat it for combinations", { flagOnly: true }),
  evidence("cost", k.text("a column's name", "column"), "with --by: the column with the cost of each, by which the cheapest that is good enough is named", { flagOnly: true }),
] as const;

/** Settings of `verdict` and `report`. */
// biome-ignore format: a row per line
export const evidenceSettings = [
  evidence("task", k.text("a task's name", "name"), "the task, where runs have a file for each of several", { flagOnly: true }),
  filter,
  score,
  evidence("group-column", k.text("a field's name", "name"), "column, or field of the documents, with the group of an example; none: no groups", { flagOnly: true, default: "a column named group" }),
  where,
  averageOver,
  suite,
  by,
  cost,
  compared("metric", k.text("a metric's name", "name"), `what the verdict rests on: ${metric.rule}; of a table of runs, the column of the score`, { default: "the sweep's, else accuracy" }),
  compared("positive", k.text("a class's name", "class"), "of a table with labels, by --metric f1, macro-f1, mcc or auroc: the class that counts as positive", { flagOnly: true, default: "the second of two in order" }),
  compared("higher", k.onOff, "of a table of runs: more is better, if not known", { flagOnly: true }),
  compared("lower", k.onOff, "of a table of runs: less is better, if not known", { flagOnly: true }),
  compared("margin", k.margin, "loss of quality that you still accept: a share, or nats of log loss", { default: `the sweep's, else ${defaultMargins}` }),
  compared("condition", k.repeatedText("a column and its limit", "column<=limit"), "of a table: name no rank without this column's mean within a limit: <= or >=; may be repeated", { flagOnly: true }),
  compared("outcome", k.repeatedText("a column and its better side", "column:side"), "of a table: show this column's means; side: lower or higher; may be repeated", { flagOnly: true }),
  compared("confidence", k.confidence, "of the intervals and the verdict", { default: `the sweep's, else ${d.confidence}` }),
] as const;

/** Setting of `verdict` and `sweep`. */
export const requireConclusive = running(
  "require-conclusive",
  k.onOff,
  "exit with 4 if the verdict is inconclusive",
  { flagOnly: true, expert: true },
);

export const evidenceOfPlan = [filter, score, where, averageOver] as const;
