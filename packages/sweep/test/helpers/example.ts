import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripMeasured } from "@lorank/evidence/parse";
import { canonicalJson, type Results, type TestSet, type TrialResult } from "@lorank/evidence/results";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import {
  type AskedRunOptions,
  planSweep,
  type ResultsFolder,
  runOptions,
  runPlan,
  type SweepConfig,
  type SweepEvent,
  type SweepOutcome,
  type SweepPlan,
} from "../../src/index.ts";
import { datasetText, exampleConfig } from "./example-config.ts";
import type { Fake, FakeInputs } from "./fake-trainer.ts";

export { datasetText, exampleConfig, temporaryFolder };

const testText = '{"examples":20}\n';

/** What `testExamples` of {@link workplace} are. */
export const exampleTest: TestSet = {
  name: "held out",
  sha256: createHash("sha256").update(testText).digest("hex"),
  examples: 20,
};

export function examplePlan(changes: Partial<SweepConfig> = {}): SweepPlan {
  return planSweep({ ...exampleConfig, ...changes });
}

/** What a sweep reads, where it writes, and how it is executed, in one object. */
export interface ExampleSweep extends ResultsFolder, AskedRunOptions {
  readonly modelPath: string;
  readonly dataset: Uint8Array;
  readonly testExamples?: Uint8Array;
  readonly fake?: Fake;
  readonly onEvent?: (event: SweepEvent) => unknown;
}

/** A base model, a dataset, test examples and an `out` that is still to be made, in a folder of their own. */
export function workplace(folder = temporaryFolder()): ExampleSweep & { readonly testExamples: Uint8Array } {
  const modelPath = join(folder, "model");
  mkdirSync(modelPath);
  writeFileSync(join(modelPath, "config.json"), "{}\n");
  return {
    out: join(folder, "out"),
    modelPath,
    dataset: Buffer.from(datasetText),
    testExamples: Buffer.from(testText),
    trialsAtOnce: 2,
    fake: {},
  };
}

/** A file that holds the test examples of {@link workplace}. */
export function testFile(): string {
  const file = join(temporaryFolder(), "test.json");
  writeFileSync(file, testText);
  return file;
}

/** Runs a plan at a workplace. */
export function runExample(plan: SweepPlan, place: ExampleSweep): Promise<SweepOutcome> {
  const {
    modelPath,
    dataset,
    testExamples,
    fake = {},
    out,
    extend = false,
    portable = false,
    onEvent,
    ...asked
  } = place;
  const inputs: FakeInputs = {
    ...{ plan, modelPath, dataset, fake },
    ...(testExamples === undefined ? {} : { testExamples }),
  };
  const reporter = { report: (event: SweepEvent) => void onEvent?.(event) };
  return runPlan(inputs, { out, extend, portable }, runOptions({ reporter, ...asked }));
}

/** Paths of all files under `folder`, sorted. */
export function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Everything in `results.json` but what was measured, as canonical text. */
export function comparable(out: string): string {
  const results = JSON.parse(readFileSync(join(out, "results.json"), "utf8")) as Results;
  return canonicalJson({
    ...results,
    trials: results.trials.map((trial: TrialResult) => stripMeasured(trial)),
  });
}
