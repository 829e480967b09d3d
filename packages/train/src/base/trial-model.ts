import type { ModelSource } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { EngineSpec, Provenance, Task } from "@lorank/evidence/results";
import type { ComputeDtype, Recompute, Runtime, Tensor } from "@lorank/graph";
import type { JudgeOptions } from "@lorank/judge";
import type { AdapterShape } from "../adapter/shape.ts";
import { decodeDataset, type TokenizedDataset } from "../data/dataset.ts";
import { isProcessor } from "../defaults.ts";
import type { Head } from "../families/family.ts";
import { sha256Hex } from "../sha256.ts";
import { Transformer } from "../transformer/transformer.ts";
import { version } from "../version.ts";
import { type Base, loadBase } from "./base.ts";
import { untrainedAdapter } from "./initial-weights.ts";

/** The files that a spec names, and the machine to run it on. Only the rounding of another device changes the result. */
export interface TrialInputs {
  /** The base. */
  readonly model: ModelSource;
  /** The bytes of `encodeDataset`. Read once. */
  readonly dataset: Uint8Array;
  /** Name of the data set in messages. (default "dataset") */
  readonly datasetName?: string | undefined;
  /** The runtime whose matrix products are of this type: the spec's `compute`. */
  readonly runtime: (computeDtype: ComputeDtype) => Runtime | Promise<Runtime>;
  /** The runtime's threads, for the record. */
  readonly threads: number;
  readonly host: TrialHost;
  /** The values of a block that the backward pass computes again. (default: that of `Transformer`) */
  readonly recompute?: Recompute | undefined;
  /** Opens the judge of the spec's `answers`, where that is a file. */
  readonly openJudge?: JudgeOptions["openJudge"];
  /** Opens a metric whose time has no bound. */
  readonly openScorer?: JudgeOptions["openScorer"];
}

/** The base, the examples and the adapter that a spec names, before training. */
interface LoadedTrial {
  readonly base: Base;
  readonly data: TokenizedDataset;
  readonly adapter: AdapterShape;
  /** Adapter and head as they begin, by parameter name. */
  readonly trained: ReadonlyMap<string, Tensor>;
}

/**
 * Loads what a spec names.
 *
 * @throws InputError E_DATASET, as {@link loadBase} and {@link untrainedAdapter}, and E_RANK where nothing is trained.
 */
export function loadTrial(
  spec: EngineSpec,
  inputs: Pick<TrialInputs, "model" | "dataset" | "datasetName">,
): LoadedTrial {
  const { lora, seed } = spec;
  const base = loadBase(spec.base, inputs.model, headOf(spec.task));
  const data = loadDataset(spec, inputs.dataset, inputs.datasetName);
  const { shape, parameters } = untrainedAdapter(lora, base, seed);
  if (parameters.size === 0)
    throw new InputError("E_RANK", "rank must be at least 1 where no head is trained, got 0");
  return { base, data, adapter: shape, trained: parameters };
}

/** A trial whose model is on its runtime, ready to train. */
export interface OpenTrial extends LoadedTrial {
  readonly model: Transformer;
  readonly runtime: Runtime;
}

/**
 * Loads what a spec names, and puts the model on its runtime.
 *
 * @throws InputError as {@link loadTrial}, and `E_COMPUTE` for a runtime that computes in another type than the spec's.
 */
export async function openTrial(spec: EngineSpec, inputs: TrialInputs): Promise<OpenTrial> {
  const { compute = "float32" } = spec;
  const trial = loadTrial(spec, inputs);
  const runtime = await inputs.runtime(compute);
  const { computeDtype = "float32" } = runtime;
  if (computeDtype !== compute)
    throw new InputError("E_COMPUTE", `the runtime must compute in ${compute}, got ${computeDtype}`);
  return { ...trial, model: trialModel(trial, runtime, inputs.recompute), runtime };
}

/** The model that trains what was loaded. */
export function trialModel({ base, adapter, trained }: LoadedTrial, runtime: Runtime, recompute?: Recompute) {
  const { family, head, weights } = base;
  const parameters = new Map([...weights, ...trained]);
  return new Transformer({ family, head, runtime, adapter, parameters, recompute });
}

/** The head that a task is learned with. */
export function headOf(task: Task): Head {
  return task.kind === "classification"
    ? { kind: task.kind, labels: task.labels.length }
    : { kind: task.kind };
}

/** The examples that a spec names. Throws InputError E_DATASET. */
export function loadDataset(spec: EngineSpec, bytes: Uint8Array, name = "dataset"): TokenizedDataset {
  const sha256 = sha256Hex(bytes);
  if (sha256 !== spec.data.sha256) {
    throw new InputError(
      "E_DATASET",
      `${name} must hold the data set ${spec.data.sha256.slice(0, 12)}… that the trial names, got ${sha256.slice(0, 12)}…`,
    );
  }
  return decodeDataset(bytes);
}

/** The machine and the program of a trial, as its result names them. */
export interface TrialHost {
  /** The version of Node, or the name and version of a browser. */
  readonly node: string;
  /** The processor and the system, such as `AMD EPYC, linux x64`. */
  readonly machine: string;
  /** Largest memory of this process so far, in bytes; 0 where it is unknown. */
  peakBytes(): number;
  /** Resident bytes before the trial began, for the prediction of its memory. (default: none is made) */
  readonly residentBytes?: number | undefined;
}

/** Programs, machine and time of a trial, for its result. */
export function provenance(
  runtime: Runtime,
  threads: number,
  { node, machine }: Pick<TrialHost, "node" | "machine">,
): Required<Provenance> {
  const { device } = runtime;
  return {
    lorank: version,
    node,
    runtime: runtime.name,
    // The runtime does not know the name of a GPU; the processor's is not its.
    device: isProcessor(device) ? `${device}: ${machine}` : `${device}, beside ${machine}`,
    threads,
    finishedAt: new Date().toISOString(),
  };
}
