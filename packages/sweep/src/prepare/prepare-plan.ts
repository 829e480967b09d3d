import { nodeInputs } from "@lorank/train";
import { type PreparedTraining, type PrepareInputs, prepareTraining } from "@lorank/train/browser";
import { datasetSha256, encodeTestExamples } from "@lorank/train/data";
import { sweepDefaults } from "../defaults.ts";
import type { SweepInputs } from "../plan/plan.ts";
import type { ToSearch } from "../store/record.ts";
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
}

/**
 * Resolves settings into a plan and its inputs, as {@link prepareTraining} does, and plans.
 *
 * @throws InputError for everything in the input that is wrong.
 */
export async function preparePlan(
  settings: SweepSettings,
  { findModel, ...options }: PrepareOptions = {},
): Promise<PreparedPlan> {
  const { ranks = sweepDefaults.ranks } = settings;
  const {
    config,
    model,
    tokens: _,
    test,
    overlap,
    validationGroups,
    testGroups,
    notes,
    ...inputs
  } = await prepareTraining(trainingOf(settings), ranks, { ...nodeInputs(findModel), ...options });
  const testExamples = test && encodeTestExamples(test);
  const plan = planPrepared(
    settings,
    { config, model, classes: inputs.classes, overlap, validationGroups },
    test &&
      testExamples && {
        name: test.name,
        sha256: datasetSha256(testExamples),
        examples: test.test.length,
        ...(testGroups === undefined ? {} : { groups: testGroups }),
      },
  );
  return {
    ...inputs,
    plan,
    toSearch: { learningRate: settings.learningRate === "auto", epochs: settings.epochs === "auto" },
    ...(testExamples === undefined ? {} : { testExamples }),
    notes: [...notes, ...plan.notes],
  };
}
