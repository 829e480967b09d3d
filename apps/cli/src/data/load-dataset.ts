import { basename } from "node:path";
import { InputError, type Task } from "@lorank/core";
import {
  columnsOf,
  looksInstructed,
  looksLabelled,
  type Row,
  readDataRows,
  type TestExamples,
  type TextTokenizer,
  type TokenizedDataset,
  textTemplate,
  tokenizeClassification,
  tokenizeInstructionRows,
  tokenizeInstructions,
  tokenizeTextRows,
} from "@lorank/train";
import { defaults } from "../defaults.ts";
import { counted } from "../text.ts";
import { loadInstructions } from "./instructions.ts";
import { loadTexts } from "./labelled-texts.ts";
import type { TestOptions } from "./test-part.ts";
import type { TokenInputs } from "./tokenised.ts";

export interface DatasetOptions extends TestOptions {
  /** `spam-assassin`, or a file. */
  readonly data: string;
  /** (default: what the columns asked for or the names of the file's columns belong to) */
  readonly task?: "classification" | "instruction" | undefined;
  readonly textColumn?: string | undefined;
  readonly labelColumn?: string | undefined;
  readonly promptColumn?: string | undefined;
  readonly responseColumn?: string | undefined;
  readonly messagesColumn?: string | undefined;
  /** A text with {prompt} and {response} in it, in place of the model's chat template. */
  readonly template?: string | undefined;
  readonly trainExamples?: number | undefined;
  readonly validationExamples?: number | undefined;
}

/** Data that have been read and not tokenised, so that what is cheap to check can be checked in between. */
export interface LoadedDataset {
  readonly task: Task;
  /** What was guessed or left out, to be said aloud. */
  readonly notes: readonly string[];
  /** What the tokens will depend on. */
  readonly inputs: Omit<TokenInputs, "maxLength">;
  /** `maxLength`: most tokens of one example. The notes say what tokenising left out. */
  tokenise(
    tokenizer: TextTokenizer,
    maxLength: number,
    onProgress?: (done: number, total: number) => void,
  ): TokenizedData;
}

export interface TokenizedData {
  readonly dataset: TokenizedDataset;
  /** Absent where none are wanted. */
  readonly test?: TestExamples;
  readonly notes: readonly string[];
}

/**
 * Reads the data of a sweep, for either task.
 *
 * @throws InputError with all that is wrong with the options (E_CONFIG) or the data (E_DATA).
 */
export async function loadDataset(options: DatasetOptions): Promise<LoadedDataset> {
  if (options.data === defaults.data) {
    checkOptions("classification", options);
    return classification(options, undefined, []);
  }
  const rows = await readDataRows(options.data);
  const { task, notes } = taskOf(options, rows);
  checkOptions(task, options);
  const { testData } = options;
  const testRows = testData === undefined ? undefined : await readDataRows(testData);
  const load = task === "classification" ? classification : instruction;
  return load(options, rows, notes, testRows);
}

function classification(
  options: DatasetOptions,
  rows: readonly Row[] | undefined,
  notes: readonly string[],
  testRows?: readonly Row[],
): LoadedDataset {
  const texts = loadTexts(options, rows, testRows);
  const { test } = texts;
  const labels = [...new Set([...texts.train, ...texts.validation].map(({ label }) => label))].sort();
  return {
    task: { kind: "classification", labels },
    notes: [...notes, ...texts.notes],
    inputs: {
      settings: { task: "classification", name: texts.name, labels, ...nameOfTest(options, texts) },
      parts: [texts.train, texts.validation, ...(test === undefined ? [] : [test])],
      usesChatTemplate: false,
    },
    tokenise: (tokenizer, maxLength, onProgress) => ({
      dataset: tokenizeClassification({
        ...texts,
        labels,
        tokenizer,
        maxLength,
        ...(onProgress === undefined ? {} : { onProgress }),
      }),
      ...(test === undefined
        ? {}
        : {
            test: {
              name: testName(options, texts),
              task: { kind: "classification", labels },
              test: tokenizeTextRows(test, { labels, tokenizer, maxLength }),
            },
          }),
      notes: [],
    }),
  };
}

function instruction(
  options: DatasetOptions,
  rows: readonly Row[],
  notes: readonly string[],
  testRows?: readonly Row[],
): LoadedDataset {
  const format = options.template === undefined ? undefined : textTemplate(options.template);
  const instructions = loadInstructions(options, rows, testRows);
  const { test } = instructions;
  return {
    task: { kind: "causal-lm" },
    notes: [...notes, ...instructions.notes],
    inputs: {
      settings: {
        task: "instruction",
        name: instructions.name,
        template: options.template ?? null,
        ...nameOfTest(options, instructions),
      },
      parts: [instructions.train, instructions.validation, ...(test === undefined ? [] : [test])],
      usesChatTemplate: options.template === undefined,
    },
    tokenise: (tokenizer, maxLength, onProgress) => {
      const { name, train, validation } = instructions;
      const done = tokenizeInstructions({
        name,
        train,
        validation,
        tokenizer,
        maxLength,
        ...(format === undefined ? {} : { format }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      const tested =
        test === undefined
          ? undefined
          : tokenizeInstructionRows(test, "test", { tokenizer, maxLength, format: done.format });
      const { dropped } = done;
      const left = dropped.train + dropped.validation + (tested?.dropped ?? 0);
      const shortened = done.shortened + (tested?.shortened ?? 0);
      const straddling = done.straddling + (tested?.straddling ?? 0);
      return {
        dataset: done.dataset,
        ...(tested === undefined
          ? {}
          : {
              test: {
                name: testName(options, instructions),
                task: { kind: "causal-lm" },
                test: tested.examples,
              },
            }),
        notes: [
          done.format.kind === "chat"
            ? "Prompts and responses are written with the model's chat template (--template has another form)."
            : `Prompts and responses are written as ${JSON.stringify(options.template ?? "{prompt}\n{response}")} (--template).`,
          ...(left > 0
            ? [
                `Left out ${counted(left, "example")} whose prompt alone has ${maxLength} tokens or more (--max-length): ` +
                  `${dropped.train} of training, ${dropped.validation} of validation${tested === undefined ? "" : `, ${tested.dropped} of the test`}.`,
              ]
            : []),
          ...(shortened > 0
            ? [`Cut ${counted(shortened, "response")} short at ${maxLength} tokens (--max-length).`]
            : []),
          ...(straddling > 0
            ? [
                `In ${counted(straddling, "example")} a token would span prompt and response: they are tokenised apart there, as when the model answers.`,
              ]
            : []),
        ],
      };
    },
  };
}

function testName({ testData }: DatasetOptions, { name }: { readonly name: string }): string {
  return testData === undefined ? name : basename(testData);
}

/** Of the settings that the tokens depend on; nothing without a test, so that what was kept before is found. */
function nameOfTest(
  options: DatasetOptions,
  loaded: { readonly name: string; readonly test?: readonly unknown[] | undefined },
): { readonly test?: string } {
  return loaded.test === undefined ? {} : { test: testName(options, loaded) };
}

function taskOf(
  options: DatasetOptions,
  rows: readonly Row[],
): { readonly task: "classification" | "instruction"; readonly notes: readonly string[] } {
  if (options.task !== undefined) return { task: options.task, notes: [] };
  const asksInstruction = ONLY_INSTRUCTION.some((key) => options[key] !== undefined);
  const asksClassification = ONLY_CLASSIFICATION.some((key) => options[key] !== undefined);
  if (asksInstruction !== asksClassification) {
    return { task: asksInstruction ? "instruction" : "classification", notes: [] };
  }
  const task = guessTask(rows);
  const what = task === "instruction" ? "answers to learn" : "labelled texts";
  return { task, notes: [`Guessed from the columns: ${what} (--task ${task}).`] };
}

/** The task that the names of the columns belong to. */
export function guessTask(rows: readonly Row[]): "classification" | "instruction" {
  const columns = columnsOf(rows);
  // A question with an answer and a topic can be either; its topic is then what is rarely there by chance.
  return looksInstructed(columns) && !looksLabelled(columns) ? "instruction" : "classification";
}

const ONLY_CLASSIFICATION = ["textColumn", "labelColumn"] as const;
const ONLY_INSTRUCTION = ["promptColumn", "responseColumn", "messagesColumn", "template"] as const;

const KEYS = {
  textColumn: "text-column",
  labelColumn: "label-column",
  promptColumn: "prompt-column",
  responseColumn: "response-column",
  messagesColumn: "messages-column",
  template: "template",
} as const;

/** Options of the other task mean that one of the two was not meant. */
function checkOptions(task: "classification" | "instruction", options: DatasetOptions): void {
  if (options.data === defaults.data && options.task === "instruction") {
    throw new InputError("E_CONFIG", `task must be classification with ${defaults.data}, got instruction`);
  }
  if (options.data === defaults.data && options.testData !== undefined) {
    throw new InputError(
      "E_CONFIG",
      `test-data must be absent with ${defaults.data}, which has a test part of its own (test-examples), got ${options.testData}`,
    );
  }
  const others = task === "classification" ? ONLY_INSTRUCTION : ONLY_CLASSIFICATION;
  const wrong = others.filter((key) => options[key] !== undefined).map((key) => KEYS[key]);
  if (wrong.length === 0) return;
  throw new InputError("E_CONFIG", `${wrong.join(", ")} must be absent where the task is ${task}`);
}
