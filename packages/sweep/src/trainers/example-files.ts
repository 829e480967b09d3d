import { existsSync } from "node:fs";
import { readJson } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";

/** Content of `examples.json`: evaluation examples of a trainer's first run, by which runs are paired. */
export interface Examples {
  /** Sorted. */
  readonly examples: readonly string[];
  /** True class of each, if the runs have it. */
  readonly labels?: readonly string[];
  /** Group of each, such as its document, if the runs have it. */
  readonly groups?: readonly string[];
}

export function testExamplesFile(store: SweepStore, sha256: string): string {
  return store.path("test", sha256, "examples.json");
}

/** Examples of all runs; undefined before the first. */
export function readExamples(file: string): Examples | undefined {
  return existsSync(file) ? (readJson(file) as Examples) : undefined;
}
