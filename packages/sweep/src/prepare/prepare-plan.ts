import { assertOptions } from "@lorank/core";
import { nodeInputs } from "@lorank/train";
import { type PreparedTraining, type PrepareInputs, prepareTraining } from "@lorank/train/browser";
import { sweepDefaults } from "../defaults.ts";
import type { SweepInputs } from "../plan/plan.ts";
import type { ToSearch } from "../store/record.ts";
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
  const { ranks = sweepDefaults.ranks } = settings;
  const inputs = { ...nodeInputs(findModel, { runsJudge }), ...options };
  const { tokens: _, ...prepared } = await prepareTraining(trainingOf(settings), ranks, inputs);
  const plan = planPrepared(settings, prepared, prepared.test);
  return {
    ...prepared,
    plan,
    toSearch: { learningRate: settings.learningRate === "auto", epochs: settings.epochs === "auto" },
    notes: [...prepared.notes, ...plan.notes],
  };
}
