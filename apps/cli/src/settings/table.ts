/** Settings for `sweep`, `plan` and `train`, which read a sweep's file. Other commands define their own. */
import { defaultMargins, methodNames } from "@lorank/evidence/names";
import { defaults as d } from "../defaults.ts";
import { executorNames, executorSettings, executors } from "../executors/executors.ts";
import { arms } from "../flags/arms-kind.ts";
import { answerMetrics, computeChoices, deviceChoices, encodingChoices } from "../flags/choices.ts";
import { column, file, folder, metric, model, quantization } from "../flags/common-kinds.ts";
import { adapter, compared, data, output, question, running, shown } from "../flags/headings.ts";
import * as k from "../flags/kinds.ts";
import { commandLine, trainer } from "../flags/object-kind.ts";
import { outcomes } from "../flags/outcomes-kind.ts";
import { type Setting, type SweepCommand, takenBy, under, type ValuesOf } from "../flags/setting.ts";
import { evidenceOfPlan, requireConclusive } from "./evidence-settings.ts";

const compare = ["sweep", "plan"] as const;
const train = [...compare, "train"] as const;

/** Kind of `--metric`: any text, since `@lorank/judge` knows more metrics, and checks them later. */
const trialMetric = {
  ...k.text(`${metric.rule}, or a metric of answers such as equals`, "name"),
  names: [...metric.names!, ...answerMetrics],
};
const judgeFile = (metric: string): string | undefined => (/^(not-)?file:/.test(metric) ? metric : undefined);
const alpha = k.orWord("rank", k.positive, 'a positive number or "rank"');
const scalings = ["lora", "rslora"] as const;
const searchedTargets = {
  ...k.orWord(
    "auto",
    k.targets,
    '"all-linear", "attention", "mlp", "auto" or a list of different layer names',
  ),
  placeholder: k.targets.placeholder,
};
const rate = k.orWord("auto", k.positive, 'a positive number or "auto"');

const places = executors
  .map(({ place }) => place)
  .join(", ")
  .replace(/, (?=[^,]*$)/, ", or ");

const training = under("Training:");

const onTheWay = "evaluate on the way too: after every so many steps, or such a share of them";

/** Settings by command. Those of `sweep` are keys of a sweep's file too, unless flags only. */
// biome-ignore format: a row per line
export const table = [
  ...takenBy(["plan"],
    question("power", k.confidence, "probability that a true difference is found, or that an equal rank is shown to be within the margin", { default: d.power }),
    question("results", file, "runs to learn from: a sweep's folder, finished or not, or outcomes of single examples as for verdict", { unit: "path" }),
    question("measure", k.onOff, "time a few steps of the smallest and the largest rank"),
    question("examples", k.atLeastTwo, "evaluation examples of another trainer: the statistics alone"),
  ),

  ...takenBy(train,
    data("model", model, "starter, a folder, a .gguf file or a hub id (org/name)", { default: d.model, isPath: true }),
    data("weights", k.choice(["pretrained", "random"]), "pretrained, or random ones of the same shapes as a control", { default: d.weights, expert: true }),
    data("base", k.choice(["pretrained", "random"]), "the former name of --weights", { hidden: true }),
    data("quantize", quantization, "keep the base's linear layers in 4 bits (QLoRA); dq is double quantisation", { default: d.quantize }),
    data("data", k.text("spam-assassin or a file", "data"), "spam-assassin; a .csv, .tsv, .txt, .json, .jsonl or .parquet file; or - for standard input", { default: d.data, isPath: true }),
    data("encoding", k.choice(encodingChoices), "encoding of the data", { default: "found from the bytes and reported", expert: true }),
    data("delimiter", k.delimiter, 'what stands between two cells of the data: ",", ";", "|" or tab', { default: "found from the header and reported", expert: true }),
    data("quote", k.choice(k.quoteChoices), "double: double quotes enclose a cell that opens with one; none: each is a character", { default: "double, as in RFC 4180", expert: true }),
    data("skip-invalid", k.onOff, "leave out rows that lack a text, a label, a prompt, a response or a group, and say how many", { expert: true }),
    data("merge-labels", k.onOff, "take labels for one class that differ only in case or in spaces around them", { expert: true }),
    data("keep-overlap", k.onOff, "keep validation texts that are also in training, or whose group is; a sweep of an earlier version goes on with them", { expert: true }),
    data("task", k.choice(["classification", "instruction"]), "learn a text's class, or the response to a prompt", { default: "by the columns", expert: true }),
    data("text-column", column, "column with the text", { default: "inferred and reported" }),
    data("label-column", column, "column with the class", { default: "inferred and reported" }),
    data("prompt-column", column, "column with the prompt", { default: "inferred and reported" }),
    data("response-column", column, "column with the response that is learned", { default: "inferred and reported" }),
    data("messages-column", column, "column with whole conversations", { default: "inferred and reported", expert: true }),
    data("group-column", column, "column with the document, thread or person that a text comes from: parts and intervals keep to whole groups", { default: "group, where it names 10 or more; none: no groups" }),
    data("template", k.text("a text", "text"), "prompt and response in one text: {prompt}, {response}", { default: "the model's chat template", expert: true }),
    data("train-examples", k.count, "training texts", { default: `${d.trainExamples}; of a file all that are left` }),
    data("validation-examples", k.count, "texts to compare ranks on", { default: `${d.validationExamples}; of a file those that split names, else a fifth` }),
  ),
  ...takenBy(compare,
    data("test-examples", k.noneOrTwo, "texts to score the recommended rank on once, 0 for none", { default: "of spam-assassin as many as of validation; of a file none" }),
    data("test-data", file, "a file of such texts, with the columns of --data", { isPath: true, expert: true }),
  ),
  ...takenBy(train, data("max-length", k.length, "tokens of a text that are read; 8k is 8192", { unit: "tokens", default: `${d.maxLength.classification}; of instructions ${d.maxLength["causal-lm"]}` })),

  ...takenBy(compare,
    compared("ranks", k.ranks, "ranks", { default: d.ranks }),
    compared("arms", arms, "what is compared in place of ranks: a list of names, each with settings of its own", { fileOnly: true, forCommand: true }),
    compared("seeds", k.seeds, "how many seeds, or which ones (1,2,3)", { default: d.seeds }),
    compared("method", k.choice(methodNames), "trials to run: grid (all), probe or race (fewer)", { default: d.method }),
    compared("until", k.choice(["settled"]), "add seeds until the verdict is settled (within the margin, or still rising), or what is left would hardly improve it"),
    compared("max-seeds", k.count, "with --until: the most seeds of a rank", { default: d.maxSeeds, expert: true }),
    compared("robustness", k.onOff, "5 more trials: does the rank decide, or the learning rate or the scaling?"),
    compared("metric", trialMetric, "what the verdict rests on; from equals on, metrics of generated answers by promptfoo's names", { default: `${d.metric.classification}; of instructions ${d.metric["causal-lm"]}`, programOf: judgeFile }),
    compared("max-new-tokens", k.count, "with a metric of answers: most tokens of one", { unit: "tokens", default: d.maxNewTokens, engineOnly: true, expert: true }),
    compared("margin", k.margin, "loss of quality that you still accept: a share, or nats of log loss", { default: defaultMargins }),
    compared("retain", k.text("general or a file", "texts"), "texts to measure forgetting on, by a language-model head: general (shipped), or a file", { default: "general with --max-forgetting, else none", isPath: true, engineOnly: true }),
    compared("max-forgetting", k.amount, "condition on a rank: how much its adapter may raise the log loss of these texts, in nats a token", { unit: "nats", engineOnly: true }),
    compared("outcomes", outcomes, "outcomes beside the metric, which a trainer's command writes, as outcomes.NAME.csv: a list of name, better, unit, limit", { fileOnly: true, forCommand: true }),
    compared("confidence", k.confidence, "of the intervals and the verdict", { default: d.confidence, expert: true }),
  ),
  ...takenBy(["plan"],
    ...evidenceOfPlan,
  ),

  ...takenBy(train, compared("trainer", trainer, "another trainer's commands: command, evaluate, files, test, timeout, exit-codes, name", { fileOnly: true, programOf: commandLine })),

  ...takenBy(["train"], adapter("rank", k.count, "inner size of A and B", { default: d.rank })),
  ...takenBy(compare,
    adapter("alpha", k.orWord("auto", alpha, 'a positive number, "rank" or "auto"'), "numerator of the scaling, or rank; auto: searched", { default: d.alpha, forCommand: true }),
    adapter("scaling", k.choice([...scalings, "auto"]), "alpha/rank, or rslora: alpha/√rank; auto: searched", { default: d.scaling, forCommand: true }),
  ),
  ...takenBy(["train"],
    adapter("alpha", alpha, 'numerator of the scaling; "rank" lets the step grow with the rank', { default: d.alpha }),
    adapter("scaling", k.choice(scalings), "lora: alpha/rank, rslora: alpha/√rank", { default: d.scaling }),
  ),
  ...takenBy(train,
    adapter("dora", k.onOff, "train a magnitude for each row of a weight too", { expert: true }),
    adapter("dropout", k.share, "probability that an element of the adapter's input is zeroed", { default: d.dropout, expert: true }),
  ),
  ...takenBy(compare, adapter("targets", searchedTargets, "layers with an adapter, such as q_proj,v_proj, or attention, or mlp; auto: searched", { default: d.targets })),
  ...takenBy(["train"], adapter("targets", k.targets, "layers with an adapter, such as q_proj,v_proj; attention or mlp: that part of each block", { default: d.targets })),
  ...takenBy(train,
    adapter("portable", k.onOff, "write adapters as vLLM and llama.cpp read them: alpha = rank, no rsLoRA", { expert: true }),
  ),

  ...takenBy(compare, training("learning-rate", rate, "of AdamW; auto: searched", { default: `${d.starterLearningRate} for the starter, ${d.learningRate} for other models`, forCommand: true })),
  ...takenBy(["train"], training("learning-rate", k.positive, "of AdamW", { default: `${d.starterLearningRate} for the starter, ${d.learningRate} for other models` })),
  ...takenBy(train,
    training("lora-plus", k.atLeastOne, "LoRA+: B learns this many times as fast as A", { unit: "ratio", default: d.loraPlus, expert: true }),
    training("schedule", k.choice(["constant", "linear", "cosine"]), "how the learning rate goes down", { default: d.schedule, expert: true }),
    training("warmup", k.part, "share of the steps in which the learning rate rises", { unit: "share", default: d.warmup, expert: true }),
  ),
  ...takenBy(compare, training("epochs", rate, "passes over the texts; auto: doubled while a rank improves", { default: d.epochs, forCommand: true })),
  ...takenBy(["train"], training("epochs", k.positive, "passes over the training texts", { default: d.epochs })),
  ...takenBy(train,
    training("batch-size", k.count, "texts in one step", { default: d.batchSize }),
    training("micro-batch", k.count, "texts in one pass through the model", { default: d.microBatch, expert: true }),
    training("weight-decay", k.amount, "of AdamW", { default: d.weightDecay, expert: true }),
    training("clip", k.amount, "largest gradient norm, 0 for none", { unit: "norm", default: d.clip, expert: true }),
  ),
  ...takenBy(compare, training("evaluate-every", k.stepsOrShare, onTheWay, { default: "at the end alone", forCommand: true, expert: true })),
  ...takenBy(["train"],
    training("evaluate-every", k.stepsOrShare, onTheWay, { default: "at the end alone" }),
    training("patience", k.count, "with --evaluate-every: end after so many evaluations in a row without a better one than the best", { unit: "points", default: "never" }),
  ),
  ...takenBy(["train"], training("seed", k.whole, "of the initial A, the head and the order of the texts", { default: d.seed })),

  ...takenBy(["sweep"], running("out", folder, "results folder; a sweep in it is resumed with its saved settings", { short: "o", default: d.out })),
  ...takenBy(["train"], running("out", folder, "a new PEFT folder", { short: "o", default: d.adapterOut, flagOnly: true })),
  ...takenBy(["sweep"],
    running("executor", k.choice(executorNames), `where trials run: ${places}`, { default: d.executor }),
    ...executorSettings,
  ),
  ...takenBy(compare,
    running("jobs", k.count, "trials side by side", { default: "cores / threads; 1 on a GPU" }),
    running("threads", k.count, "threads of one trial", { default: d.threads, engineOnly: true, expert: true }),
  ),
  ...takenBy(["train"], running("threads", k.count, "threads; another number may change the last bits of a result", { default: "all cores", expert: true })),
  ...takenBy(train,
    running("device", k.choice(deviceChoices), "what to run on; auto takes a GPU that passes its self-test and is faster", { default: d.device, engineOnly: true }),
    running("compute", k.choice(computeChoices), "number format of matrix products, where the device has it", { unit: "type", default: d.compute, engineOnly: true, expert: true }),
  ),
  ...takenBy(["sweep"],
    running("devices", k.names, "devices of this machine, such as cuda:0,cuda:1: one trial on each at a time", { expert: true }),
    running("max-attempts", k.count, "starts of a trial before it counts as failed", { default: d.maxAttempts, expert: true }),
  ),
  ...takenBy(["sweep", "train"], running("checkpoint-every", k.interval, "save a trial so often, to go on from there after a kill: 5m, 90s, 200 steps or off; never in a trial's first minute", { default: `${d.checkpointEvery.seconds / 60}m`, engineOnly: true, expert: true })),
  ...takenBy(["sweep"],
    running("max-time", k.time, "with --until: start no seeds that would end after this time", { flagOnly: true, expert: true }),
    running("extend", k.onOff, "add these ranks or seeds to the sweep in the folder, or go on with another method", { flagOnly: true }),
    running("retry-out-of-memory", k.onOff, "run trials again that ran out of memory", { flagOnly: true, expert: true }),
    running("watch", k.onOff, "serve a page of the sweep while it runs, on 127.0.0.1: lorank watch beside it", { flagOnly: true }),
    running("port", k.port, "port of the page", { default: "a free one", flagOnly: true, expert: true }),
    requireConclusive,
    running("dry-run", k.onOff, "say what would run and stop", { short: "n", flagOnly: true }),
  ),
  ...takenBy(train, running("print-config", k.onOff, "print the settings as YAML, each with its source, and stop", { flagOnly: true, expert: true })),

  ...takenBy(["sweep"], shown("all", k.onOff, "every setting, cost and reason too; with --help, every flag", { flagOnly: true })),
  ...takenBy(["plan"], shown("all", k.onOff, "costs by rank and differences by seeds too; with --help, every flag", { flagOnly: true })),

  ...takenBy(["train"], output("force", k.onOff, "replace what is there")),
] as const;

type Rows = (typeof table)[number];

type RowsOf<Name extends SweepCommand, Row = Rows> = Row extends {
  readonly commands: readonly (infer Names)[];
}
  ? Name extends Names
    ? Row
    : never
  : never;

export type SettingsOf<Name extends SweepCommand> = ValuesOf<RowsOf<Name>>;

export function settingsOf(command: SweepCommand): readonly Setting[] {
  const rows: readonly (Setting & { readonly commands: readonly SweepCommand[] })[] = table;
  return rows.filter(({ commands }) => commands.includes(command));
}

type SweepRows = RowsOf<"sweep">;

/** Settings from `sweep` by key, for another command. */
export function sweepSettings<const Keys extends readonly SweepRows["key"][]>(
  ...keys: Keys
): { readonly [Index in keyof Keys]: Extract<SweepRows, { readonly key: Keys[Index] }> } {
  const rows = settingsOf("sweep");
  return keys.map((key) => rows.find((row) => row.key === key)) as never;
}

export function fileSettings(): readonly Setting[] {
  return settingsOf("sweep").filter(({ flagOnly }) => flagOnly !== true);
}
