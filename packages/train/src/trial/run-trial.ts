import { type PeftAdapter, peftAdapterBytes } from "@lorank/checkpoint";
import type { EngineEvaluation, EngineResult, EngineSpec } from "@lorank/evidence/schema";
import { float32, floats, type Runtime, type Tensor } from "@lorank/graph";
import { toPeftAdapter } from "../adapter/peft.ts";
import { isLoraName } from "../adapter/shape.ts";
import { openTrial, provenance, type TrialHost, type TrialInputs } from "../base/trial-model.ts";
import { lengthsOf, longestText, padBatch } from "../batches/batches.ts";
import type { TokenizedDataset, TokenizedExample } from "../data/dataset.ts";
import { evaluateTrial, retainedLosses } from "../evaluate/evaluate.ts";
import { predictedPeak } from "../memory/predict-trial.ts";
import { optimizerStep } from "../optimizer/optimizer-step.ts";
import { pointSteps } from "../prepare/point-steps.ts";
import type { Transformer } from "../transformer/transformer.ts";
import { assertNamedGroups, choosingOf } from "./choosing.ts";
import { isLearning, type Learner, newLearner, record, type Training, type TrialEvent } from "./learner.ts";
import { hasUsableLosses, pointEvent, TrainingPoints } from "./points.ts";
import type { BestStep, EnginePoint, PointsFound } from "./points-found.ts";
import { type StoredCheckpoints, TrainingCheckpoints } from "./training-checkpoints.ts";

export interface TrialOutcome {
  readonly result: Omit<EngineResult, "trialId">;
  readonly adapter: PeftAdapter;
  /** Best step before the last and its adapter; absent without evaluations on the way, and unless `keepsBest`. */
  readonly best?: { readonly step: number; readonly adapter: PeftAdapter };
}

/** Checkpoint settings and abort signal, which leave the result unchanged. */
export interface StoredControl {
  /** Checkpoint store and interval. (default: no checkpoints) */
  readonly checkpoints?: StoredCheckpoints | undefined;
  /** Ends the trial after the running step or batch; after the first minute a checkpoint is written at once. */
  readonly signal?: AbortSignal | undefined;
  /** Tells the untouched base's log losses on the retained texts, if known. (default: evaluated before training) */
  readonly baseLosses?: (() => readonly number[] | undefined) | undefined;
  /** Return the adapter of the best step on the way too. (default: with early stopping only) */
  readonly keepsBest?: boolean | undefined;
}

/**
 * Runs one trial. A checkpoint is resumed, to the bytes of an undisturbed trial.
 * @throws InputError for another dataset or base than the spec's, and for missing targets; the reason of `signal`.
 */
export async function runTrial(
  spec: EngineSpec,
  inputs: TrialInputs,
  onEvent: (event: TrialEvent) => void = () => {},
  { checkpoints: stored, signal, baseLosses, keepsBest }: StoredControl = {},
): Promise<TrialOutcome> {
  const clock = stopwatch();
  const { host, threads } = inputs;
  const trial = await openTrial(spec, inputs);
  const { base, data, trained, model, runtime } = trial;
  const { evaluateEvery, earlyStopping } = spec;
  const groups = inputs.validationGroups;
  if (earlyStopping !== undefined) assertNamedGroups(earlyStopping, groups);
  const choosing =
    keepsBest || earlyStopping !== undefined ? choosingOf(spec, data.validation.length, groups) : undefined;
  const learner = newLearner(spec, trained, lengthsOf(data.train));
  const predicted = await predictedPeak(spec, trial, learner.plan, inputs, choosing !== undefined);
  const load = clock.lap();

  const tell = (event: TrialEvent): void => {
    onEvent(event);
    signal?.throwIfAborted();
  };
  const checkpoints =
    stored &&
    new TrainingCheckpoints(stored, { spec, computer: computerOf(runtime, threads) }, onEvent, {
      signal,
      peakBytes: host.peakBytes,
    });
  const { padTokenId: padId } = base.family;
  const { model: source, metric, openJudge, openScorer } = inputs;
  const judged = { family: base.family, model, source, metric, openJudge, openScorer };
  let training: Training;
  let found: PointsFound | undefined;
  let train: number;
  let evaluation: EngineEvaluation | undefined;
  try {
    // Without training B is zero, and the model is its base.
    const retainedBase =
      data.retained && (baseLosses?.() ?? (await retainedLosses(model, data.retained, { padId })));
    const points =
      evaluateEvery === undefined
        ? undefined
        : new TrainingPoints({
            steps: pointSteps(evaluateEvery, learner.plan.steps.length),
            evaluate: () => {
              const onProgress = () => signal?.throwIfAborted();
              return evaluateTrial(spec, data, { ...judged, onProgress }, retainedBase);
            },
            choosing,
            patience: earlyStopping?.patience,
          });
    training = await trainAdapter(model, learner, data.train, padId, tell, { checkpoints, points });
    found = points?.found(training);
    train = clock.lap();
    if (training.divergedAtStep === undefined) {
      const onProgress = (done: number, total: number) => tell({ kind: "evaluating", done, total });
      evaluation =
        found?.endPoint?.evaluation ??
        (await evaluateTrial(spec, data, { ...judged, onProgress }, retainedBase));
    }
  } finally {
    checkpoints?.close();
    await model.dispose();
  }
  const own = { load, train, evaluate: clock.lap(), total: clock.total() };
  const seconds = allSeconds(own, training.earlier?.seconds, found?.seconds);
  const { head } = base;
  const maxLength = longestText(data);
  const modelPath = inputs.model.place ?? inputs.model.path;
  const adapterOf = (tensors: typeof trained) =>
    toPeftAdapter({ head, spec, modelPath, trained: tensors, maxLength });
  const adapter = adapterOf(trained);
  const { best, points: evaluated = [] } = found ?? {};
  const result = trialResult(
    spec,
    trained,
    adapter,
    training,
    { evaluation, points: evaluated },
    seconds,
    runtime,
    inputs,
  );
  const outcome = {
    adapter,
    ...(best && { best: { step: best.step, adapter: adapterOf(tensorsOf(best, trained)) } }),
  };
  if (predicted === undefined) return { ...outcome, result };
  return {
    ...outcome,
    result: { ...result, measured: { ...result.measured, predictedResidentBytes: predicted } },
  };
}

/** Best parameters as tensors of the trained ones' shapes, in their order. */
function tensorsOf({ parameters }: BestStep, trained: ReadonlyMap<string, Tensor>): Map<string, Tensor> {
  return new Map([...trained].map(([name, { shape }]) => [name, float32(shape, parameters.get(name)!)]));
}

/** Runtime, device and threads in words: each may change rounding. */
function computerOf({ name, device }: Runtime, threads: number): string {
  return `${name} on ${device} with ${threads} thread${threads === 1 ? "" : "s"}`;
}

/** Seconds with those of earlier processes; evaluations on the way took a part of the training's time. */
function allSeconds(
  own: EngineResult["measured"]["seconds"],
  seconds = 0,
  pointSeconds = 0,
): EngineResult["measured"]["seconds"] {
  return {
    load: own.load,
    train: own.train + seconds - pointSeconds,
    evaluate: own.evaluate + pointSeconds,
    total: own.total + seconds,
  };
}

/** Trial result: diverged without an evaluation, or if a text's loss is NaN or above `mostLogLoss`. */
function trialResult(
  spec: EngineSpec,
  trained: ReadonlyMap<string, Tensor>,
  adapter: PeftAdapter,
  training: Training,
  found: { readonly evaluation: EngineEvaluation | undefined; readonly points: readonly EnginePoint[] },
  seconds: EngineResult["measured"]["seconds"],
  runtime: Runtime,
  { threads, host }: { readonly threads: number; readonly host: TrialHost },
): Omit<EngineResult, "trialId"> {
  const { points } = found;
  const evaluation = found.evaluation && hasUsableLosses(found.evaluation) ? found.evaluation : undefined;
  const loraParams = countElements(trained, isLoraName);
  const trainableParams = countElements(trained, () => true);
  return {
    spec,
    status: evaluation ? "completed" : "diverged",
    ...(evaluation ? {} : { divergedAtStep: training.divergedAtStep ?? training.lossCurve.length }),
    loraParams,
    trainableParams,
    adapterBytes: peftAdapterBytes(adapter),
    gradientBytes: 4 * trainableParams, // float32
    optimizerBytes: 8 * trainableParams, // two float32 moments
    steps: training.lossCurve.length,
    trainTokens: training.trainTokens,
    lossCurve: training.lossCurve,
    ...(evaluation ? { evaluation } : {}),
    ...(points.length > 0 ? { points } : {}),
    measured: {
      seconds,
      peakResidentBytes: Math.max(host.peakBytes(), training.earlier?.peakResidentBytes ?? 0),
      provenance: provenance(runtime, threads, host),
    },
  };
}

function countElements(tensors: ReadonlyMap<string, Tensor>, counts: (name: string) => boolean): number {
  let total = 0;
  for (const [name, tensor] of tensors) if (counts(name)) total += floats(tensor).length;
  return total;
}

/** Stopwatch in seconds: since the last lap, and since the start. */
export function stopwatch(now = (): number => performance.now()): { lap(): number; total(): number } {
  const start = now();
  let last = start;
  return {
    lap: () => {
      const before = last;
      last = now();
      return (last - before) / 1000;
    },
    total: () => (now() - start) / 1000,
  };
}

interface AlongTraining {
  readonly checkpoints?: TrainingCheckpoints | undefined;
  readonly points?: TrainingPoints | undefined;
}

export async function trainAdapter(
  model: Transformer,
  learner: Learner,
  examples: TokenizedDataset["train"],
  padId: number,
  onEvent: (event: TrialEvent) => void,
  { checkpoints, points }: AlongTraining = {},
): Promise<Training> {
  const { plan, optimizer, parameters, maxGradientNorm, dropoutMask, lossScale, lossCurve } = learner;
  const { microBatches, pack, learningRate } = plan;
  const gradients = new Map([...parameters].map(([name, data]) => [name, new Float32Array(data.length)]));
  const steps = microBatches.length;
  const isOver = (): boolean => !isLearning(learner) || points?.isOver() === true;
  const evaluateAfter = async (step: number): Promise<void> => {
    const point = await points?.after(step, learner);
    if (point === undefined) return;
    checkpoints?.stepped(step);
    onEvent(pointEvent(point, steps));
  };
  const begun = checkpoints?.begin(learner, points) ?? 0;
  await evaluateAfter(begun); // a checkpoint may be older than the evaluation after its step
  for (let i = begun; i < steps && !isOver(); i++) {
    const loss = await optimizerStep(model, optimizer, gradients, {
      microBatches: microBatches[i]!.map((rows) =>
        padBatch(Array.from(rows, (row) => examples[row]!) as TokenizedExample[], { padId, pack }),
      ),
      learningRate: learningRate(i),
      maxGradientNorm,
      lossScale,
      ...(dropoutMask && { dropoutMask: (microBatch: number) => dropoutMask(i, microBatch) }),
    });
    record(learner, i, loss);
    if (!isLearning(learner)) break;
    checkpoints?.stepped(i + 1);
    onEvent({ kind: "step", steps, ...lossCurve[i]! });
    await evaluateAfter(i + 1);
  }
  const { trainTokens, divergedAtStep } = learner;
  const earlier = checkpoints?.earlier;
  return {
    lossCurve,
    trainTokens,
    ...(divergedAtStep === undefined ? {} : { divergedAtStep }),
    ...(earlier && { earlier }),
  };
}
