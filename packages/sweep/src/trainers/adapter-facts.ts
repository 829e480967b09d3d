import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { openSafetensors } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { TrialResult } from "@lorank/core/results";
import { adapterConfig, adapterWeights } from "../store/adapter-files.ts";
import { readJson } from "../store/read-json.ts";

/**
 * What a PEFT folder that a trainer kept says of its size; empty where there is none. Only the header of its weights is read, and of
 * `adapter_model.bin`, a pickle, nothing.
 *
 * @throws InputError `E_ADAPTER` for an adapter of another rank than the trial's, and as `openSafetensors`.
 */
export function adapterFacts(
  folder: string,
  rank: number,
): Pick<TrialResult, "adapterBytes" | "loraParams" | "trainableParams"> {
  const config = join(folder, adapterConfig);
  const weights = adapterWeights.map((name) => join(folder, name)).find((path) => existsSync(path));
  if (!existsSync(config) || weights === undefined) return {};
  const { r } = (readJson(config) ?? {}) as { readonly r?: unknown };
  if (r !== rank)
    throw new InputError(
      "E_ADAPTER",
      `${config}: r must be ${rank}, the trial's rank, got ${JSON.stringify(r) ?? "nothing"}`,
    );
  const adapterBytes = statSync(weights).size;
  if (!weights.endsWith(".safetensors")) return { adapterBytes };
  const file = openSafetensors(weights);
  file.close();
  let [loraParams, trainableParams] = [0, 0];
  for (const [name, { shape }] of file.tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    trainableParams += elements;
    if (/\.lora_(A|B|embedding_A|embedding_B)(\.|$)/.test(name)) loraParams += elements;
  }
  return { adapterBytes, loraParams, trainableParams };
}
