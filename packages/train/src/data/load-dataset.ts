import { counted, InputError } from "@lorank/core";
import type { Task } from "@lorank/evidence/schema";
import { type ReadData, type ReadOptions, type Row, tableRows } from "@lorank/tables";
import { noGroups } from "@lorank/tables/names";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import type { ChosenExamples } from "./chosen-examples.ts";
import { type DataOptions, type DataRow, isInParts, nameOfData, optionNamed } from "./data-options.ts";
import { assertDataset, type TestExamples, type TokenizedDataset } from "./dataset.ts";
import { guessTask } from "./example-table.ts";
import { examplesSha256 } from "./examples-digest.ts";
import { countGroups, groupNumbers, withoutGroups } from "./groups.ts";
import { plainFormat, textTemplate } from "./instruction-format.ts";
import { type Instruction, loadInstructions } from "./instruction-table.ts";
import { loadTexts } from "./labelled-texts.ts";
import { type LabelledText, tokenizeTextRows } from "./tokenize-classification.ts";
import { tokenizeInstructionRows } from "./tokenize-instructions.ts";

/** Inputs that decide the tokens, beside tokenizer and maximum length; for a cache key. */
export interface TokenInputs {
  /** Task, template and class names, as plain JSON. */
  readonly settings: unknown;
  /** Rows of training, validation and, if any, test, in order. */
  readonly parts: readonly (readonly object[])[];
  /** True if the tokenizer's chat template applies, where there is one. */
  readonly usesChatTemplate: boolean;
}

/** Chosen examples, not tokenised yet, so that cheap checks come first. */
export interface LoadedDataset
  extends Pick<ChosenExamples<unknown>, "validationLimit" | "overlap" | "sharedSources" | "notes"> {
  readonly task: Task;
  /** Group number per tokenised example of a part, counted from 0; undefined without groups. */
  readonly groupsOf: (...of: ExamplesOfPart) => number[] | undefined;
  /** Digest over texts, labels and order of a part's tokenised examples, whatever their tokens. */
  readonly examplesSha256Of: (...of: ExamplesOfPart) => string;
  readonly inputs: TokenInputs;
  /**
   * Tokenises all parts, with at most `maxLength` tokens per example. Notes name the text format, and instructions left
   * out or cut.
   */
  tokenise(tokenizer: TextTokenizer, maxLength: number): TokenizedData;
}

/** Examples that tokenising left in a part. */
type ExamplesOfPart = [part: "validation" | "test", examples: readonly { readonly id: string }[]];

interface Parts<T> {
  readonly train: T;
  readonly validation: T;
  readonly test?: T;
}

/** Uncut token counts for examples longer than `maxLength`, by part. */
export type LongExamples = Parts<readonly number[]>;

export interface TokenizedData {
  readonly dataset: TokenizedDataset;
  readonly test?: TestExamples;
  readonly long: LongExamples;
  readonly notes: readonly string[];
}

/**
 * Reads a sweep's data.
 * @param readData reads the files that `data` and `testData` name.
 * @throws InputError with everything wrong with the options (E_CONFIG) or the data (E_DATA).
 */
export async function loadDataset(options: DataOptions, readData: ReadData): Promise<LoadedDataset> {
  const { data, testData } = options;
  if (isInParts(data)) {
    checkParts(data.name, options);
    checkOptions("classification", options);
    return classification(options, [], []);
  }
  const readNotes: string[] = [];
  const read = (path: string) =>
    tableRows(
      path,
      readData,
      readOptions(options, (note) => readNotes.push(note)),
    );
  const rows = typeof data === "string" ? await read(data) : rowsInMemory(data);
  const { task, notes } = taskOf(options, rows);
  checkOptions(task, options);
  const testRows = testData === undefined ? undefined : await read(testData);
  const load = task === "classification" ? classification : instruction;
  return load(options, rows, [...readNotes, ...notes], testRows);
}

function readOptions(options: DataOptions, onNote: (note: string) => void): ReadOptions {
  const { encoding, delimiter, quote, optionName } = options;
  const requested = columnOptions.map((key) => options[key]).filter((name) => name !== noGroups);
  const columns = requested.filter((name) => name !== undefined);
  return { encoding, delimiter, quote, columns, onNote, optionName };
}

function rowsInMemory(rows: readonly DataRow[]): Row[] {
  return rows.map((row, i) => ({ number: i + 1, values: new Map(Object.entries(row)) }));
}

function classification(
  options: DataOptions,
  rows: readonly Row[],
  notes: readonly string[],
  testRows?: readonly Row[],
): LoadedDataset {
  const texts = loadTexts(options, rows, testRows);
  const { name } = texts;
  const labels = [...new Set([...texts.train, ...texts.validation].map(({ label }) => label))].sort();
  return loaded(options, texts, notes, {
    task: { kind: "classification", labels },
    settings: { task: "classification", name, labels },
    usesChatTemplate: false,
    tokenise: (rows, _part, tokenizer, maxLength) => tokenizeTextRows(rows, { labels, tokenizer, maxLength }),
    notesOn: () => [],
  });
}

function instruction(
  options: DataOptions,
  rows: readonly Row[],
  notes: readonly string[],
  testRows?: readonly Row[],
): LoadedDataset {
  const named = (option: string): string => optionNamed(options, option);
  const { template } = options;
  if (template !== undefined) textTemplate(template); // early error
  const instructions = loadInstructions(options, rows, testRows);
  return loaded(options, instructions, notes, {
    task: { kind: "causal-lm" },
    settings: { task: "instruction", name: instructions.name, template: template ?? null },
    usesChatTemplate: template === undefined,
    tokenise: (rows, part, tokenizer, maxLength) =>
      tokenizeInstructionRows(rows, part, { tokenizer, maxLength, template }),
    notesOn({ train, validation, test }, maxLength) {
      const sum = (count: "dropped" | "shortened" | "straddling") =>
        train[count] + validation[count] + (test?.[count] ?? 0);
      const [left, shortened, straddling] = [sum("dropped"), sum("shortened"), sum("straddling")];
      const ofTest = test === undefined ? "" : `, ${test.dropped} of the test`;
      return [
        train.format.kind === "chat"
          ? `Prompts and responses are written with the model's chat template (${named("template")} has another form).`
          : `Prompts and responses are written as ${JSON.stringify(template ?? plainFormat)} (${named("template")}).`,
        ...(left > 0
          ? [
              `Left out ${counted(left, "example")} whose prompt alone has ${maxLength} tokens or more (${named("maxLength")}): ` +
                `${train.dropped} of training, ${validation.dropped} of validation${ofTest}.`,
            ]
          : []),
        ...(shortened > 0
          ? [`Cut ${counted(shortened, "response")} short at ${maxLength} tokens (${named("maxLength")}).`]
          : []),
        ...(straddling > 0
          ? [
              `In ${counted(straddling, "example")} a token would span prompt and response: they are tokenised apart there, as when the model answers.`,
            ]
          : []),
      ];
    },
  });
}

interface OfTask<Row, Tokens> extends Pick<LoadedDataset, "task">, Pick<TokenInputs, "usesChatTemplate"> {
  readonly settings: object;
  readonly tokenise: (
    rows: readonly Row[],
    part: string,
    ...inputs: Parameters<LoadedDataset["tokenise"]>
  ) => Tokens;
  readonly notesOn: (parts: Parts<Tokens>, maxLength: number) => readonly string[];
}

function loaded<
  Row extends LabelledText | Instruction,
  Tokens extends { readonly examples: TestExamples["test"]; readonly long: readonly number[] },
>(
  options: DataOptions,
  { train, validation, test, validationLimit, overlap, sharedSources, ...chosen }: ChosenExamples<Row>,
  notes: readonly string[],
  { task, settings, usesChatTemplate, tokenise, notesOn }: OfTask<Row, Tokens>,
): LoadedDataset {
  const testName = options.testData === undefined ? chosen.name : nameOfData({ data: options.testData });
  const rowsOf = (...[part, examples]: ExamplesOfPart): Row[] => {
    const rows = new Map((part === "test" ? test : validation)?.map((row) => [row.id, row]));
    return examples.map(({ id }) => rows.get(id)!);
  };
  return {
    task,
    validationLimit,
    overlap,
    sharedSources,
    groupsOf(part, examples) {
      const rows = (part === "test" ? test : validation) ?? [];
      if (countGroups(rows) === undefined) return undefined;
      return groupNumbers(rowsOf(part, examples).map(({ group }) => group));
    },
    examplesSha256Of: (...of) => examplesSha256(rowsOf(...of)),
    notes: [...notes, ...chosen.notes],
    inputs: {
      // Without test rows the key is absent, so that tokens stored by older versions are found.
      settings: { ...settings, ...(test && { test: testName }) },
      parts: [train, validation, ...(test ? [test] : [])].map(withoutGroups),
      usesChatTemplate,
    },
    tokenise(tokenizer, maxLength) {
      const tokens = (rows: readonly Row[], part: string) => tokenise(rows, part, tokenizer, maxLength);
      const parts: Parts<Tokens> = {
        train: tokens(train, "train"),
        validation: tokens(validation, "validation"),
        ...(test && { test: tokens(test, "test") }),
      };
      const { train: trained, validation: validated, test: tested } = parts;
      const { name } = chosen;
      const dataset: unknown = { name, task, train: trained.examples, validation: validated.examples };
      assertDataset(dataset);
      return {
        dataset,
        ...(tested && { test: { name: testName, task, test: tested.examples } }),
        long: { train: trained.long, validation: validated.long, ...(tested && { test: tested.long }) },
        notes: notesOn(parts, maxLength),
      };
    },
  };
}

function taskOf(
  options: DataOptions,
  rows: readonly Row[],
): { readonly task: "classification" | "instruction"; readonly notes: readonly string[] } {
  if (options.task !== undefined) return { task: options.task, notes: [] };
  const asksInstruction = ONLY_INSTRUCTION.some((key) => isSet(options[key]));
  const asksClassification = ONLY_CLASSIFICATION.some((key) => isSet(options[key]));
  if (asksInstruction !== asksClassification) {
    return { task: asksInstruction ? "instruction" : "classification", notes: [] };
  }
  const task = guessTask(rows);
  const what = task === "instruction" ? "answers to learn" : "labelled texts";
  return { task, notes: [`Guessed from the columns: ${what} (${optionNamed(options, "task")} ${task}).`] };
}

const ONLY_CLASSIFICATION = ["textColumn", "labelColumn", "mergeLabels"] as const;
const ONLY_INSTRUCTION = ["promptColumn", "responseColumn", "messagesColumn", "template"] as const;

const columnOptions = [
  "textColumn",
  "labelColumn",
  "promptColumn",
  "responseColumn",
  "messagesColumn",
  "groupColumn",
] as const;

const isSet = (value: unknown): boolean => value !== undefined && value !== false;

function checkOptions(task: "classification" | "instruction", options: DataOptions): void {
  const others = task === "classification" ? ONLY_INSTRUCTION : ONLY_CLASSIFICATION;
  const wrong = others.filter((key) => isSet(options[key])).map((key) => optionNamed(options, key));
  if (wrong.length === 0) return;
  throw new InputError("E_CONFIG", `${wrong.join(", ")} must be absent where the task is ${task}`);
}

/** Rejects options that data in parts excludes: task and test part are known, and there are no columns. */
function checkParts(name: string, options: DataOptions): void {
  const named = (option: string): string => optionNamed(options, option);
  const problems = [
    ...(options.task === "instruction"
      ? [`${named("task")} must be classification with ${name}, got instruction`]
      : []),
    ...(options.testData === undefined
      ? []
      : [
          `${named("testData")} must be absent with ${name}, which has a test part of its own (${named("testExamples")}), got ${options.testData}`,
        ]),
    ...(["textColumn", "labelColumn", "groupColumn"] as const)
      .filter((key) => options[key] !== undefined && options[key] !== noGroups)
      .map((key) => `${named(key)} must be absent with ${name}, which has no columns`),
    ...(["encoding", "delimiter", "quote", "skipInvalid", "mergeLabels"] as const)
      .filter((key) => isSet(options[key]))
      .map((key) => `${named(key)} must be absent with ${name}, which is no file`),
  ];
  if (problems.length > 0) throw new InputError("E_CONFIG", problems.join("\n"));
}
