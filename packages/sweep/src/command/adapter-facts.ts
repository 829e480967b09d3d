import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { openSafetensors } from "@lorank/checkpoint/files";
import { InputError } from "@lorank/core";
import type { TrialResult } from "@lorank/core/results";
import { readJson } from "../store/read-json.ts";

/**
 * What a PEFT folder that a trainer kept says of its size; empty where there is none. Only the header of its weights is read.
 *
 * @throws InputError `E_ADAPTER` for an adapter of another rank than the trial's, and as `openSafetensors`.
 */
export function adapterFacts(
  folder: string,
  rank: number,
): Pick<TrialResult, "adapterBytes" | "loraParams" | "trainableParams"> {
  const config = join(folder, "adapter_config.json");
  const weights = join(folder, "adapter_model.safetensors");
  if (!existsSync(config) || !existsSync(weights)) return {};
  const { r } = (readJson(config) ?? {}) as { readonly r?: unknown };
  if (r !== rank)
    throw new InputError(
      "E_ADAPTER",
      `${config}: r must be ${rank}, the trial's rank, got ${JSON.stringify(r) ?? "nothing"}`,
    );
  const file = openSafetensors(weights);
  file.close();
  let [loraParams, trainableParams] = [0, 0];
  for (const [name, { shape }] of file.tensors) {
    const elements = shape.reduce((product, size) => product * size, 1);
    trainableParams += elements;
    if (/\.lora_(A|B|embedding_A|embedding_B)(\.|$)/.test(name)) loraParams += elements;
  }
  return { adapterBytes: statSync(weights).size, loraParams, trainableParams };
}
