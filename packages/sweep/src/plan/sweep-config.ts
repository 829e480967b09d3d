import { methodNames } from "@lorank/evidence/names";
import type {
  CommandSpec,
  MethodName,
  ModelSummary,
  Observations,
  Overlap,
  SharedSources,
  SweepSummary,
  TestSet,
} from "@lorank/evidence/schema";
import { metricOf, observationsOf } from "@lorank/evidence/schema";
import { type AlphaRule, brokenRules, type Must, type TrainingConfig } from "@lorank/train/spec";
import {
  type Arm,
  type CommandArm,
  checkArms,
  type EngineArm,
  inArmWords,
  settingsOfArm,
} from "../arms/arms.ts";
import { assertChoices, assertNeeds, type ChosenChecks } from "./checks.ts";

/** Comparison settings for any trainer: ranks, seeds, and the rules of the verdict. */
export interface Comparison extends ChosenChecks {
  readonly name: string;
  /** Ranks, or with arms their numbers in order of cost, from 1. */
  readonly ranks: readonly number[];
  /** Random seeds. In a grid, each has a trial at every rank; other methods choose among these trials. */
  readonly seeds: readonly number[];
  readonly metric: SweepSummary["metric"];
  /** Margin: the largest loss of quality that still counts as adequate; a share for accuracy, nats for log loss. */
  readonly margin: number;
  readonly confidence: number;
  /** Trial selection method; absent for `grid`: every rank under every seed. */
  readonly method?: Exclude<MethodName, "grid">;
  /** Outcomes beside the metric; absent without any. */
  readonly secondary?: SweepSummary["secondary"];
}

/** Sweep config for this engine, resolved: every default filled in, every file named by hash. Saved as `sweep.json`. */
export interface SweepConfig extends Comparison, TrainingConfig {
  /** Arms that are compared in place of ranks. */
  readonly arms?: readonly EngineArm[];
  /** Test examples for one score at the recommended rank, which no trial reads. Absent means no score. */
  readonly test?: TestSet;
  /** Count of validation examples also in training, for the results. */
  readonly overlap?: Overlap;
  /** Evidence that validation examples share a source, such as a document, for the results. */
  readonly sharedSources?: SharedSources;
  /** Digest over texts, labels and order of the validation examples, for the results. Absent in earlier files. */
  readonly examplesSha256?: string;
  /** Group number per validation example, from 0. Absent if all are independent. */
  readonly validationGroups?: readonly number[];
  /** Allows rank 0, which trains the head alone, among `ranks` (default false). */
  readonly headOnlyBaseline?: boolean;
  readonly model: ModelSummary;
  /** Majority share: the most frequent class's share of the validation examples; absent for causal-lm. */
  readonly majorityShare?: number;
}

/** Sweep config for a user's command's trials. Saved as `sweep.json`. */
export interface CommandConfig
  extends Comparison,
    Pick<CommandSpec, "trainer" | "optimizer" | keyof Observations> {
  /** Arms that are compared in place of ranks. */
  readonly arms?: readonly CommandArm[];
  /** Adapter settings, equal for every rank; absent members are up to the trainer. */
  readonly lora: Omit<CommandSpec["lora"], "rank" | "alpha"> & { readonly alpha?: AlphaRule };
  /** Test examples, which the trainer reads itself, for one score at the recommended rank. Absent means no score. */
  readonly test?: Pick<TestSet, "name" | "sha256">;
}

/** Rules a config breaks, as `<field> must be <rule>, got <value>`. */
export function checkSettings(config: SweepConfig): string[] {
  const problems = brokenRules((must) => checkAll(config, must), config);
  const ofArms = (config.arms ?? []).flatMap((arm) =>
    brokenRules(() => {}, settingsOfArm(config, arm)).map((problem) => inArmWords(arm.name, problem)),
  );
  return problems.length > 0 ? problems : ofArms;
}

export function checkCommand(config: CommandConfig): string[] {
  const { trainer, method } = config;
  return brokenRules((must) => {
    checkComparison(config, must);
    must(trainer.command.length > 0, "trainer.command", "a program and its arguments", trainer.command);
    must(
      method !== "probe" || trainer.evaluate !== undefined,
      "trainer.evaluate",
      "given for the method probe, which evaluates cut adapters",
      trainer.evaluate,
    );
    must(
      config.test === undefined || trainer.evaluate !== undefined,
      "trainer.evaluate",
      "given for a test score",
      trainer.evaluate,
    );
    assertNeeds(config, must);
  }, observationsOf(config));
}

function checkAll(config: SweepConfig, must: Must): void {
  checkComparison(config, must);
  const { data, test, validationGroups, method, answers } = config;
  must(
    method !== "probe" || answers?.sha256 === undefined,
    "method",
    "grid or race with a judge in a file, which may leave examples out",
    method,
  );
  const { task } = config;
  const labels = task.kind === "classification" ? task.labels.length : 0;
  const { set } = metricOf(config.metric);
  const isFit = set === undefined || (set.isOfTwoClasses ? labels === 2 : labels > 1);
  const rule = `accuracy or log-loss ${labels === 0 ? "of responses" : "for other than two labels, or macro-f1 or mcc"}`;
  must(isFit, "metric", rule, config.metric);
  must.count("data.trainExamples", data.trainExamples);
  must.count("data.validationExamples", data.validationExamples);
  // An interval needs two examples.
  must(
    test === undefined || (Number.isSafeInteger(test.examples) && test.examples > 1),
    "test.examples",
    "an integer of at least 2",
    test?.examples,
  );
  const groups = [
    ["validationGroups", validationGroups, data.validationExamples],
    ["test.groups", test?.groups, test?.examples],
  ] as const;
  for (const [field, numbers, examples] of groups) {
    const rule = `absent, or the number of a group for each of ${examples} examples`;
    must(numbers === undefined || numbers.length === examples, field, rule, numbers?.length);
  }
  must(test?.sha256 !== data.sha256, "test.sha256", "another than data.sha256", test?.sha256);
}

function checkComparison(config: Compared, must: Must): void {
  if (config.arms === undefined) checkRanks(config, must);
  else checkArms(config, must);
  checkSeeds(config.seeds, must);
  must(config.margin >= 0 && Number.isFinite(config.margin), "margin", "at least 0", config.margin);
  must(
    config.confidence >= 0.5 && config.confidence < 1,
    "confidence",
    "at least 0.5 and below 1",
    config.confidence,
  );
  checkMethod(config, must);
  checkSecondary(config, must);
}

/** Checks outcomes beside the metric, whose names are parts of file names. */
function checkSecondary({ secondary, method }: Comparison, must: Must): void {
  if (secondary === undefined) return;
  const names = secondary.map(({ name }) => name);
  const areFit = names.every((name) => /^[A-Za-z][A-Za-z0-9_-]*$/.test(name));
  const rule = "one or more outcomes with different names of letters, digits, - and _";
  must(areFit && names.length > 0 && new Set(names).size === names.length, "outcomes", rule, names);
  for (const { name, limit } of secondary) {
    must(limit === undefined || Number.isFinite(limit), `limit of ${name}`, "a number", limit);
    const byMetric = `absent for the method ${method}, which drops ranks by the metric alone`;
    must(limit === undefined || method === undefined, `limit of ${name}`, byMetric, limit);
  }
}

type Compared = Comparison & Pick<SweepConfig, "headOnlyBaseline"> & { readonly arms?: readonly Arm[] };

function checkRanks(
  { ranks, headOnlyBaseline = false }: Comparison & { readonly headOnlyBaseline?: boolean },
  must: Must,
): void {
  checkDistinct("ranks", ranks, must);
  const bad = ranks.filter((rank) => !Number.isSafeInteger(rank) || rank < (headOnlyBaseline ? 0 : 1));
  const rule = headOnlyBaseline ? "integers of at least 0" : "positive integers";
  must(bad.length === 0, "ranks", rule, bad);
  // Rank 0 is a mistake far more often than a wish.
  must(!bad.includes(0), "headOnlyBaseline", "true to allow rank 0 (the head alone)", headOnlyBaseline);
}

function checkMethod({ method, ranks, arms, ...checks }: Compared, must: Must): void {
  assertChoices(checks, must);
  const others = methodNames.filter((name) => name !== "grid");
  must(method === undefined || others.includes(method), "method", `${others.join(", ")} or absent`, method);
  if (method === undefined) return;
  const [field, compared] = arms === undefined ? ["ranks", ranks] : ["arms", arms.map(({ name }) => name)];
  must(compared.length > 1, field, `two or more for the method ${method}`, compared);
  must(
    method !== "probe" || !ranks.includes(0),
    "ranks",
    "without 0 for the method probe, which cannot cut an adapter to nothing",
    ranks,
  );
}

function checkSeeds(seeds: readonly number[], must: Must): void {
  checkDistinct("seeds", seeds, must);
  const bad = seeds.filter((seed) => !Number.isSafeInteger(seed) || seed < 0);
  must(bad.length === 0, "seeds", "integers of at least 0", bad);
}

function checkDistinct(field: string, values: readonly number[], must: Must): void {
  must(values.length > 0, field, `one or more ${field}`, values);
  must(new Set(values).size === values.length, field, "different from each other", values);
}
