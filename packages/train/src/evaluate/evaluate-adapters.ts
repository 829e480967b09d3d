import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import { canonicalJson, type EngineEvaluation, type EngineSpec } from "@lorank/core/results";
import { fromPeftAdapter } from "../adapter/peft.ts";
import { loadBase } from "../base/base.ts";
import { headOf, loadDataset, type TrialInputs } from "../base/trial-model.ts";
import { datasetSha256 } from "../data/dataset.ts";
import { decodeTestExamples, type TestExamples } from "../data/test-examples.ts";
import { Transformer } from "../transformer/transformer.ts";
import { evaluate } from "./evaluate.ts";

/** Test examples and the SHA-256 that their bytes must have. */
export interface TestExamplesBytes {
  /** What messages call them. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Evaluates adapters on the validation examples of the trial that `spec` names, one after the other: the same base,
 * examples and precision as in that trial, so that its own adapter comes to its own figures. With `test`, on the test
 * examples in those bytes instead.
 *
 * @throws InputError E_ADAPTER when one belongs to another model, E_DATASET for test examples of another task, and as
 *   `runTrial` for the base and the examples.
 */
export async function evaluateAdapters(
  spec: EngineSpec,
  adapters: readonly PeftAdapter[],
  inputs: Pick<TrialInputs, "model" | "dataset" | "datasetName" | "runtime">,
  test?: TestExamplesBytes,
): Promise<EngineEvaluation[]> {
  const examples =
    test === undefined
      ? loadDataset(spec, inputs.dataset, inputs.datasetName).validation
      : loadTestExamples(spec, test).test;
  const { family, head, weights } = loadBase(spec.base, inputs.model, headOf(spec.task));
  const runtime = await inputs.runtime(spec.compute ?? "float32");
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

function loadTestExamples({ task }: EngineSpec, { name, bytes, sha256 }: TestExamplesBytes): TestExamples {
  const found = datasetSha256(bytes);
  if (found !== sha256) {
    throw new InputError(
      "E_DATASET",
      `${name} must hold the test examples ${sha256.slice(0, 12)}…, got ${found.slice(0, 12)}…`,
    );
  }
  const examples = decodeTestExamples(bytes);
  if (canonicalJson(examples.task) === canonicalJson(task)) return examples;
  throw new InputError(
    "E_DATASET",
    `test examples must be of the trial's task ${JSON.stringify(task)}, got ${JSON.stringify(examples.task)}`,
  );
}
