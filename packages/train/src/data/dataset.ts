import { firstOf, InputError, isInputError, parseJson } from "@lorank/core";
import type { Task } from "@lorank/evidence/results";
import { datasetProblems, testExamplesProblems } from "./dataset-problems.ts";

/** Text with its class. */
export interface TokenizedExample {
  readonly id: string;
  readonly inputIds: readonly number[];
  /** Index into the task's labels. */
  readonly label: number;
}

/** Text with a target per position. */
export interface TokenizedTokensExample {
  readonly id: string;
  readonly inputIds: readonly number[];
  /** Target of each position's own prediction, already shifted; -100 is ignored. */
  readonly labels: readonly number[];
}

interface TokenizedParts<Kind extends Task["kind"], Example> {
  readonly name: string;
  readonly task: Extract<Task, { kind: Kind }>;
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
}
export type TokenizedClassification = TokenizedParts<"classification", TokenizedExample>;
export type TokenizedLanguage = TokenizedParts<"causal-lm", TokenizedTokensExample>;

/** Data of a trial, in one file shared by a sweep's trials. */
export type TokenizedDataset = TokenizedClassification | TokenizedLanguage;

/** Dataset as canonical JSON (sorted keys, no white space), for its SHA-256. Throws E_DATASET for unusable data. */
export function encodeDataset(dataset: TokenizedDataset): Uint8Array {
  assertDataset(dataset);
  const { name, task, train, validation } = dataset;
  // Keys are made in sorted order here, since they are written so.
  return encodeJson({
    name,
    task: plainTask(task),
    train: train.map(orderKeys),
    validation: validation.map(orderKeys),
  });
}

function plainTask(task: Task): Task {
  return task.kind === "classification" ? { kind: task.kind, labels: task.labels } : { kind: task.kind };
}

/** Example with sorted keys, and no others. */
function orderKeys(example: TokenizedExample | TokenizedTokensExample): object {
  const { id, inputIds } = example;
  return "label" in example
    ? { id, inputIds, label: example.label }
    : { id, inputIds, labels: example.labels };
}

function encodeJson(document: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

/** Reads and checks the bytes of {@link encodeDataset}. */
export function decodeDataset(bytes: Uint8Array): TokenizedDataset {
  const dataset = decodeJson(bytes, "dataset");
  assertDataset(dataset);
  return dataset;
}

function decodeJson(bytes: Uint8Array, what: string): unknown {
  try {
    return parseJson(new TextDecoder("utf-8", { fatal: true }).decode(bytes), what, "E_DATASET");
  } catch (cause) {
    if (isInputError(cause)) throw cause;
    throw new InputError("E_DATASET", `${what} must be JSON in UTF-8: ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Most problems in one message: a wrong tokenizer makes thousands. */
const MAX_PROBLEMS = 20;

/** Throws E_DATASET with all problems (twenty spelled out) unless a trial can use `value`. */
export function assertDataset(value: unknown): asserts value is TokenizedDataset {
  throwProblems(datasetProblems(value));
}

function throwProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new InputError("E_DATASET", firstOf(problems, MAX_PROBLEMS, "\n"));
}

/** Tokenised examples for one final score, in a file of their own that no trial reads. */
export interface TestExamples {
  readonly name: string;
  readonly task: Task;
  readonly test: readonly TokenizedExample[] | readonly TokenizedTokensExample[];
}

/** Test examples as canonical JSON, for their SHA-256. Throws E_DATASET for unusable ones. */
export function encodeTestExamples(examples: TestExamples): Uint8Array {
  assertTestExamples(examples);
  const { name, task, test } = examples;
  return encodeJson({ name, task: plainTask(task), test: test.map(orderKeys) });
}

/** Reads and checks the bytes of {@link encodeTestExamples}. */
export function decodeTestExamples(bytes: Uint8Array): TestExamples {
  const examples = decodeJson(bytes, "the file of test examples");
  assertTestExamples(examples);
  return examples;
}

function assertTestExamples(value: unknown): asserts value is TestExamples {
  throwProblems(testExamplesProblems(value));
}

/** Runs `work` on a document; errors are rethrown with its id. */
export function naming<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isInputError(error) || (error.code !== "E_TOKENIZER" && error.code !== "E_CHAT_TEMPLATE"))
      throw error;
    throw new InputError(error.code, `example ${id}: ${error.message}`, { cause: error });
  }
}
