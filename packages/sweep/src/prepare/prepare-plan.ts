import { modelAt } from "@lorank/checkpoint/files";
import { assertOptions, InputError, isInputError } from "@lorank/core";
import { targetGroups } from "@lorank/core/models";
import { parametersCost, type SearchedName, searchedKeys } from "@lorank/evidence/schema";
import { nodeInputs, type TrainingSettings } from "@lorank/train";
import {
  adaptersOn,
  type PreparedTraining,
  type PrepareInputs,
  prepareTraining,
} from "@lorank/train/browser";
import { engineArm, namesCosts, rankedArms, trainingOfArm } from "../arms/arm-settings.ts";
import { type EngineArm, inArmWords } from "../arms/arms.ts";
import { sweepDefaults } from "../defaults.ts";
import type { SweepInputs, SweepPlan } from "../plan/plan.ts";
import { fixedRule, type TargetChoice, type ToSearch } from "../plan/searched-settings.ts";
import { sweepNames } from "./setting-names.ts";
import { planPrepared, type SweepSettings, trainingOf } from "./settings.ts";

/** Checked sweep plan with inputs and facts on the data; nothing is written yet. */
export interface PreparedPlan
  extends SweepInputs,
    Pick<
      PreparedTraining,
      "sizes" | "trainTokens" | "validationLimit" | "maxLength" | "cut" | "classes" | "notes"
    > {
  /** Settings that are `auto`, which a search must find; the plan has their defaults. */
  readonly toSearch: ToSearch;
}

interface PrepareOptions extends Pick<PrepareInputs, "tokenised"> {
  /** Path to a model's folder or `.gguf` file, by the model's name. (default: the name) */
  readonly findModel?: (model: string) => string | Promise<string>;
  /** Import a judge file now, to find a missing function early. (default: true) */
  readonly runsJudge?: boolean | undefined;
}

/**
 * Resolves settings as {@link prepareTraining} does, and plans.
 *
 * @throws InputError for everything wrong in the input.
 */
export async function preparePlan(
  settings: SweepSettings,
  { findModel, runsJudge, ...options }: PrepareOptions = {},
): Promise<PreparedPlan> {
  assertOptions(settings, "the settings of a sweep", sweepNames);
  const { arms, ranks = arms === undefined ? sweepDefaults.ranks : [] } = settings;
  const inputs = { ...nodeInputs(findModel, { runsJudge }), ...options };
  const searched = toSearchIn(settings);
  assertNoSearch(settings);
  const training = trainingOf(settings);
  const { tokens: _, ...prepared } = await prepareTraining(training, arms === undefined ? ranks : [], inputs);
  const targets = searched.targets ? targetChoices(prepared, training, ranks) : undefined;
  const ofArms = arms && armsOn(prepared, training, rankedArms(arms, settings.ranks));
  const plan = planPrepared(settings, prepared, prepared.test, ofArms?.arms);
  return {
    ...prepared,
    ...(ofArms && { sizes: ofArms.sizesOf(plan) }),
    plan,
    toSearch: { ...searched, targets },
    notes: [...prepared.notes, ...plan.notes],
  };
}

/** Arms on a prepared model, and their sizes in the order of a plan; `rank` is then an arm's number. */
function armsOn(
  { modelPath, config }: Pick<PreparedTraining, "modelPath" | "config">,
  training: TrainingSettings,
  ranked: ReturnType<typeof rankedArms>,
): { readonly arms: readonly EngineArm[]; sizesOf(plan: SweepPlan): PreparedTraining["sizes"] } {
  const sized = adaptersOn(modelAt(modelPath), config.task);
  const isCosted = namesCosts(ranked);
  const found = ranked.map((arm) => {
    const { lora, size } = inArm(arm.name, () => sized(trainingOfArm(training, arm), arm.rank));
    const parameters = { of: parametersCost, value: size.trainableParams };
    return { arm: engineArm(arm, lora, isCosted ? undefined : parameters), size };
  });
  const sizes = new Map(found.map(({ arm, size }) => [arm.name, size]));
  return {
    arms: found.map(({ arm }) => arm),
    sizesOf: ({ summary }) =>
      (summary.axis?.names ?? []).map((name, place) => ({ ...sizes.get(name)!, rank: place + 1 })),
  };
}

/** Runs `make`; an input fault names the arm and its setting. */
function inArm<T>(name: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (isInputError(error))
      throw new InputError(error.code, inArmWords(name, error.message), { cause: error });
    throw error;
  }
}

function assertNoSearch(settings: SweepSettings): void {
  if (settings.arms === undefined) return;
  const searched = searchedKeys.find((name) => settings[name] === "auto");
  if (searched === undefined) return;
  const { optionName = (name: string) => name } = settings;
  throw new InputError(
    "E_CONFIG",
    `${optionName(searched)} must be ${fixedRule(searched)} with arms, got auto\nName an arm for each value.`,
  );
}

function toSearchIn(settings: SweepSettings): { readonly [Name in SearchedName]: boolean } {
  const named = searchedKeys.map((name) => [name, settings[name] === "auto"]);
  return Object.fromEntries(named) as { readonly [Name in SearchedName]: boolean };
}

/**
 * Targets to try: all linear layers, and each part of the blocks.
 * @throws InputError as `adaptersOn`, for a model without such a part or a rank that does not fit it.
 */
function targetChoices(
  { modelPath, config }: Pick<PreparedTraining, "modelPath" | "config">,
  training: TrainingSettings,
  ranks: readonly number[],
): TargetChoice[] {
  const sized = adaptersOn(modelAt(modelPath), config.task);
  return ([sweepDefaults.targets, ...targetGroups] as const).map((value) => {
    const adapters = ranks.map((rank) => inChoice(value, () => sized({ ...training, targets: value }, rank)));
    return { value, targetModules: adapters[0]!.lora.targetModules };
  });
}

function inChoice<T>(value: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!isInputError(error)) throw error;
    const message = `targets must be layers for this model and these ranks, got auto\nWith ${value}: ${error.message}`;
    throw new InputError(error.code, message, { cause: error });
  }
}
