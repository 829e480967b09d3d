import { makeFolder } from "@lorank/checkpoint/files";
import type { SweepInputs } from "../plan/plan.ts";
import type { SweepStore } from "./store.ts";
import { writeIfDifferent } from "./write-if-different.ts";

/** The tokenised examples of a sweep on disk. */
export interface KeptData {
  readonly datasetFile: string;
  /** File of the test examples, where there are some. */
  readonly testFile: string | undefined;
}

/** Writes the tokenised examples to `data/<sha256>.json`, each part that has a file, unless they are there. */
export function keepData(
  store: SweepStore,
  { plan, dataset, testExamples }: Pick<SweepInputs, "plan" | "dataset" | "testExamples">,
): KeptData {
  const { data, test } = plan.config;
  makeFolder(store.path("data"));
  const keep = (sha256: string, bytes: Uint8Array): string => {
    const file = store.path("data", `${sha256}.json`);
    writeIfDifferent(file, bytes);
    return file;
  };
  return {
    datasetFile: keep(data.sha256, dataset),
    testFile: test && testExamples && keep(test.sha256, testExamples),
  };
}
