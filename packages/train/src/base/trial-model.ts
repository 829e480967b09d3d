import type { ModelSource } from "@lorank/checkpoint";
import { InputError, kindOf, type TargetLayer } from "@lorank/core";
import type { EngineSpec, Task } from "@lorank/core/results";
import type { ComputeDtype, Recompute, Runtime, Tensor } from "@lorank/graph";
import type { AdapterShape } from "../adapter/shape.ts";
import { datasetSha256, decodeDataset, type TokenizedDataset } from "../data/dataset.ts";
import type { Head } from "../families/family.ts";
import { Transformer } from "../transformer/transformer.ts";
import { type Base, loadBase } from "./base.ts";
import type { TrialHost } from "./host.ts";
import { initialAdapter, initialHead, initialMagnitudes } from "./initial-weights.ts";

/** What a spec names, and what to run it on. Nothing here changes the result, but for the rounding of another device. */
export interface TrialInputs {
  /** The base. */
  readonly model: ModelSource;
  /** The bytes of `encodeDataset`. Read once. */
  readonly dataset: Uint8Array;
  /** What messages call them. (default "dataset") */
  readonly datasetName?: string | undefined;
  /** The runtime whose matrix products are of this type: the spec's `compute`. */
  readonly runtime: (computeDtype: ComputeDtype) => Runtime | Promise<Runtime>;
  /** That the runtime computes on, for the record. */
  readonly threads: number;
  readonly host: TrialHost;
  /** What of a block the backward pass computes again. (default: that of `Transformer`) */
  readonly recompute?: Recompute | undefined;
}

/** The base and the examples that a spec names. Throws InputError E_DATASET, and as {@link loadBase}. */
export function loadInputs(
  spec: EngineSpec,
  inputs: Pick<TrialInputs, "model" | "dataset" | "datasetName">,
): { readonly base: Base; readonly data: TokenizedDataset } {
  return {
    base: loadBase(spec.base, inputs.model, headOf(spec.task)),
    data: loadDataset(spec, inputs.dataset, inputs.datasetName),
  };
}

/**
 * The model over `base` that trains `trained`, on the runtime that the trial is given, in what its spec computes in.
 *
 * @throws InputError `E_COMPUTE` for a runtime that computes in another type.
 */
export async function openModel(
  { compute: wanted }: EngineSpec,
  { family, head, weights }: Base,
  adapter: AdapterShape,
  trained: ReadonlyMap<string, Tensor>,
  { runtime: open, recompute }: Pick<TrialInputs, "runtime" | "recompute">,
): Promise<{ readonly model: Transformer; readonly runtime: Runtime }> {
  const compute: ComputeDtype = wanted ?? "float32";
  const runtime = await open(compute);
  const { computeDtype = "float32" } = runtime;
  if (computeDtype !== compute)
    throw new InputError("E_COMPUTE", `the runtime must compute in ${compute}, got ${computeDtype}`);
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter,
    parameters: new Map([...weights, ...trained]),
    recompute,
  });
  return { model, runtime };
}

/** What a trial trains, as it begins. Throws InputError E_RANK where that is nothing. */
export function trainableParameters(
  { lora, seed }: EngineSpec,
  { family, head, weights }: Base,
  targets: readonly TargetLayer[],
): Map<string, Tensor> {
  const trained = new Map([
    ...initialAdapter(targets, lora.rank, seed),
    ...(kindOf(lora).hasMagnitudes ? initialMagnitudes(targets, weights) : []),
    ...initialHead(family, head, seed),
  ]);
  if (trained.size === 0)
    throw new InputError("E_RANK", "rank must be at least 1 where no head is trained, got 0");
  return trained;
}

/** The head that a task is learned with. */
export function headOf(task: Task): Head {
  return task.kind === "classification"
    ? { kind: task.kind, labels: task.labels.length }
    : { kind: task.kind };
}

/** The examples that a spec names. Throws InputError E_DATASET. */
export function loadDataset(spec: EngineSpec, bytes: Uint8Array, name = "dataset"): TokenizedDataset {
  const sha256 = datasetSha256(bytes);
  if (sha256 !== spec.data.sha256) {
    throw new InputError(
      "E_DATASET",
      `${name} must hold the data set ${spec.data.sha256.slice(0, 12)}… that the trial names, got ${sha256.slice(0, 12)}…`,
    );
  }
  return decodeDataset(bytes);
}
