import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readTextFile } from "@lorank/checkpoint/disk";
import { parseJson } from "@lorank/core";
import type { SpecMembers } from "@lorank/evidence/results";
import { decodeDataset, type TrainedRows, trainedRows } from "@lorank/train/data";
import { defaults } from "../../defaults.ts";
import { specOfAdapter } from "../../model/read-adapter.ts";
import { isSweepFolder } from "../../results/results-file.ts";
import { readContent } from "../../settings/read-file.ts";
import { readKept } from "../../settings/saved-settings.ts";
import type { SettingsOf } from "../../settings/table.ts";

/** Sweep folder whose `adapters` holds this adapter; otherwise undefined. */
export function sweepAround(adapter: string): string | undefined {
  const around = join(adapter, "..", "..");
  return hasAdapter(adapter) && isSweepFolder(around) ? around : undefined;
}

/** Tests if a path is an adapter's folder; false for a model's folder with an adapter in it. */
export function isAdapterFolder(path: string): boolean {
  return hasAdapter(path) && !existsSync(join(path, "config.json"));
}

function hasAdapter(folder: string): boolean {
  return existsSync(join(folder, "adapter_config.json"));
}

export function modelSettings(
  sweep: string,
): Pick<SettingsOf<"sweep">, "model" | "quantize" | "compute" | "template" | "max-length"> {
  const saved = readContent("sweep", readKept(sweep)?.settings, join(sweep, "settings.json"), []);
  const { model, quantize, compute, template, "max-length": maxLength }: SettingsOf<"sweep"> = saved;
  const settings = { model, quantize, compute, template, "max-length": maxLength };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

/** Tests if `--data` names the sweep's own data; true without the flag. */
export function isDataOf(sweep: string, data: string | undefined): boolean {
  const saved = readKept(sweep)?.settings.data ?? defaults.data;
  return data === undefined || data === saved || resolve(data) === saved;
}

/** Digests of an adapter's training examples, beside it or in its sweep; undefined if unknown. */
export function rowsBehind(adapter: string): TrainedRows | undefined {
  const beside = join(adapter, "trained-rows.json");
  return existsSync(beside) ? rowsIn(beside) : rowsOfSweep(adapter);
}

function rowsIn(file: string): TrainedRows | undefined {
  try {
    const { maxLength, digests } = parseJson(readTextFile(file), file) as Partial<TrainedRows>;
    return Number.isSafeInteger(maxLength) && maxLength! > 0 && Array.isArray(digests)
      ? { maxLength: maxLength!, digests }
      : undefined;
  } catch {
    return undefined;
  }
}

function rowsOfSweep(adapter: string): TrainedRows | undefined {
  const sweep = sweepAround(adapter);
  const spec = sweep === undefined ? undefined : specOfAdapter(adapter);
  const { data }: Partial<SpecMembers> = spec ?? {};
  if (sweep === undefined || data === undefined) return undefined;
  const file = join(sweep, "data", `${data.sha256}.json`);
  if (!existsSync(file)) return undefined;
  return trainedRows(decodeDataset(readFileSync(file)).train);
}
