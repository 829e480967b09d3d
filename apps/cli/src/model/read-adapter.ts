import { join } from "node:path";
import { type ConsumerWarning, classesOf, type PeftAdapter } from "@lorank/checkpoint";
import { readTextFile } from "@lorank/checkpoint/disk";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { parseJson } from "@lorank/core";
import type { TrialSpec } from "@lorank/evidence/results";
import type { Page } from "../output.ts";
import { wrap } from "../text.ts";

/** Reads an adapter, with its trial's class names if it has none. Throws as `readPeftAdapter`. */
export function readAdapter(folder: string): PeftAdapter {
  const adapter = readPeftAdapter(folder);
  if (adapter.classNames !== undefined) return adapter;
  const classNames = labelsOfTrial(folder);
  return classNames && classNames.length === classesOf(adapter) ? { ...adapter, classNames } : adapter;
}

function labelsOfTrial(folder: string): readonly string[] | undefined {
  const labels = readSpec(folder)?.task?.labels;
  return Array.isArray(labels) && labels.every((label) => typeof label === "string") ? labels : undefined;
}

/** Trial spec for an adapter in a sweep, or beside a whole trial result; otherwise undefined. */
export function specOfAdapter(folder: string): TrialSpec | undefined {
  const spec: unknown = readSpec(folder);
  return isSpec(spec) ? spec : undefined;
}

/** Trial spec, unchecked: in `trial.json` after `lorank train`; in a sweep under the trial's id in `specs/`. */
function readSpec(folder: string): RawSpec | undefined {
  const trial = readIfWhole<Trial>(join(folder, "trial.json"));
  return trial?.spec ?? specInSweep(join(folder, "..", ".."), String(trial?.trialId));
}

interface RawSpec {
  readonly task?: { readonly labels?: unknown };
}

interface Trial {
  readonly trialId?: unknown;
  readonly spec?: RawSpec;
}

function specInSweep(sweep: string, trialId: string): RawSpec | undefined {
  return /^[0-9a-f]{64}$/.test(trialId) ? readIfWhole(join(sweep, "specs", `${trialId}.json`)) : undefined;
}

/** Tests for a trial spec: another program's `trial.json` may differ. */
function isSpec(value: unknown): value is TrialSpec {
  const isObject = (member: unknown): member is object => typeof member === "object" && member !== null;
  if (!isObject(value)) return false;
  const { specVersion, lora, optimizer, trainer, base, task } = value as Record<string, unknown>;
  if (specVersion !== 1 || !isObject(lora) || !isObject(optimizer)) return false;
  return isObject(trainer) || (isObject(base) && isObject(task));
}

function readIfWhole<T>(path: string): T | undefined {
  try {
    return parseJson(readTextFile(path), path) as T;
  } catch {
    return undefined;
  }
}

export function printWarnings(warnings: readonly ConsumerWarning[], output: Page): void {
  if (warnings.length === 0) return;
  output.print("What cannot read this adapter as it is:");
  const width = Math.max(...warnings.map(({ consumer }) => consumer.length));
  for (const { consumer, problem } of warnings) {
    const text = wrap(problem, Math.max(30, output.columns - width - 4));
    output.print(`  ${consumer.padEnd(width)}  ${text.replaceAll("\n", `\n${" ".repeat(width + 4)}`)}`);
  }
}
