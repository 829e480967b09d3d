import { InputError } from "@lorank/core";
import { columnsOf, plainName, type Row, usualColumns } from "@lorank/tables";
import type { ChatMessage } from "../tokenizer/chat.ts";
import { type ChosenExamples, chooseExamples, testPlaces } from "./chosen-examples.ts";
import { cell, columnProblem, pickColumn, usualColumn } from "./columns.ts";
import { type DataOptions, placeOfData, skippedNote } from "./data-options.ts";
import { groupColumnIn, groupColumnOf, rowGroups } from "./group-column.ts";
import type { Grouped } from "./groups.ts";
import { guessNote } from "./parts.ts";
import { placeIn, type Split } from "./row-heads.ts";
import { type InvalidRows, pairOfColumns, type Table, usableRows } from "./usable-rows.ts";

/** Role names in public datasets; a map, since a role may be `constructor`. */
const ROLES: ReadonlyMap<string, string> = new Map([
  ["human", "user"],
  ["gpt", "assistant"],
  ["bot", "assistant"],
]);

/** Conversation from messages `{ role, content }`, ShareGPT's `{ from, value }`, or either as JSON text; else null. */
function conversationOf(value: unknown): ChatMessage[] | null {
  const list = typeof value === "string" ? parsed(value) : value;
  if (!Array.isArray(list) || list.length === 0) return null;
  const messages = list.map(messageOf);
  return messages.every((message) => message !== null) ? (messages as ChatMessage[]) : null;
}

function messageOf(item: unknown): ChatMessage | null {
  if (typeof item !== "object" || item === null) return null;
  const { from, value, ...rest } = item as Record<string, unknown>;
  const role = rest.role ?? from;
  const content = rest.content ?? value;
  if (typeof role !== "string" || typeof content !== "string") return null;
  return { ...rest, role: ROLES.get(role) ?? role, content };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Instruction example: prompt and response, or a conversation. */
export type Instruction = { readonly id: string; readonly split?: Split } & Grouped &
  ({ readonly prompt: string; readonly response: string } | { readonly messages: readonly ChatMessage[] });

export interface InstructionTable {
  readonly rows: readonly Instruction[];
  /** Names of the columns read; Alpaca's `input` is appended to the prompt. */
  readonly columns:
    | { readonly prompt: string; readonly response: string; readonly input?: string }
    | { readonly messages: string };
  readonly guessed: readonly ("prompt" | "response" | "input" | "messages")[];
  /** Count of rows left out: without prompt, response, conversation or group, or with an unknown split. */
  readonly skipped: number;
}

export interface InstructionTableOptions extends InvalidRows {
  /** Prompt column. (default: the first named prompt, instruction, question, query, input) */
  readonly promptColumn?: string | undefined;
  /** Response column. (default: the first named response, output, answer, completion, target) */
  readonly responseColumn?: string | undefined;
  /** Conversation column. (default: messages, conversations or conversation, if the options name no other column) */
  readonly messagesColumn?: string | undefined;
  readonly groupColumn?: string | undefined;
}

export function looksInstructed(columns: readonly string[]): boolean {
  const has = (names: readonly string[]) => pickColumn(columns, undefined, names).name !== undefined;
  return has(usualColumns.messages) || (has(usualColumns.prompt) && has(usualColumns.response));
}

/** Reads instructions from rows. Throws E_DATA with every incomplete row, unless such rows are skipped. */
export function instructionTableOf(
  path: string,
  rows: readonly Row[],
  options: InstructionTableOptions = {},
): InstructionTable {
  if (rows.length === 0)
    throw new InputError("E_DATA", `${path} must hold at least one row of data, got none`);
  const columns = columnsOf(rows);
  const { promptColumn, responseColumn, messagesColumn } = options;
  const pair = promptColumn !== undefined || responseColumn !== undefined;
  if (pair && messagesColumn !== undefined) {
    throw new InputError("E_DATA", "messages-column must be absent with prompt-column or response-column");
  }
  const messages = pickColumn(columns, messagesColumn, usualColumns.messages);
  if (messagesColumn !== undefined || (!pair && messages.name !== undefined)) {
    if (messages.name === undefined) {
      throw new InputError("E_DATA", columnProblem(path, "messages", messagesColumn, columns));
    }
    return conversations({ path, rows, columns }, { ...messages, name: messages.name }, options);
  }
  return pairs({ path, rows, columns }, options);
}

function conversations(
  table: Table,
  { name: column, guessed }: { readonly name: string; readonly guessed: boolean },
  options: InstructionTableOptions,
): InstructionTable {
  const groups = rowGroups(table.path, table.rows, options.groupColumn);
  if (groups.problems.length > 0) throw new InputError("E_DATA", groups.problems.join("\n"));
  const found = table.rows.map(({ values }) => conversationOf(values.get(column)));
  const hasAnswer = (i: number) => found[i]!.some(({ role }) => role === "assistant");
  const rules = [
    ["have a list of messages with a role and a text, got another", (i: number) => found[i] === null],
    ["have an answer of the assistant, got none", (i: number) => found[i] !== null && !hasAnswer(i)],
  ] as const;
  const rows = usableRows(table, rules, groups, options);
  return {
    rows: rows.map(({ at, ...row }) => ({ ...row, messages: found[at]! })),
    columns: { messages: column },
    guessed: guessed ? ["messages"] : [],
    skipped: table.rows.length - rows.length,
  };
}

function pairs(table: Table, options: InstructionTableOptions): InstructionTable {
  const { columns } = table;
  const { promptColumn, responseColumn } = options;
  const prompt = pickColumn(columns, promptColumn, usualColumns.prompt);
  const response = pickColumn(columns, responseColumn, usualColumns.response);
  const groups = rowGroups(table.path, table.rows, options.groupColumn);
  const [promptName, responseName] = pairOfColumns(
    table,
    [
      { kind: "prompt", requested: promptColumn, name: prompt.name },
      { kind: "response", requested: responseColumn, name: response.name },
    ],
    groups,
    options,
  );
  // Alpaca: `instruction` is the task, `input` what it applies to, often empty.
  const others = columns.filter((column) => column !== responseName);
  const input = plainName(promptName) === "instruction" ? usualColumn(others, "input") : undefined;
  const texts = table.rows.map(({ values }) => {
    const more = input === undefined ? "" : cell(values.get(input));
    const text = cell(values.get(promptName));
    return {
      prompt: more.trim() === "" ? text : `${text}\n\n${more}`,
      response: cell(values.get(responseName)),
    };
  });
  const rules = [
    ["have a prompt, got none", (i: number) => texts[i]!.prompt.trim() === ""],
    ["have a response, got none", (i: number) => texts[i]!.response.trim() === ""],
  ] as const;
  const rows = usableRows(table, rules, groups, options);
  return {
    rows: rows.map(({ at, ...row }) => ({ ...row, ...texts[at]! })),
    columns: {
      prompt: promptName,
      response: responseName,
      ...(input === undefined ? {} : { input }),
    },
    guessed: [
      ...(prompt.guessed ? (["prompt"] as const) : []),
      ...(input === undefined ? [] : (["input"] as const)),
      ...(response.guessed ? (["response"] as const) : []),
    ],
    skipped: table.rows.length - rows.length,
  };
}

/**
 * Loads a sweep's instructions.
 * @param testRows rows from the test file.
 * @throws InputError `E_DATA` with everything unfit for a comparison.
 */
export function loadInstructions(
  options: DataOptions,
  rows: readonly Row[],
  testRows?: readonly Row[],
): ChosenExamples<Instruction> {
  const { testData = "" } = options;
  const groups = groupColumnOf(rows, options);
  const { groupColumn } = groups;
  const table = instructionTableOf(placeOfData(options), rows, { ...options, groupColumn });
  const tested =
    testRows &&
    instructionTableOf(testData, testRows, { ...options, groupColumn: groupColumnIn(testRows, groups) });
  const chosen = chooseExamples(table.rows, tested?.rows, options, {
    noun: "example",
    keyOf,
    wordsOf,
    placeOf: placeIn(rows),
    ...testPlaces(testRows, testData),
  });
  const left = skippedNote(table.skipped + (tested?.skipped ?? 0), options);
  return {
    ...chosen,
    notes: [
      ...guessNote([...guesses(table), ...groups.guesses], options),
      ...groups.notes,
      ...left,
      ...chosen.notes,
    ],
  };
}

function guesses({ columns, guessed }: InstructionTable) {
  const names = columns as Readonly<Record<string, string>>;
  return guessed.map((kind) => ({
    kind: kind === "input" ? "input that is appended to the prompt" : kind,
    column: names[kind]!,
    option: kind === "input" ? "promptColumn" : `${kind}Column`,
  }));
}

function wordsOf(example: Instruction): string {
  return "messages" in example
    ? example.messages.map(({ content }) => content).join("\n")
    : `${example.prompt}\n${example.response}`;
}

function keyOf({ id: _, split: __, group: ___, ...words }: Instruction): string {
  return JSON.stringify(words);
}
