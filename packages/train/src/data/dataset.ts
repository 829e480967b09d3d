import { firstOf, InputError, isInputError, parseJson } from "@lorank/core";
import type { Task } from "@lorank/evidence/schema";
import { datasetProblems, testExamplesProblems } from "./dataset-problems.ts";

/** Tokenised text with a class. */
export interface TokenizedExample {
  readonly id: string;
  readonly inputIds: readonly number[];
  /** Class index into the task's labels. */
  readonly label: number;
}

/** Tokenised text with a target token per position. */
export interface TokenizedTokensExample {
  readonly id: string;
  readonly inputIds: readonly number[];
  /** Target token predicted at each position (already shifted); -100 is ignored. */
  readonly labels: readonly number[];
}

interface TokenizedParts<Kind extends Task["kind"], Example> {
  readonly name: string;
  readonly task: Extract<Task, { kind: Kind }>;
  readonly train: readonly Example[];
  readonly validation: readonly Example[];
  /** Windows of general texts, on which forgetting is measured; absent without any, and where a head is trained. */
  readonly retained?: readonly TokenizedTokensExample[];
}
export type TokenizedClassification = TokenizedParts<"classification", TokenizedExample>;
export type TokenizedLanguage = TokenizedParts<"causal-lm", TokenizedTokensExample>;

/** Tokenised training and validation data, in one file for all trials in a sweep. */
export type TokenizedDataset = TokenizedClassification | TokenizedLanguage;

/** Dataset as canonical JSON (sorted keys, no white space), to hash by SHA-256. Throws E_DATASET for unusable data. */
export function encodeDataset(dataset: TokenizedDataset): Uint8Array {
  assertDataset(dataset);
  const { name, retained, task, train, validation } = dataset;
  // Keys are written in sorted order, since JSON keeps insertion order.
  return encodeJson({
    name,
    ...(retained && { retained: retained.map(orderKeys) }),
    task: plainTask(task),
    train: train.map(orderKeys),
    validation: validation.map(orderKeys),
  });
}

/** Parts of a dataset that a trial evaluates, one after the other. */
export function evaluatedParts({ validation, retained }: Pick<TokenizedDataset, "validation" | "retained">) {
  return [validation, ...(retained === undefined ? [] : [retained])];
}

function plainTask(task: Task): Task {
  return task.kind === "classification" ? { kind: task.kind, labels: task.labels } : { kind: task.kind };
}

/** Example with sorted keys, and none beyond those of a dataset. */
function orderKeys(example: TokenizedExample | TokenizedTokensExample): object {
  const { id, inputIds } = example;
  return "label" in example
    ? { id, inputIds, label: example.label }
    : { id, inputIds, labels: example.labels };
}

function encodeJson(document: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

/** Reads and checks a dataset written by {@link encodeDataset}. */
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

/** Most problems per message: a wrong tokenizer makes thousands. */
const MAX_PROBLEMS = 20;

/** Throws E_DATASET with all problems (twenty spelled out) unless a trial can use `value`. */
export function assertDataset(value: unknown): asserts value is TokenizedDataset {
  throwProblems(datasetProblems(value));
}

function throwProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new InputError("E_DATASET", firstOf(problems, MAX_PROBLEMS, "\n"));
}

/** Tokenised test examples for the final score, in a file that no trial reads. */
export interface TestExamples {
  readonly name: string;
  readonly task: Task;
  readonly test: readonly TokenizedExample[] | readonly TokenizedTokensExample[];
}

/** Test examples as canonical JSON, for their SHA-256. Throws E_DATASET for unusable examples. */
export function encodeTestExamples(examples: TestExamples): Uint8Array {
  assertTestExamples(examples);
  const { name, task, test } = examples;
  return encodeJson({ name, task: plainTask(task), test: test.map(orderKeys) });
}

/** Reads and checks test examples written by {@link encodeTestExamples}. */
export function decodeTestExamples(bytes: Uint8Array): TestExamples {
  const examples = decodeJson(bytes, "the file of test examples");
  assertTestExamples(examples);
  return examples;
}

function assertTestExamples(value: unknown): asserts value is TestExamples {
  throwProblems(testExamplesProblems(value));
}

/** Runs `work` on an example; tokenizer and chat template errors are rethrown with the example's id. */
export function naming<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isInputError(error) || (error.code !== "E_TOKENIZER" && error.code !== "E_CHAT_TEMPLATE"))
      throw error;
    throw new InputError(error.code, `example ${id}: ${error.message}`, { cause: error });
  }
}
