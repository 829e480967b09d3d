import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { counted, firstOf, formatCount, InputError, kindOf, wholeNumber } from "@lorank/core";
import type { Task } from "@lorank/evidence/results";
import { generalTexts, spamAssassin } from "@lorank/starter";
import type { EngineArm, SweepConfig } from "@lorank/sweep";
import { type PreparedPlan, preparePlan, type SweepSettings } from "@lorank/sweep/engine";
import { familyOf } from "@lorank/train/engine";
import { tokenised } from "../data/tokenised.ts";
import { defaults } from "../defaults.ts";
import { armSettings } from "../flags/arms-kind.ts";
import { camelKeys, flagOf } from "../flags/flag-names.ts";
import { quantizationName, quantizationNamed } from "../flags/quantization.ts";
import { resolveModelPath } from "../model/resolve.ts";
import type { Display, TitledLine } from "../output.ts";
import type { SettingsOf } from "../settings/table.ts";
import { trialMetricOf } from "../settings/trial-metric.ts";
import { percentInTenths, plainText } from "../text.ts";

export type TrialSettings = Partial<SettingsOf<"plan">>;

/** Planned trials, checked completely, with nothing written yet. */
export interface PreparedTrials extends PreparedPlan {
  /** Tells if adapters are published in a portable form. */
  readonly portable: boolean;
}

/**
 * Resolves settings into trials at every rank and seed: finds the model, reads and tokenises texts, plans.
 *
 * @param options `runsJudge: false` reads a judge's file without importing it. (default: true)
 * @throws InputError with all input faults, before anything is written.
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
    arms,
    outcomes,
    retain = settings["max-forgetting"] === undefined ? undefined : defaults.generalTexts,
    ...others
  } = camelKeys(settings);
  // A condition alone asks for the texts: an error names the flag that was typed.
  const typed = (option: string): string =>
    option === "retain" && settings.retain === undefined && settings["max-forgetting"] !== undefined
      ? "maxForgetting"
      : option;
  if (outcomes !== undefined)
    throw new InputError("E_CONFIG", "outcomes must be absent without a trainer, whose commands write them");
  const prepared = await preparePlan(
    {
      ...others,
      arms: armSettings(arms),
      retain: retain === defaults.generalTexts ? retainedByDefault() : retain,
      ...trialMetricOf(settings),
      model,
      ...(data === defaults.data ? eMails(others) : { data }),
      quantization: quantizationNamed(quantize),
      optionName: (option) => flagOf(typed(option)),
    },
    { findModel: (name) => findModel(name, display), tokenised, runsJudge },
  );
  return { ...prepared, portable };
}

/** Built-in general texts: as many as a tenth of a trial's compute allows. */
function retainedByDefault(): SweepSettings["retain"] {
  return { name: defaults.generalTexts, texts: generalTexts(), computeShare: 0.1 };
}

/** Built-in e-mails, already split into parts. */
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

/** Finds `starter`, a folder, `.gguf` or a hub id. The config comes first, so unknown families fail early. */
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
    ["adapter", adapterWords(plan.config, toSearch)],
    ["training", trainingWords(plan.config, toSearch)],
  ];
}

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

/** Facts on the data for `--json` documents: cut examples, classes. */
export interface LearnedDocument {
  /** Number of examples cut to the maximum length, by part of the data. */
  readonly cut: {
    readonly train: number;
    readonly validation: number;
    readonly test?: number;
    /** Larger maximum lengths, with the share of all examples left whole by each. */
    readonly keeps: readonly { readonly maxLength: number; readonly share: number }[];
  };
  /** Examples per class, for training and validation. */
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

/** Sentences on the settings for the report's readers. */
export function trialNotes({ plan, notes }: Pick<PreparedTrials, "plan" | "notes">): string[] {
  const random =
    "The base is random: this is a control. Its adapters fit this one random base and no other model.";
  return [...notes, ...(plan.config.base.kind === "random" ? [random] : [])];
}

export function exampleNoun(task: Task["kind"]): string {
  return task === "classification" ? "text" : "example";
}

function adapterWords({ lora, ranks, arms }: SweepConfig, toSearch: PreparedTrials["toSearch"]): string {
  if (arms !== undefined) return arms.map(armWords).join("; ");
  const { alpha, scalingRule, dropout, targetModules } = lora;
  const { name, adds } = kindOf(lora);
  const fixedAlpha = alpha.kind === "fixed" ? String(alpha.alpha) : "rank";
  return [
    toSearch.alpha
      ? searchedFrom("alpha", fixedAlpha)
      : alpha.kind === "fixed"
        ? `alpha ${fixedAlpha}${ranks.length > 1 ? " at every rank" : ""}`
        : "alpha = rank (the size of a step grows with the rank)",
    toSearch.scaling
      ? searchedFrom("scaling", scalingRule)
      : scalingRule === "lora"
        ? "scaling alpha / rank"
        : "scaling alpha / √rank (rsLoRA)",
    ...(adds === undefined ? [] : [name]),
    ...(dropout > 0 ? [`dropout ${dropout}`] : []),
    toSearch.targets ? searchedFrom("targets", toSearch.targets[0]!.value) : `on ${targetModules.join(", ")}`,
  ].join(", ");
}

function searchedFrom(name: string, from: number | string): string {
  return `${name} searched when the sweep runs (from ${from})`;
}

/** Arm in words: "mlp: rank 8, alpha 16, on up_proj, learning rate 0.001". */
function armWords({ name, lora, optimizer = {} }: EngineArm): string {
  const { rank, alpha, scalingRule, targetModules } = lora;
  const { learningRate, epochs } = optimizer;
  const words = [
    `rank ${rank}`,
    `alpha ${alpha.kind === "fixed" ? alpha.alpha : rank}`,
    ...(scalingRule === "rslora" ? ["rsLoRA"] : []),
    ...(kindOf(lora).adds === undefined ? [] : [kindOf(lora).name]),
    `on ${firstOf(targetModules, 7, ", ", ", ")}`,
    ...(learningRate === undefined ? [] : [`learning rate ${learningRate}`]),
    ...(epochs === undefined ? [] : [counted(epochs, "epoch")]),
  ];
  return `${plainText(name)}: ${words.join(", ")}`;
}

function trainingWords({ optimizer, compute }: SweepConfig, toSearch: PreparedTrials["toSearch"]): string {
  const { learningRate, loraPlusRatio, schedule, batchSize, epochs } = optimizer;
  return [
    "AdamW",
    toSearch.learningRate ? searchedFrom("learning rate", learningRate) : `learning rate ${learningRate}`,
    ...(loraPlusRatio === undefined ? [] : [`LoRA+ (${loraPlusRatio} × for B)`]),
    schedule,
    `batches of ${batchSize}`,
    toSearch.epochs ? searchedFrom("epochs", epochs) : counted(epochs, "epoch"),
    ...(compute === undefined ? [] : [`products in ${compute}`]),
  ].join(", ");
}

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
