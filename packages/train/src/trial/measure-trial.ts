import type { EngineSpec } from "@lorank/evidence/schema";
import { openTrial, type TrialInputs } from "../base/trial-model.ts";
import { countPaddedTokens, evaluationBatches, lengthsOf } from "../batches/batches.ts";
import {
  evaluatedParts,
  type TokenizedDataset,
  type TokenizedExample,
  type TokenizedTokensExample,
} from "../data/dataset.ts";
import { EVALUATION_TOKENS, evaluate } from "../evaluate/evaluate.ts";
import { sampleAnswers } from "../evaluate/judged-answers.ts";
import { planTraining, type TrainingPlan, withSteps } from "../optimizer/training-plan.ts";
import { newLearner, type TrialEvent } from "./learner.ts";
import { stopwatch, trainAdapter } from "./run-trial.ts";

/** Predicted seconds for a trial in a separate process, measured on a few steps and evaluation batches. */
export interface TrialCost {
  /** Seconds per optimiser step, averaged over the whole trial. */
  readonly secondsPerStep: number;
  /** Seconds to load weights and texts, and to compile programs for every batch shape. */
  readonly openSeconds: number;
  /** Seconds to evaluate all validation examples, by generated answers too if the spec has any. */
  readonly evaluateSeconds: number;
  /** Seconds this measurement took. */
  readonly measureSeconds: number;
}

export interface MeasureOptions {
  /** Most optimiser steps, and evaluation batches, to time. (default 6) */
  readonly count?: number;
  /** Seconds of evaluating after which nothing further begins, and again of training. (default: no limit) */
  readonly seconds?: number;
  /** Called at every step and batch. */
  readonly onEvent?: (event: TrialEvent) => void;
  /** Present time in milliseconds, by any clock. (default: the process's) */
  readonly now?: () => number;
}

/**
 * Times some optimiser steps and evaluation batches, each on its second run (the first compiles); tokens scale the
 * rest.
 * @throws InputError as `runTrial`; Error if the loss is not finite for two steps.
 */
export async function measureTrial(
  spec: EngineSpec,
  inputs: TrialInputs,
  {
    count = 6,
    seconds = Number.POSITIVE_INFINITY,
    onEvent = () => {},
    now = () => performance.now(),
  }: MeasureOptions = {},
): Promise<TrialCost> {
  const clock = stopwatch(now);
  const { base, data, trained, model } = await openTrial(spec, inputs);
  const { padTokenId: padId } = base.family;
  const open = clock.lap();

  // Training examples serve as evaluation batches too: only token counts decide a batch's time.
  const batches = fromTheMiddle(evaluationBatches(lengthsOf(data.train), EVALUATION_TOKENS), count);
  const evaluation = new Runs(seconds);
  for (const [run, batch] of batches.flatMap((each) => [each, each]).entries()) {
    const i = Math.floor(run / 2);
    await evaluate(model, examplesOf(data.train, batch), { padId });
    evaluation.add(clock.lap());
    onEvent({ kind: "evaluating", done: i + 1, total: batches.length });
    if (evaluation.isOver) break;
  }
  const answerSeconds = await secondsOfAnswers();
  const sample = examplesOf(
    data.train,
    batches.slice(0, evaluation.pairs).flatMap((batch) => [...batch]),
  );

  const plan = planTraining(spec, lengthsOf(data.train));
  const steps = fromTheMiddle(plan.steps, count);
  const training = new Runs(seconds);
  const enough = new Error("the time is over");
  const onStep = (event: TrialEvent): void => {
    if (event.kind !== "step") return;
    training.add(clock.lap());
    onEvent({ ...event, step: Math.ceil(event.step / 2), steps: steps.length });
    if (training.isOver) throw enough;
  };
  const twice = withSteps(
    plan,
    steps.flatMap((step) => [step, step]),
  );
  try {
    const learner = newLearner(spec, trained, plan.lengths, twice);
    await trainAdapter(model, learner, data.train, padId, onStep);
  } catch (error) {
    if (error !== enough) throw error;
  }
  if (training.pairs === 0) throw new Error("the loss must stay finite for two steps, got less");
  await model.dispose();

  return {
    secondsPerStep:
      (training.seconds / trainingTokens(withSteps(plan, steps.slice(0, training.pairs)))) *
      (trainingTokens(plan) / plan.steps.length),
    openSeconds: open + evaluation.firstUseSeconds + training.firstUseSeconds,
    evaluateSeconds:
      (evaluation.seconds / evaluationTokens(sample)) * sum(evaluatedParts(data).map(evaluationTokens)) +
      answerSeconds,
    measureSeconds: clock.total(),
  };

  /** Seconds to answer all validation examples, scaled from a second run over some training examples. */
  async function secondsOfAnswers(): Promise<number> {
    const { answers } = spec;
    if (answers === undefined) return 0;
    const examples = data.train as readonly TokenizedTokensExample[];
    const answered = { family: base.family, model };
    await sampleAnswers(examples, answers, answered);
    clock.lap();
    const count = await sampleAnswers(examples, answers, answered);
    return (clock.lap() / count) * data.validation.length;
  }
}

class Runs {
  readonly #limit: number;
  readonly #laps: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(seconds: number): void {
    this.#laps.push(seconds);
  }

  get isOver(): boolean {
    return this.#laps.length % 2 === 0 && sum(this.#laps) >= this.#limit;
  }

  get pairs(): number {
    return Math.floor(this.#laps.length / 2);
  }

  get seconds(): number {
    return sum(this.#laps.filter((_, run) => run % 2 === 1));
  }

  /** Extra seconds that the first runs took in all, such as to compile. */
  get firstUseSeconds(): number {
    return Math.max(0, sum(this.#laps.slice(0, 2 * this.pairs)) - 2 * this.seconds);
  }
}

/**
 * Picks `count` elements or fewer from `all`, evenly spread, the middle first, so that an early stop leaves no extreme.
 */
function fromTheMiddle<Unit>(all: readonly Unit[], count: number): Unit[] {
  const chosen = Math.min(count, all.length);
  const at = Array.from({ length: chosen }, (_, i) => Math.floor(((i + 0.5) * all.length) / chosen));
  const middle = (all.length - 1) / 2;
  return at.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle) || a - b).map((i) => all[i]!);
}

type Example = TokenizedExample | TokenizedTokensExample;

function examplesOf(all: TokenizedDataset["train"], indices: Iterable<number>): TokenizedExample[] {
  return Array.from(indices, (index) => all[index]!) as TokenizedExample[];
}

function evaluationTokens(examples: readonly Example[]): number {
  const lengths = lengthsOf(examples);
  return countPaddedTokens(evaluationBatches(lengths, EVALUATION_TOKENS), lengths);
}

function trainingTokens({ microBatches, lengths, pack }: TrainingPlan): number {
  return countPaddedTokens(microBatches.flat(), lengths, { pack });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
