import type { ModelSource } from "@lorank/checkpoint";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { InputError } from "@lorank/core";
import type { EngineSpec, MetricName, Provenance, Task } from "@lorank/evidence/schema";
import type { ComputeDtype, Recompute, Runtime, Tensor } from "@lorank/graph";
import type { JudgeOptions } from "@lorank/judge";
import type { AdapterShape } from "../adapter/shape.ts";
import { decodeDataset, type TokenizedDataset } from "../data/dataset.ts";
import { isProcessor } from "../defaults.ts";
import type { Head } from "../families/family.ts";
import { Transformer } from "../transformer/transformer.ts";
import { version } from "../version.ts";
import { type Base, loadBase } from "./base.ts";
import { untrainedAdapter } from "./initial-weights.ts";

/**
 * Trial inputs: base model, dataset, judges and runtime. Only the runtime can affect the result, by rounding: a spec
 * names the others by hash.
 */
export interface TrialInputs {
  readonly model: ModelSource;
  readonly dataset: Uint8Array;
  /** Dataset name in messages. (default "dataset") */
  readonly datasetName?: string | undefined;
  /** Creates the runtime for the spec's `compute`. */
  readonly runtime: (computeDtype: ComputeDtype) => Runtime | Promise<Runtime>;
  readonly threads: number;
  readonly host: TrialHost;
  /** Forward values the backward pass recomputes instead of saving. (default: as `Transformer` does) */
  readonly recompute?: Recompute | undefined;
  /** Group number by validation example, from 0; a step is chosen on whole groups. (default: each is its own) */
  readonly validationGroups?: readonly number[] | undefined;
  /** Metric whose columns the evaluation records beside correctness and log loss, such as F1. (default: none) */
  readonly metric?: MetricName | undefined;
  readonly openJudge?: JudgeOptions["openJudge"];
  /** Opens the metrics `regex` and `levenshtein`, with a time limit. (default: without limit) */
  readonly openScorer?: JudgeOptions["openScorer"];
}

interface LoadedTrial {
  readonly base: Base;
  readonly data: TokenizedDataset;
  readonly adapter: AdapterShape;
  readonly trained: ReadonlyMap<string, Tensor>;
}

/**
 * Loads a spec's base, dataset and untrained adapter.
 * @throws InputError E_DATASET, E_RANK if nothing is trained, and as {@link loadBase} and {@link untrainedAdapter}.
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

export interface OpenTrial extends LoadedTrial {
  readonly model: Transformer;
  readonly runtime: Runtime;
}

/**
 * Loads a spec and puts the model on the runtime.
 * @throws InputError as {@link loadTrial}, `E_COMPUTE` for a runtime with another type.
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

export function trialModel({ base, adapter, trained }: LoadedTrial, runtime: Runtime, recompute?: Recompute) {
  const { family, head, weights } = base;
  const parameters = new Map([...weights, ...trained]);
  return new Transformer({ family, head, runtime, adapter, parameters, recompute });
}

export function headOf(task: Task): Head {
  return task.kind === "classification"
    ? { kind: task.kind, labels: task.labels.length }
    : { kind: task.kind };
}

/** Throws InputError E_DATASET for another dataset than the spec names. */
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

/** Machine and program that ran a trial, as recorded in the result. */
export interface TrialHost {
  /** Node version, or a browser's name and version. */
  readonly node: string;
  /** Processor and system, such as `AMD EPYC, linux x64`. */
  readonly machine: string;
  /** Peak process memory in bytes; 0 if unknown. */
  peakBytes(): number;
  /** Resident bytes before the trial. (default: no prediction of memory) */
  readonly residentBytes?: number | undefined;
}

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
    device: isProcessor(device) ? `${device}: ${machine}` : `${device}, beside ${machine}`,
    threads,
    finishedAt: new Date().toISOString(),
  };
}
