import { modelSource, type PeftAdapter, parsePeftAdapter, safetensorsIn } from "@lorank/checkpoint";
import type { TrialResult } from "@lorank/evidence/results";
import { type Zippable, zipSync } from "fflate";
import type { OutFile } from "../protocol.ts";
import type { Store } from "./store.ts";

/** Zip file time, constant so that equal adapters give equal bytes. */
const TIME = new Date(1980, 0, 1);

/**
 * Zip file with each trial's PEFT folder, `r8-s1/adapter_config.json` and so on; for a single trial, the files alone.
 */
export async function zipAdapters(
  store: Pick<Store, "adapter" | "result">,
  name: string,
  trialIds: readonly string[],
): Promise<OutFile> {
  const files: Zippable = {};
  for (const id of trialIds) {
    const folder = trialIds.length === 1 ? "" : `${folderOf(await store.result(id))}/`;
    for (const [file, bytes] of await store.adapter(id)) files[folder + file] = bytes;
  }
  // Trained weights do not compress.
  return { name, bytes: zipSync(files, { level: 0, mtime: TIME }) };
}

function folderOf(result: TrialResult | undefined): string {
  return result === undefined ? "adapter" : `r${result.spec.lora.rank}-s${result.spec.seed}`;
}

/** Reads a PEFT adapter. @throws E_ADAPTER if it is damaged. */
export function adapterIn(files: ReadonlyMap<string, Uint8Array>): PeftAdapter {
  const file = safetensorsIn(modelSource("adapter", files).open("adapter_model.safetensors"));
  const tensors = [...file.tensors].map(
    ([name, { shape }]) => [name, { shape, data: file.readFloat32(name) }] as const,
  );
  const config = new TextDecoder().decode(files.get("adapter_config.json"));
  return parsePeftAdapter(config, new Map(tensors));
}
