import type { TrialSpec } from "@lorank/core/results";
import { evaluationBatches } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { EVALUATION_TOKENS, evaluate } from "../evaluate/evaluate.ts";
import { planOver, type StepCost, timeSteps } from "../stacked/measure-steps.ts";
import { openTrial, stopwatch } from "./run-trial.ts";
import { trainAdapter } from "./train-adapter.ts";
import type { TrialResources } from "./trial-model.ts";

/** What a trial in a process of its own costs, from a few of its steps and evaluation batches. */
export interface TrialCost extends StepCost {
  /** Seconds for the weights, the texts, and what every shape takes on its first use. */
  readonly openSeconds: number;
  /** Seconds to evaluate all validation examples. */
  readonly evaluateSeconds: number;
  /** Seconds that this measurement took. */
  readonly measureSeconds: number;
}

/** Evaluation batches that are timed, spread evenly over the lengths. */
const batchesTimed = 6;

/**
 * Times the first `steps` optimiser steps of a trial and some of its evaluation batches, after each has run once.
 * Nothing that is trained here is kept.
 *
 * @throws InputError as `runTrial`; Error when the loss does not stay finite for so many steps.
 */
export async function measureTrial(
  spec: TrialSpec,
  resources: TrialResources,
  steps: number,
): Promise<TrialCost> {
  const clock = stopwatch();
  const { base, data, trained, model } = await openTrial(spec, resources);
  const { padTokenId: padId } = base.family;
  const plan = planOver(data.train, steps)(spec, data.train.length);
  const open = clock.lap();
  const pass = async (): Promise<{ step: number; all: number }> => {
    const step = await timeSteps((onEvent) =>
      trainAdapter(spec, model, trained, data.train, padId, onEvent, plan),
    );
    return { step, all: clock.lap() };
  };
  const first = await pass();
  const second = await pass();

  const { examples, share } = someBatches(data.validation);
  await evaluate(model, examples, { padId });
  const firstEvaluation = clock.lap();
  await evaluate(model, examples, { padId });
  const evaluation = clock.lap();
  const peakResidentBytes = process.resourceUsage().maxRSS * 1024; // reported in KiB
  await model.dispose();
  return {
    secondsPerTrialStep: second.step,
    openSeconds: open + Math.max(0, first.all - second.all) + Math.max(0, firstEvaluation - evaluation),
    evaluateSeconds: evaluation / share,
    measureSeconds: clock.total(),
    peakResidentBytes,
  };
}

/** The examples of some evaluation batches, and their share of all tokens. */
function someBatches(validation: TokenizedDataset["validation"]): {
  readonly examples: readonly TokenizedExample[];
  readonly share: number;
} {
  const lengths = validation.map(({ inputIds }) => inputIds.length);
  const batches = evaluationBatches(lengths, EVALUATION_TOKENS);
  const every = Math.max(1, batches.length / batchesTimed);
  const chosen = batches.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
  const tokens = (indices: Iterable<number>): number =>
    Array.from(indices, (index) => lengths[index]!).reduce((sum, length) => sum + length, 0);
  const indices = chosen.flatMap((batch) => [...batch]);
  return {
    examples: indices.map((index) => validation[index]!) as TokenizedExample[],
    share: tokens(indices) / tokens(lengths.keys()),
  };
}
