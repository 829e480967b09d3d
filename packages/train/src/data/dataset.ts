import { firstOf, InputError, isInputError, parseJson } from "@lorank/core";
import type { Task } from "@lorank/evidence/results";
import { datasetProblems, testExamplesProblems } from "./dataset-problems.ts";

/** One text and its class. */
export interface TokenizedExample {
  readonly id: string;
  readonly inputIds: readonly number[];
  /** Index into the task's labels. */
  readonly label: number;
}

/** One text with a target token for each position. */
export interface TokenizedTokensExample {
  readonly id: string;
  readonly inputIds: readonly number[];
  /** The target of each position's own prediction, already shifted; -100 is ignored. */
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

/** All that a trial reads about its data, in one file that the trials of a sweep share. */
export type TokenizedDataset = TokenizedClassification | TokenizedLanguage;

/**
 * The dataset as canonical JSON (keys sorted, no white space), so that the same data have the same SHA-256.
 * Throws E_DATASET for data that no trial could use.
 */
export function encodeDataset(dataset: TokenizedDataset): Uint8Array {
  assertDataset(dataset);
  const { name, task, train, validation } = dataset;
  // Properties are written in the order they are made in: here and in `orderKeys` that is the sorted order.
  return encodeJson({
    name,
    task: plainTask(task),
    train: train.map(orderKeys),
    validation: validation.map(orderKeys),
  });
}

/** A task with its keys in sorted order and no others. */
function plainTask(task: Task): Task {
  return task.kind === "classification" ? { kind: task.kind, labels: task.labels } : { kind: task.kind };
}

/** An example with its keys in sorted order and no others. */
function orderKeys(example: TokenizedExample | TokenizedTokensExample): object {
  const { id, inputIds } = example;
  return "label" in example
    ? { id, inputIds, label: example.label }
    : { id, inputIds, labels: example.labels };
}

function encodeJson(document: object): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(document));
}

/** Reads what {@link encodeDataset} wrote, and checks it again: the file may come from elsewhere. */
export function decodeDataset(bytes: Uint8Array): TokenizedDataset {
  const dataset = decodeJson(bytes, "dataset");
  assertDataset(dataset);
  return dataset;
}

/** @param what an error calls it */
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

/** Longest list of problems in one message; a wrong tokenizer would otherwise fill a screen with thousands. */
const MAX_PROBLEMS = 20;

/** Throws E_DATASET with every problem found (twenty are spelled out), unless a trial can use `value`. */
export function assertDataset(value: unknown): asserts value is TokenizedDataset {
  throwProblems(datasetProblems(value));
}

/** Throws E_DATASET with the problems, unless there are none. */
function throwProblems(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new InputError("E_DATASET", firstOf(problems, MAX_PROBLEMS, "\n"));
}

/**
 * Tokenised examples that nothing is chosen by, for one score at the end. They have a file of their own, so that no
 * trial can read them. The file of a trial is the same with and without them.
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

/** Runs `work` on one document; what it cannot tokenise or write is thrown again with the document's id. */
export function naming<T>(id: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isInputError(error) || (error.code !== "E_TOKENIZER" && error.code !== "E_CHAT_TEMPLATE"))
      throw error;
    throw new InputError(error.code, `example ${id}: ${error.message}`, { cause: error });
  }
}
