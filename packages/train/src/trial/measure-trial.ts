import type { EngineSpec } from "@lorank/core/results";
import { evaluationBatches } from "../batches/batches.ts";
import { completionTokensOf } from "../data/completion-tokens.ts";
import type { TokenizedExample, TokenizedTokensExample } from "../data/dataset.ts";
import { completionBits } from "../evaluate/completion-bits.ts";
import { EVALUATION_TOKENS, evaluate } from "../evaluate/evaluate.ts";
import { planOver, type StepCost, timeSteps } from "../stacked/measure-steps.ts";
import { openTrial, stopwatch } from "./run-trial.ts";
import { trainAdapter } from "./train-adapter.ts";
import { numbersOf } from "./training-plan.ts";
import type { TrialInputs } from "./trial-model.ts";

/** What a trial in a process of its own costs, from a few of its steps and evaluation batches. */
export interface TrialCost extends StepCost {
  /** Seconds for the weights, the texts, and what every shape takes on its first use. */
  readonly openSeconds: number;
  /** Seconds to evaluate all validation examples. */
  readonly evaluateSeconds: number;
  /** Seconds that this measurement took. */
  readonly measureSeconds: number;
  readonly before: LossBefore;
}

/** What the training data cost the model before training. */
export interface LossBefore {
  /** Negative log₂ probability of all labels or response tokens, estimated from those of `examples` examples. */
  readonly bits: number;
  readonly examples: number;
}

/** Evaluation batches that are timed, spread evenly over the lengths. */
const batchesTimed = 6;
/** Batches of training examples whose loss is taken. */
const batchesOfLoss = 16;

/**
 * Times the first `steps` optimiser steps of a trial and some of its evaluation batches, after each has run once.
 * Nothing that is trained here is kept.
 *
 * @throws InputError as `runTrial`; Error when the loss does not stay finite for so many steps.
 */
export async function measureTrial(spec: EngineSpec, inputs: TrialInputs, steps: number): Promise<TrialCost> {
  const clock = stopwatch();
  const { base, data, trained, model } = await openTrial(spec, inputs);
  const { padTokenId: padId } = base.family;
  const plan = planOver(data.train, steps)(spec, data.train.length);
  const untrained = new Map([...numbersOf(trained)].map(([name, numbers]) => [name, numbers.slice()]));
  const open = clock.lap();
  const pass = async (): Promise<{ step: number; all: number }> => {
    const step = await timeSteps((onEvent) =>
      trainAdapter(spec, model, trained, data.train, padId, onEvent, plan),
    );
    return { step, all: clock.lap() };
  };
  const first = await pass();
  const second = await pass();

  const { examples, share } = someBatches(data.validation, batchesTimed, ({ inputIds }) => inputIds.length);
  await evaluate(model, examples, { padId });
  const firstEvaluation = clock.lap();
  await evaluate(model, examples, { padId });
  const evaluation = clock.lap();
  const peakResidentBytes = inputs.host.peakBytes();

  for (const [name, numbers] of numbersOf(trained)) numbers.set(untrained.get(name)!);
  const sample = someBatches(data.train, batchesOfLoss, completionTokensOf);
  const { bits } = await completionBits(model, sample.examples, { padId });
  await model.dispose();
  return {
    secondsPerTrialStep: second.step,
    openSeconds: open + Math.max(0, first.all - second.all) + Math.max(0, firstEvaluation - evaluation),
    evaluateSeconds: evaluation / share,
    measureSeconds: clock.total(),
    peakResidentBytes,
    before: { bits: bits / sample.share, examples: sample.examples.length },
  };
}

type Example = TokenizedExample | TokenizedTokensExample;

/** The examples of `count` evaluation batches, or of all where there are fewer, and their share of the whole size. */
function someBatches(
  all: readonly Example[],
  count: number,
  sizeOf: (example: Example) => number,
): { readonly examples: readonly TokenizedExample[]; readonly share: number } {
  const lengths = all.map(({ inputIds }) => inputIds.length);
  const batches = evaluationBatches(lengths, EVALUATION_TOKENS);
  const every = Math.max(1, batches.length / count);
  const chosen = batches.filter((_, i) => Math.floor(i / every) !== Math.floor((i - 1) / every));
  const examples = chosen.flatMap((batch) => Array.from(batch, (index) => all[index]!));
  const size = (some: readonly Example[]): number => some.reduce((sum, one) => sum + sizeOf(one), 0);
  return { examples: examples as TokenizedExample[], share: size(examples) / size(all) };
}
