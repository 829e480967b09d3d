import { existsSync } from "node:fs";
import { readJson } from "../store/files.ts";
import type { SweepStore } from "../store/store.ts";

/** Examples in a trainer's first run (`examples.json`), by which runs are paired. */
export interface Examples {
  readonly examples: readonly string[];
  readonly labels?: readonly string[];
  /** Group per example, such as a document. */
  readonly groups?: readonly string[];
}

export function testExamplesFile(store: SweepStore, sha256: string): string {
  return store.path("test", sha256, "examples.json");
}

export function readExamples(file: string): Examples | undefined {
  return existsSync(file) ? (readJson(file) as Examples) : undefined;
}
