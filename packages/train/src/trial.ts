import { readFileSync } from "node:fs";
import { type PeftAdapter, peftAdapterBytes } from "@lorank/checkpoint";
import {
  type Evaluation,
  InputError,
  type LossPoint,
  type Task,
  type TrialResult,
  type TrialSpec,
} from "@lorank/core";
import {
  type DeviceName,
  deviceRuntime,
  floats,
  type Recompute,
  type Runtime,
  type Tensor,
} from "@lorank/graph";
import { isLoraName } from "./adapter/names.ts";
import { toPeftAdapter } from "./adapter/peft.ts";
import { adapterShape } from "./adapter/shape.ts";
import { resolveTargets, type TargetLayer } from "./adapter/targets.ts";
import { type Base, loadBase } from "./base.ts";
import { datasetSha256, decodeDataset, type TokenizedDataset } from "./data/dataset.ts";
import { evaluate } from "./evaluate.ts";
import { initialAdapter, initialHead, initialMagnitudes } from "./initial-weights.ts";
import { Transformer } from "./model/transformer.ts";
import type { Head } from "./models/family.ts";
import { provenance } from "./provenance.ts";
import { trainAdapter } from "./train-adapter.ts";

/**
 * Where the things lie that a spec names, and what to run them on. Nothing here changes the result, but for the rounding
 * of another device.
 */
export interface TrialResources {
  readonly modelFolder: string;
  readonly datasetFile: string;
  readonly threads: number;
  /** What to run on, not tested again here. (default "cpu") */
  readonly device?: DeviceName;
  /** For files of this attempt. */
  readonly attemptFolder?: string;
  /** What of a block the backward pass computes again. (default: that of {@link Transformer}) */
  readonly recompute?: Recompute;
}

export type TrialEvent =
  | {
      readonly kind: "step";
      readonly step: number;
      readonly steps: number;
      readonly loss: number;
      readonly learningRate: number;
    }
  | { readonly kind: "evaluating"; readonly done: number; readonly total: number };

export interface TrialOutcome {
  readonly result: Omit<TrialResult, "trialId">;
  readonly adapter: PeftAdapter;
}

/** Runs one trial: loads base and data, trains the adapter (and head), evaluates it on the validation examples. */
export async function runTrial(
  spec: TrialSpec,
  resources: TrialResources,
  onEvent: (event: TrialEvent) => void = () => {},
): Promise<TrialOutcome> {
  const clock = stopwatch();
  const base = loadBase(spec.base, resources.modelFolder, headOf(spec.task));
  const { family, head } = base;
  const data = loadDataset(spec, resources.datasetFile);
  const targets = resolveTargets(family, head, spec.lora.targetModules, spec.lora.rank);
  const trained = trainableParameters(spec, base, targets);
  const { threads, device = "cpu" } = resources;
  const runtime = await deviceRuntime({ device, threads });
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter: adapterShape(spec.lora, targets),
    parameters: new Map([...base.weights, ...trained]),
    ...(resources.recompute === undefined ? {} : { recompute: resources.recompute }),
  });
  const load = clock.lap();

  const training = await trainAdapter(spec, model, trained, data.train, family.padTokenId, onEvent);
  const train = clock.lap();

  let evaluation: Evaluation | undefined;
  if (training.divergedAtStep === undefined) {
    evaluation = await evaluate(model, data.validation, {
      padId: family.padTokenId,
      onProgress: (done, total) => onEvent({ kind: "evaluating", done, total }),
    });
  }
  const seconds = { load, train, evaluate: clock.lap(), total: clock.total() };
  await model.dispose();
  const adapter = toPeftAdapter({
    family,
    head,
    lora: spec.lora,
    task: spec.task,
    baseModel: spec.base.name,
    trained,
  });
  return {
    adapter,
    result: trialResult(spec, trained, adapter, training, evaluation, seconds, runtime, threads),
  };
}

export function trialResult(
  spec: TrialSpec,
  trained: ReadonlyMap<string, Tensor>,
  adapter: PeftAdapter,
  training: {
    readonly lossCurve: readonly LossPoint[];
    readonly trainTokens: number;
    readonly divergedAtStep?: number;
  },
  evaluation: Evaluation | undefined,
  seconds: TrialResult["measured"]["seconds"],
  runtime: Runtime,
  threads: number,
): Omit<TrialResult, "trialId"> {
  const loraParams = countElements(trained, isLoraName);
  const trainableParams = countElements(trained, () => true);
  return {
    spec,
    status: evaluation ? "completed" : "diverged",
    ...(training.divergedAtStep !== undefined ? { divergedAtStep: training.divergedAtStep } : {}),
    loraParams,
    trainableParams,
    adapterBytes: peftAdapterBytes(adapter),
    gradientBytes: 4 * trainableParams, // float32
    optimizerBytes: 8 * trainableParams, // two float32 moments
    steps: training.lossCurve.length,
    trainTokens: training.trainTokens,
    lossCurve: training.lossCurve,
    ...(evaluation ? { evaluation } : {}),
    measured: {
      seconds,
      peakResidentBytes: process.resourceUsage().maxRSS * 1024, // reported in KiB
      provenance: provenance(runtime, threads),
    },
  };
}

/** The head that a task is learned with. */
export function headOf(task: Task): Head {
  return task.kind === "classification"
    ? { kind: task.kind, labels: task.labels.length }
    : { kind: task.kind };
}

export function loadDataset(spec: TrialSpec, file: string): TokenizedDataset {
  const bytes = readFileSync(file);
  const sha256 = datasetSha256(bytes);
  if (sha256 !== spec.data.sha256) {
    throw new InputError(
      "E_DATASET",
      `${file} must hold the data set ${spec.data.sha256.slice(0, 12)}… that the trial names, got ${sha256.slice(0, 12)}…`,
    );
  }
  return decodeDataset(bytes);
}

export function trainableParameters(
  { lora, seed }: TrialSpec,
  { family, head, weights }: Base,
  targets: readonly TargetLayer[],
): Map<string, Tensor> {
  const trained = new Map([
    ...initialAdapter(targets, lora.rank, seed),
    ...(lora.dora ? initialMagnitudes(targets, weights) : []),
    ...initialHead(family, head, seed),
  ]);
  if (trained.size === 0)
    throw new InputError("E_RANK", "rank must be at least 1 where no head is trained, got 0");
  return trained;
}

function countElements(tensors: ReadonlyMap<string, Tensor>, counts: (name: string) => boolean): number {
  let total = 0;
  for (const [name, tensor] of tensors) if (counts(name)) total += floats(tensor).length;
  return total;
}

/** Seconds since the last lap, and since the start. */
export function stopwatch(): { lap(): number; total(): number } {
  const start = performance.now();
  let last = start;
  return {
    lap: () => {
      const before = last;
      last = performance.now();
      return (last - before) / 1000;
    },
    total: () => (performance.now() - start) / 1000,
  };
}
