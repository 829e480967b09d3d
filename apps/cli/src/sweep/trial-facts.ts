import { formatCount, kindOf } from "@lorank/core";
import type { Task } from "@lorank/core/results";
import type { SweepConfig } from "@lorank/sweep";
import type { Fact } from "../output.ts";
import { quantizationName } from "../settings/quantization.ts";
import { counted, percent, plainText, wholeNumber } from "../text.ts";
import type { PreparedTrials } from "./trials.ts";

/** What all trials of this engine have in common: model, data, adapter and training. */
export function trialFacts(prepared: PreparedTrials): Fact[] {
  const { plan, toSearch, trainTokens, maxLength } = prepared;
  const { base, data, test, task } = plan.config;
  const weights = [
    base.kind === "random" ? "random weights" : "pretrained",
    ...(base.quantization ? [`kept in 4 bits (${quantizationName(base.quantization)})`] : []),
  ].join(", ");
  const noun = exampleNoun(task);
  return [
    ["model", `${plainText(plan.model.name)}, ${formatCount(plan.model.totalParams)} parameters, ${weights}`],
    [
      "data",
      `${plainText(data.name)}: ${counted(data.trainExamples, noun)} to train on (${formatCount(trainTokens)} tokens), ` +
        `${wholeNumber(data.validationExamples)} to validate on${test === undefined ? "" : `, ${wholeNumber(test.examples)} set aside for one test at the end`}; ` +
        `${noun}s up to ${counted(maxLength, "token")}`,
    ],
    ...learnedFacts(prepared),
    ...(task.kind === "classification"
      ? []
      : ([["task", "instruction tuning, with the loss on the response only"]] as const)),
    ["adapter", adapterWords(plan.config.lora)],
    ["training", trainingWords(plan.config, toSearch)],
  ];
}

/** Examples that are cut, and the classes. */
export function learnedFacts({
  plan,
  cut,
  classes,
}: Pick<PreparedTrials, "plan" | "cut" | "classes">): Fact[] {
  return [
    ...cut.notes.map((note) => ["cut", note] as const),
    ...(classes === undefined ? [] : [["classes", classWords(classes, plan.config.majorityShare)] as const]),
  ];
}

/** The same for `--json`. */
export function learnedDocument({ cut, classes }: Pick<PreparedTrials, "cut" | "classes">): object {
  const { notes: _, ...counts } = cut;
  return { cut: counts, ...(classes === undefined ? {} : { classes }) };
}

/** Sentences about the settings that a reader of the results must know. */
export function trialNotes({ plan, notes }: Pick<PreparedTrials, "plan" | "notes">): string[] {
  const random =
    "The base is random: this is a control. Its adapters fit this one random base and no other model.";
  return [...notes, ...(plan.config.base.kind === "random" ? [random] : [])];
}

/** Noun for one row of the data, by the task. */
export function exampleNoun(task: Task): string {
  return task.kind === "classification" ? "text" : "example";
}

function adapterWords(lora: SweepConfig["lora"]): string {
  const { alpha, scalingRule, dropout, targetModules } = lora;
  const { name, adds } = kindOf(lora);
  return [
    alpha.kind === "fixed"
      ? `alpha ${alpha.alpha} at every rank`
      : "alpha = rank (the size of a step grows with the rank)",
    scalingRule === "lora" ? "scaling alpha / rank" : "scaling alpha / √rank (rsLoRA)",
    ...(adds === undefined ? [] : [name]),
    ...(dropout > 0 ? [`dropout ${dropout}`] : []),
    `on ${targetModules.join(", ")}`,
  ].join(", ");
}

function trainingWords({ optimizer, compute }: SweepConfig, toSearch: PreparedTrials["toSearch"]): string {
  const { learningRate, loraPlusRatio, schedule, batchSize, epochs } = optimizer;
  return [
    "AdamW",
    `learning rate ${toSearch.learningRate ? `searched when the sweep runs (from ${learningRate})` : learningRate}`,
    ...(loraPlusRatio === undefined ? [] : [`LoRA+ (${loraPlusRatio} × for B)`]),
    schedule,
    `batches of ${batchSize}`,
    toSearch.epochs ? `epochs searched when the sweep runs (from ${epochs})` : counted(epochs, "epoch"),
    ...(compute === undefined ? [] : [`products in ${compute}`]),
  ].join(", ");
}

/** The first classes with their examples to train and to validate on. */
function classWords(classes: NonNullable<PreparedTrials["classes"]>, majority: number | undefined): string {
  const few = classes.length <= 6 ? classes : classes.slice(0, 5);
  const named = few.map(
    ({ label, train, validation }, i) =>
      `${label} (${wholeNumber(train)}${i === 0 ? " to train on" : ""}, ${wholeNumber(validation)}${i === 0 ? " to validate on" : ""})`,
  );
  const more = classes.length > few.length ? [`and ${classes.length - few.length} more`] : [];
  const guess =
    majority === undefined ? "" : `; always guessing the largest gives ${percent(majority)} accuracy`;
  return `${plainText([...named, ...more].join(", "))}${guess}`;
}
