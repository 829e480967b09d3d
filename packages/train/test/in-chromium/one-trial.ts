import { modelSource, peftAdapterFiles } from "@lorank/checkpoint";
import { onnxRuntimeFrom } from "@lorank/graph";
import * as ort from "onnxruntime-web/wasm";
import { prepareTraining, runTrial, type TrainingSettings } from "../../src/browser.ts";
import { trialId, trialSpec } from "../../src/spec.ts";

export interface AskedTrial {
  readonly settings: Omit<TrainingSettings, "model" | "data">;
  readonly name: string;
  /** Of the model, and `emails.csv`, as numbers. */
  readonly files: readonly (readonly [name: string, bytes: readonly number[]])[];
}

export interface TrialInChromium {
  readonly id: string;
  readonly losses: readonly number[];
  readonly adapter: readonly number[];
  readonly device: string | undefined;
}

/** Runs in the worker: the trial of rank 2 and seed 1. */
export async function main({ settings, name, files: given }: AskedTrial): Promise<TrialInChromium> {
  ort.env.wasm.wasmPaths = "/ort/";
  ort.env.wasm.numThreads = 1;
  const files = new Map(given.map(([file, bytes]) => [file, Uint8Array.from(bytes)]));
  const model = modelSource(name, files);
  const { config, dataset } = await prepareTraining({ ...settings, model: name, data: "emails.csv" }, [2], {
    findModel: () => model,
    readData: (file) => files.get(file)!,
  });
  const spec = trialSpec(config, 2, 1);
  const { result, adapter } = await runTrial(spec, {
    model,
    dataset,
    runtime: (computeDtype) => onnxRuntimeFrom(ort, { computeDtype }),
    threads: 1,
    host: { node: "Chromium", machine: "a worker", peakBytes: () => 0 },
  });
  return {
    id: trialId(spec),
    losses: result.lossCurve.map(({ loss }) => loss),
    adapter: Array.from(peftAdapterFiles(adapter).get("adapter_model.safetensors") as Uint8Array),
    device: result.measured.provenance.device,
  };
}
