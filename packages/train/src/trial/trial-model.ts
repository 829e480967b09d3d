import { readFileSync } from "node:fs";
import { InputError, type TargetLayer } from "@lorank/core";
import type { EngineSpec, Task } from "@lorank/core/results";
import type { Recompute, Runtime, Tensor } from "@lorank/graph";
import { type DeviceName, deviceRuntime } from "@lorank/graph/devices";
import type { AdapterShape } from "../adapter/shape.ts";
import { type Base, loadBase } from "../base/base.ts";
import { initialAdapter, initialHead, initialMagnitudes } from "../base/initial-weights.ts";
import { datasetSha256, decodeDataset, type TokenizedDataset } from "../data/dataset.ts";
import type { Head } from "../families/family.ts";
import { Transformer } from "../transformer/transformer.ts";

/**
 * Where the things lie that a spec names, and what to run them on. Nothing here changes the result, but for the rounding
 * of another device.
 */
export interface TrialResources {
  /** A folder, or a `.gguf` file. */
  readonly modelPath: string;
  /** The file of `encodeDataset`'s bytes, or the bytes. */
  readonly datasetFile: string | Uint8Array;
  readonly threads: number;
  /** What to run on, not tested again here. (default "cpu") */
  readonly device?: DeviceName | undefined;
  /** What of a block the backward pass computes again. (default: that of {@link Transformer}) */
  readonly recompute?: Recompute | undefined;
}

/** The base and the examples that a spec names. Throws InputError E_DATASET, and as {@link loadBase}. */
export function loadInputs(
  spec: EngineSpec,
  resources: TrialResources,
): { readonly base: Base; readonly data: TokenizedDataset } {
  return {
    base: loadBase(spec.base, resources.modelPath, headOf(spec.task)),
    data: loadDataset(spec, resources.datasetFile),
  };
}

/** The model over `base` that trains `trained`, on the device that the trial is given, in what its spec computes in. */
export async function openModel(
  { compute }: EngineSpec,
  { family, head, weights }: Base,
  adapter: AdapterShape,
  trained: ReadonlyMap<string, Tensor>,
  { threads, device = "cpu", recompute }: TrialResources,
): Promise<{ readonly model: Transformer; readonly runtime: Runtime }> {
  const runtime = await deviceRuntime({ device, threads, computeDtype: compute ?? "float32" });
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
    ...(lora.dora ? initialMagnitudes(targets, weights) : []),
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
export function loadDataset(spec: EngineSpec, file: string | Uint8Array): TokenizedDataset {
  const [place, bytes] = typeof file === "string" ? [file, readFileSync(file)] : ["datasetFile", file];
  const sha256 = datasetSha256(bytes);
  if (sha256 !== spec.data.sha256) {
    throw new InputError(
      "E_DATASET",
      `${place} must hold the data set ${spec.data.sha256.slice(0, 12)}… that the trial names, got ${sha256.slice(0, 12)}…`,
    );
  }
  return decodeDataset(bytes);
}
