import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { counted, firstOf, formatCount, InputError, kindOf, wholeNumber } from "@lorank/core";
import type { Task } from "@lorank/evidence/results";
import { spamAssassin } from "@lorank/starter";
import type { SweepConfig } from "@lorank/sweep";
import { type PreparedPlan, preparePlan, type SweepSettings } from "@lorank/sweep/engine";
import { familyOf } from "@lorank/train/engine";
import { tokenised } from "../data/tokenised.ts";
import { defaults } from "../defaults.ts";
import { camelKeys, flagOf } from "../flags/flag-names.ts";
import { quantizationName, quantizationNamed } from "../flags/quantization.ts";
import { resolveModelPath } from "../model/resolve.ts";
import type { Display, TitledLine } from "../output.ts";
import type { SettingsOf } from "../settings/table.ts";
import { trialMetricOf } from "../settings/trial-metric.ts";
import { percentInTenths, plainText } from "../text.ts";

/** The settings that trials are made of, ranks and seeds among them. */
export type TrialSettings = Partial<SettingsOf<"plan">>;

/** Trials that have been checked to the end, and nothing written yet. */
export interface PreparedTrials extends PreparedPlan {
  /** Hand out adapters in the portable form. */
  readonly portable: boolean;
}

/**
 * Resolves settings into trials of every rank under every seed: finds the model, reads and tokenises the texts, plans.
 *
 * @param options `runsJudge: false` for what is only planned: a judge's file is read, and not imported. (default: true)
 * @throws InputError for everything in the input that is wrong; whoever calls this has written nothing before.
 */
export async function prepareTrials(
  settings: TrialSettings,
  display: Display,
  { runsJudge }: { readonly runsJudge?: boolean } = {},
): Promise<PreparedTrials> {
  const portable = portableOf(settings);
  const {
    model = defaults.model,
    data = defaults.data,
    quantize = defaults.quantize,
    metric: _,
    maxNewTokens: __,
    ...others
  } = camelKeys(settings);
  const prepared = await preparePlan(
    {
      ...others,
      ...trialMetricOf(settings),
      model,
      ...(data === defaults.data ? eMails(others) : { data }),
      quantization: quantizationNamed(quantize),
      optionName: flagOf,
    },
    { findModel: (name) => findModel(name, display), tokenised, runsJudge },
  );
  return { ...prepared, portable };
}

/** The built-in e-mails, which have parts of their own; as many of them as by default. */
function eMails({
  trainExamples = defaults.trainExamples,
  validationExamples = defaults.validationExamples,
  testExamples,
}: Pick<SweepSettings, "trainExamples" | "validationExamples" | "testExamples">) {
  const parts = spamAssassin();
  const usualTest = Math.min(validationExamples, parts.validation.length, parts.test.length);
  return {
    data: { name: defaults.data, ...parts },
    trainExamples,
    validationExamples,
    testExamples: testExamples ?? usualTest,
  };
}

/**
 * Finds `starter`, a folder, a `.gguf` file, or a hub id, which is fetched unless it is cached. Its config comes first, so
 * that nobody waits for weights of a family that cannot be trained.
 */
async function findModel(name: string, display: Display): Promise<string> {
  familyOf(modelConfig(modelAt(await resolveModelPath(name, display, { files: "config" }))).config);
  return resolveModelPath(name, display);
}

function portableOf(settings: TrialSettings): boolean {
  const { portable = false } = settings;
  const rule = portable ? kindOf(settings).portableRule : undefined;
  if (rule === undefined) return portable;
  throw new InputError(
    "E_CONFIG",
    `portable must be ${rule}, got true\n` +
      "Train without portable, and fold the adapter into its base: lorank merge.",
  );
}

/** Facts of all trials of this engine: model, data, adapter and training. */
export function trialFacts(prepared: PreparedTrials): TitledLine[] {
  const { plan, toSearch, trainTokens, maxLength } = prepared;
  const { base, data, test, task, validationGroups } = plan.config;
  const inGroups = validationGroups ? ` (in ${counted(new Set(validationGroups).size, "group")})` : "";
  const weights = [
    base.kind === "random" ? "random weights" : "pretrained",
    ...(base.quantization ? [`kept in 4 bits (${quantizationName(base.quantization)})`] : []),
  ].join(", ");
  const noun = exampleNoun(task.kind);
  return [
    [
      "model",
      `${plainText(plan.model.name)}, ${formatCount(plan.model.totalParams)} parameters, ${weights}` +
        (plan.model.name === defaults.model ? "; another base may need another rank: --model" : ""),
    ],
    [
      "data",
      `${plainText(data.name)}: ${counted(data.trainExamples, noun)} to train on (${formatCount(trainTokens)} tokens), ` +
        `${wholeNumber(data.validationExamples)} to validate on${inGroups}${test === undefined ? "" : `, ${wholeNumber(test.examples)} set aside for one test at the end`}; ` +
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
}: Pick<PreparedTrials, "plan" | "cut" | "classes">): TitledLine[] {
  return [
    ...cut.notes.map((note) => ["cut", note] as const),
    ...(classes === undefined ? [] : [["classes", classWords(classes, plan.config.majorityShare)] as const]),
  ];
}

/** The same for `--json`. */
export interface LearnedDocument {
  /** Examples of each part that are longer than the tokens that are read of them. */
  readonly cut: {
    readonly train: number;
    readonly validation: number;
    readonly test?: number;
    /** Larger lengths, with the share of all examples that each keeps whole. */
    readonly keeps: readonly { readonly maxLength: number; readonly share: number }[];
  };
  /** Examples of each class to train and to validate on. */
  readonly classes?: readonly ClassCount[] | undefined;
}

interface ClassCount {
  readonly label: string;
  readonly train: number;
  readonly validation: number;
}

export function learnedDocument({ cut, classes }: Pick<PreparedTrials, "cut" | "classes">): LearnedDocument {
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
export function exampleNoun(task: Task["kind"]): string {
  return task === "classification" ? "text" : "example";
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
  const named = classes.map(
    ({ label, train, validation }, i) =>
      `${label} (${wholeNumber(train)}${i === 0 ? " to train on" : ""}, ${wholeNumber(validation)}${i === 0 ? " to validate on" : ""})`,
  );
  const listed = firstOf(named, named.length === 6 ? 6 : 5, ", ", ", ");
  const guess =
    majority === undefined ? "" : `; always guessing the largest gives ${percentInTenths(majority)} accuracy`;
  return `${plainText(listed)}${guess}`;
}
