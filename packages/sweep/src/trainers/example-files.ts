import { existsSync } from "node:fs";
import { readJson } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";

/** The evaluation examples of a trainer's runs, by which they are paired: `examples.json`, as the first run has them. */
export interface Examples {
  /** Sorted. */
  readonly examples: readonly string[];
  /** The true class of each, where the runs say it. */
  readonly labels?: readonly string[];
  /** The group of each, such as its document, where the runs say it. */
  readonly groups?: readonly string[];
}

/** File of the test examples of all runs. */
export function testExamplesFile(store: SweepStore, sha256: string): string {
  return store.path("test", sha256, "examples.json");
}

/** Examples of all runs of a sweep; undefined before the first. */
export function readExamples(file: string): Examples | undefined {
  return existsSync(file) ? (readJson(file) as Examples) : undefined;
}
