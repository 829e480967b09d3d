import { existsSync } from "node:fs";
import { readJson } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";

/** Examples of a sweep's first run (`examples.json`), which later runs must have too: runs are paired. */
export interface Examples {
  readonly examples: readonly string[];
  readonly labels?: readonly string[];
  /** Group of each example, such as its document. */
  readonly groups?: readonly string[];
}

export function testExamplesFile(store: SweepStore, sha256: string): string {
  return store.path("test", sha256, "examples.json");
}

/** File with the examples of an outcome beside the metric. */
export function secondaryExamplesFile(store: SweepStore, name: string): string {
  return store.path(`examples.${name}.json`);
}

export function readExamples(file: string): Examples | undefined {
  return existsSync(file) ? (readJson(file) as Examples) : undefined;
}
