import type { Task } from "@lorank/core/results";
import {
  decodeJson,
  encodeJson,
  orderKeys,
  plainTask,
  type TokenizedExample,
  type TokenizedTokensExample,
  throwProblems,
} from "./dataset.ts";
import { testExamplesProblems } from "./dataset-problems.ts";

/**
 * Tokenised examples that nothing is chosen by: for one score at the end. They have a file of their own, so that no trial
 * can read them, and the file of a trial is the same with and without them.
 */
export interface TestExamples {
  readonly name: string;
  readonly task: Task;
  readonly test: readonly TokenizedExample[] | readonly TokenizedTokensExample[];
}

/** The examples as canonical JSON, so that the same ones have the same SHA-256. Throws E_DATASET for what no trial could be scored on. */
export function encodeTestExamples(examples: TestExamples): Uint8Array {
  assertTestExamples(examples);
  const { name, task, test } = examples;
  return encodeJson({ name, task: plainTask(task), test: test.map(orderKeys) });
}

/** Reads what {@link encodeTestExamples} wrote, and checks it again. */
export function decodeTestExamples(bytes: Uint8Array): TestExamples {
  const examples = decodeJson(bytes, "the file of test examples");
  assertTestExamples(examples);
  return examples;
}

function assertTestExamples(value: unknown): asserts value is TestExamples {
  throwProblems(testExamplesProblems(value));
}
