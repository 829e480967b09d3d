import { replaceFile } from "@lorank/checkpoint/disk";
import { memoryBars, type RankEstimate } from "@lorank/core/memory";
import type { ModelMemory } from "./estimate.ts";

/** Writes the chart of a model's peaks. Loaded for `--svg`: the way to replace a file is long. */
export function savePicture(file: string, { model, profile, gpu, results, notCounted }: ModelMemory): void {
  const limit = gpu && { label: gpu.text, bytes: gpu.bytes };
  const title = `${model.name}, profile ${profile}${notCounted.length === 0 ? "" : ", not all counted"}`;
  const rows = results.map((row) => ({ ...row, estimate: row }) as RankEstimate);
  replaceFile(file, memoryBars(rows, { title, ...(limit && { limit }) }));
}
