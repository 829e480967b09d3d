import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import type { EngineEvaluation, EngineSpec } from "@lorank/core/results";
import { deviceRuntime } from "@lorank/graph/devices";
import { fromPeftAdapter } from "../adapter/peft.ts";
import { loadBase } from "../base/base.ts";
import { datasetSha256 } from "../data/dataset.ts";
import { decodeTestExamples, type TestExamples } from "../data/test-examples.ts";
import { Transformer } from "../transformer/transformer.ts";
import { headOf, loadDataset, type TrialResources } from "../trial/trial-model.ts";
import { evaluate } from "./evaluate.ts";

/** A file of test examples and the SHA-256 that it must have. */
export interface TestExamplesFile {
  readonly file: string;
  readonly sha256: string;
}

/**
 * Evaluates adapters on the validation examples of the trial that `spec` names, one after the other: the same base,
 * examples and precision as in that trial, so that its own adapter comes to its own figures. With `test`, on the test
 * examples in that file instead.
 *
 * @throws InputError E_ADAPTER when one belongs to another model, E_DATASET for test examples of another task, and as
 *   `runTrial` for the base and the examples.
 */
export async function evaluateAdapters(
  spec: EngineSpec,
  adapters: readonly PeftAdapter[],
  resources: TrialResources,
  test?: TestExamplesFile,
): Promise<EngineEvaluation[]> {
  const examples =
    test === undefined
      ? loadDataset(spec, resources.datasetFile).validation
      : loadTestExamples(spec, test).test;
  const { family, head, weights } = loadBase(spec.base, resources.modelPath, headOf(spec.task));
  const { threads, device = "cpu" } = resources;
  const runtime = await deviceRuntime({ device, threads, computeDtype: spec.compute ?? "float32" });
  const evaluations: EngineEvaluation[] = [];
  for (const adapter of adapters) {
    const { shape, parameters } = fromPeftAdapter(head, adapter);
    const model = new Transformer({
      family,
      head,
      runtime,
      adapter: shape,
      parameters: new Map([...weights, ...parameters]),
    });
    evaluations.push(await evaluate(model, examples, { padId: family.padTokenId }));
    await model.dispose();
  }
  return evaluations;
}

function loadTestExamples({ task }: EngineSpec, { file, sha256 }: TestExamplesFile): TestExamples {
  const bytes = readFileSync(file);
  const found = datasetSha256(bytes);
  if (found !== sha256) {
    throw new InputError(
      "E_DATASET",
      `${file} must hold the test examples ${sha256.slice(0, 12)}…, got ${found.slice(0, 12)}…`,
    );
  }
  const examples = decodeTestExamples(bytes);
  if (isDeepStrictEqual(examples.task, task)) return examples;
  throw new InputError(
    "E_DATASET",
    `test examples must be of the trial's task ${JSON.stringify(task)}, got ${JSON.stringify(examples.task)}`,
  );
}
