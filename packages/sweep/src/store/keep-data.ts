import { existsSync } from "node:fs";
import type { ProgressReporter } from "../plan/events.ts";
import type { SweepInputs } from "../plan/plan.ts";
import { makeOwnFolder } from "./own-folders.ts";
import type { SweepStore } from "./store.ts";
import { isEqualFile, writeIfDifferent } from "./write-if-different.ts";

/** The tokenised examples of a sweep on disk. */
export interface KeptData {
  readonly datasetFile: string;
  /** File of the test examples, where there are some. */
  readonly testFile: string | undefined;
}

/** Writes the tokenised examples to `data/<sha256>.json`, each part that has a file, unless they are there; over damaged ones too. */
export function keepData(
  store: SweepStore,
  { plan, dataset, testExamples }: Pick<SweepInputs, "plan" | "dataset" | "testExamples">,
  reporter: ProgressReporter,
): KeptData {
  const { data, test } = plan.config;
  makeOwnFolder(store.path("data"));
  const keep = (sha256: string, bytes: Uint8Array): string =>
    keepExamples(store.path("data", `${sha256}.json`), bytes, reporter);
  return {
    datasetFile: keep(data.sha256, dataset),
    testFile: test && testExamples && keep(test.sha256, testExamples),
  };
}

/** Writes a file of tokenised examples, whose name has their SHA-256, unless it is there. Returns its path. */
export function keepExamples(file: string, bytes: Uint8Array, reporter: ProgressReporter): string {
  if (existsSync(file) && !isEqualFile(file, bytes))
    reporter.report({ kind: "file-rebuilt", file, damage: "its bytes did not have the SHA-256 of its name" });
  writeIfDifferent(file, bytes);
  return file;
}
