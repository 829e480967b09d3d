import { scalingOf, type TargetLayer } from "@lorank/core";
import type { EngineEvaluation, EngineSpec, LoraSpec } from "@lorank/core/results";
import type { Runtime } from "@lorank/graph";
import { toPeftAdapter } from "../adapter/peft.ts";
import type { AdapterShape } from "../adapter/shape.ts";
import { resolveTargets } from "../adapter/targets.ts";
import type { Base } from "../base/base.ts";
import { loadInputs, openModel, type TrialInputs, trainableParameters } from "../base/trial-model.ts";
import { longestOf, longestText } from "../batches/batches.ts";
import type { TokenizedDataset } from "../data/dataset.ts";
import { evaluateStack } from "../evaluate/evaluate.ts";
import type { Transformer } from "../transformer/transformer.ts";
import type { Training } from "../trial/learner.ts";
import {
  allSeconds,
  computerOf,
  placeOf,
  stopwatch,
  type TrialControl,
  type TrialOutcome,
  trialResult,
} from "../trial/run-trial.ts";
import { TrainingCheckpoints } from "../trial/training-checkpoints.ts";
import type { TrialEvent } from "../trial/trial-event.ts";
import { assertSamePositions, assertStackable } from "./check-stack.ts";
import { type Stack, stackTensors } from "./stack.ts";
import { type StackedTrial, trainStack } from "./train-stack.ts";

/**
 * Runs several trials over one base: it is read once, and each of its weights is used (in 4 bits: decoded) once for all
 * of them. Each outcome is that of `runTrial` to float32 rounding, apart from what was measured: seconds are a trial's
 * share of the stack's, memory is that of the whole stack, and `packedTrials` says so.
 *
 * A stack has its checkpoints in common, at a step that all its trials have reached. Rounding depends on what a trial is
 * stacked with, so only the same trials in the same order go on from them; others start from the first step.
 *
 * @param onEvent told the trial's place in `specs`.
 * @throws InputError E_PACK where the trials differ in more than rank, alpha, seed and what the optimiser does by itself.
 */
export async function runStackedTrials(
  specs: readonly EngineSpec[],
  inputs: TrialInputs,
  onEvent: (trial: number, event: TrialEvent) => void = () => {},
  { checkpoints: asked, signal }: TrialControl = {},
): Promise<TrialOutcome[]> {
  const clock = stopwatch();
  const { base, data, trials, stack, model, runtime } = await openStack(specs, inputs);
  const { family, head } = base;
  const { threads, host } = inputs;
  const modelPath = placeOf(inputs);
  const load = clock.lap();

  const tell = (trial: number, event: TrialEvent): void => {
    onEvent(trial, event);
    signal?.throwIfAborted();
  };
  const checkpoints =
    asked &&
    new TrainingCheckpoints(asked, { specs, computer: computerOf(runtime, threads) }, onEvent, {
      signal,
      peakBytes: host.peakBytes,
    });
  let trainings: Training[];
  let train: number;
  let completed: number[];
  let evaluations: EngineEvaluation[] = [];
  try {
    const { padTokenId: padId } = family;
    trainings = await trainStack(trials, {
      model,
      stack,
      examples: data.train,
      padId,
      inDim: inDimOf(base),
      onEvent: tell,
      checkpoints,
    });
    train = clock.lap();
    completed = trainings.flatMap(({ divergedAtStep }, i) => (divergedAtStep === undefined ? [i] : []));
    const onProgress = (done: number, total: number): void => {
      for (const i of completed) tell(i, { kind: "evaluating", done, total });
    };
    if (completed.length > 0)
      evaluations = await evaluateStack(model, specs.length, data.validation, { padId, onProgress });
  } finally {
    checkpoints?.close();
  }
  const own = { load, train, evaluate: clock.lap(), total: clock.total() };
  const whole = allSeconds(own, checkpoints?.earlier);
  const share = (seconds: number): number => seconds / specs.length;
  const seconds = {
    load: share(whole.load),
    train: share(whole.train),
    evaluate: share(whole.evaluate),
    total: share(whole.total),
  };
  await model.dispose();
  return trials.map(({ spec, trained }, i) => {
    const adapter = toPeftAdapter({ head, spec, modelPath, trained, maxLength: longestText(data) });
    const evaluation = completed.includes(i) ? evaluations[i] : undefined;
    const result = trialResult(spec, trained, adapter, trainings[i]!, evaluation, seconds, runtime, inputs);
    if (specs.length === 1) return { adapter, result };
    return { adapter, result: { ...result, measured: { ...result.measured, packedTrials: specs.length } } };
  });
}

/** A stack that has been loaded and not begun. */
export interface OpenStack {
  readonly base: Base;
  readonly data: TokenizedDataset;
  readonly trials: readonly StackedTrial[];
  readonly stack: Stack;
  readonly model: Transformer;
  readonly runtime: Runtime;
}

/** Throws InputError E_PACK as {@link runStackedTrials}. */
export async function openStack(specs: readonly EngineSpec[], inputs: TrialInputs): Promise<OpenStack> {
  assertStackable(specs);
  const { base, data } = loadInputs(specs[0]!, inputs);
  const { family, head } = base;
  assertSamePositions(family, longestOf(data.train.map(({ inputIds }) => inputIds.length)));
  const loras = specs.map(({ lora }) => lora);
  const rank = longestOf(loras.map(({ rank }) => rank));
  const targets = resolveTargets(head, loras[0]!.targetModules, rank);
  const trials = specs.map((spec) => ({ spec, trained: trainableParameters(spec, base, targets) }));
  const stack = stackTensors(trials.map(({ trained }) => trained));
  const shape = stackedShape(loras, rank, targets);
  return {
    base,
    data,
    trials,
    stack,
    ...(await openModel(specs[0]!, base, shape, stack.tensors, inputs)),
  };
}

/** Width of a linear layer's input, by its path in its module. */
export function inDimOf({ family, head }: Base): (path: string) => number {
  const widths = new Map([...family.linears, ...head.linears].map(({ path, inDim }) => [path, inDim]));
  return (path) => widths.get(path)!;
}

/** The largest rank for all, and each trial's own factor. */
function stackedShape(
  loras: readonly LoraSpec[],
  rank: number,
  targets: readonly TargetLayer[],
): AdapterShape {
  const scalings = loras.map(({ rank, alpha, scalingRule }) =>
    rank === 0 ? 0 : scalingOf(scalingRule, alpha, rank),
  );
  return {
    dropout: loras[0]!.dropout,
    dora: false,
    modules: new Map(targets.map(({ path }) => [path, { rank, scaling: 1 }])), // scaled by each trial's own
    stack: { scalings },
  };
}
