import { assertOptions } from "@lorank/core";
import { nodeInputs } from "@lorank/train";
import { type PreparedTraining, type PrepareInputs, prepareTraining } from "@lorank/train/browser";
import { sweepDefaults } from "../defaults.ts";
import type { SweepInputs } from "../plan/plan.ts";
import type { ToSearch } from "../store/record.ts";
import { sweepNames } from "./setting-names.ts";
import { planPrepared, type SweepSettings, trainingOf } from "./settings.ts";

/** A plan that has been checked to the end, with what it reads; nothing is written yet. */
export interface PreparedPlan
  extends SweepInputs,
    Pick<
      PreparedTraining,
      "sizes" | "trainTokens" | "validationLimit" | "maxLength" | "cut" | "classes" | "notes"
    > {
  /** Settings that a search has still to find; the plan has their defaults. */
  readonly toSearch: ToSearch;
}

/** Other ways to find models and to tokenise. */
interface PrepareOptions extends Pick<PrepareInputs, "tokenised"> {
  /** The path of a model's folder or `.gguf` file, by its name. (default: the name is the path) */
  readonly findModel?: (model: string) => string | Promise<string>;
  /** Import a judge in a file, so that one which exports no function is found now. (default: true) */
  readonly runsJudge?: boolean | undefined;
}

/**
 * Resolves settings into a plan and its inputs, as {@link prepareTraining} does, and plans.
 *
 * @throws InputError for everything in the input that is wrong.
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
