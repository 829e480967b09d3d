import { readFileSync } from "node:fs";
import { join } from "node:path";
import { classesOf, type PeftAdapter } from "@lorank/checkpoint";
import { readPeftAdapter } from "@lorank/checkpoint/files";

/**
 * Reads an adapter folder. An adapter that was written before adapters carried their class names gets those of its trial,
 * where the folder lies in a sweep or holds the trial's whole result.
 *
 * @throws as `readPeftAdapter`.
 */
export function readAdapter(folder: string): PeftAdapter {
  const adapter = readPeftAdapter(folder);
  if (adapter.classNames !== undefined) return adapter;
  const classNames = labelsOfTrial(folder);
  return classNames && classNames.length === classesOf(adapter) ? { ...adapter, classNames } : adapter;
}

/** `lorank train` keeps the spec in `trial.json`; a sweep keeps the trial's id there, and the spec in `specs/`. */
function labelsOfTrial(folder: string): readonly string[] | undefined {
  const trial = readIfWhole<Trial>(join(folder, "trial.json"));
  const spec = trial?.spec ?? specOfSweep(join(folder, "..", ".."), String(trial?.trialId));
  const labels = spec?.task?.labels;
  return Array.isArray(labels) && labels.every((label) => typeof label === "string") ? labels : undefined;
}

interface Trial {
  readonly trialId?: unknown;
  readonly spec?: Spec;
}

interface Spec {
  readonly task?: { readonly labels?: unknown };
}

function specOfSweep(sweep: string, trialId: string): Spec | undefined {
  return /^[0-9a-f]{64}$/.test(trialId) ? readIfWhole(join(sweep, "specs", `${trialId}.json`)) : undefined;
}

function readIfWhole<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}
