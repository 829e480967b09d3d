import { existsSync } from "node:fs";
import { readJson } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";

/** `examples.json`: examples of a trainer's first run, by which runs are paired. */
export interface Examples {
  readonly examples: readonly string[];
  readonly labels?: readonly string[];
  /** Group such as the example's document. */
  readonly groups?: readonly string[];
}

export function testExamplesFile(store: SweepStore, sha256: string): string {
  return store.path("test", sha256, "examples.json");
}

export function readExamples(file: string): Examples | undefined {
  return existsSync(file) ? (readJson(file) as Examples) : undefined;
}
