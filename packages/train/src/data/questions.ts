import { InputError } from "@lorank/core";
import type { QuestionText } from "@lorank/evidence/results";
import type { Row } from "@lorank/tables";
import type { ChatMessage } from "../tokenizer/chat.ts";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import { isDataColumn } from "./column-contents.ts";
import type { TokenizedTokensExample } from "./dataset.ts";
import { type Instruction, type InstructionTableOptions, instructionTableOf } from "./instruction-table.ts";

/** A prompt, or the conversation before its last answer, and the known answer where there is one. */
export interface Question {
  readonly id: string;
  readonly prompt: string | readonly ChatMessage[];
  readonly reference?: string;
}

/**
 * The prompts among the rows of `path`, which is named in errors. Rows of a prompt alone have no known answer; with any column
 * beside it, but for ids, parts and groups, they must have one.
 *
 * @throws InputError `E_DATA` for rows without a prompt, or without the answer that they must have.
 */
export function questionsOf(
  path: string,
  rows: readonly Row[],
  options: InstructionTableOptions = {},
): readonly Question[] {
  const { promptColumn: column = "prompt" } = options;
  // Files of answers have the name of each prompt in a column of its own.
  const passedOver = [column, "example"];
  const others = [...(rows[0]?.values.keys() ?? [])].filter((name) => !passedOver.includes(name));
  if (others.some(isDataColumn)) return instructionTableOf(path, rows, options).rows.map(questionOf);
  if (rows.length === 0) throw new InputError("E_DATA", `${path} must hold at least one prompt, got none`);
  return rows.map(({ number, values }) => {
    const prompt = values.get(column);
    if (typeof prompt === "string" && prompt !== "") return { id: String(number), prompt };
    const found = prompt === undefined ? "no such column" : JSON.stringify(prompt);
    throw new InputError(
      "E_DATA",
      `${path}: row ${number} must hold a text in column ${column}, got ${found}`,
    );
  });
}

function questionOf(instruction: Instruction): Question {
  const { id } = instruction;
  if (!("messages" in instruction))
    return { id, prompt: instruction.prompt, reference: instruction.response };
  const last = instruction.messages.findLastIndex(({ role }) => role === "assistant");
  return { id, prompt: instruction.messages.slice(0, last), reference: instruction.messages[last]!.content };
}

/** The tokens before the last response of an example, and those of it. */
export function lastQuestion({ inputIds, labels }: TokenizedTokensExample): {
  readonly prompt: readonly number[];
  readonly reference: readonly number[];
} {
  const last = labels.findLastIndex((label) => label !== IGNORE_INDEX);
  let first = last;
  while (first > 0 && labels[first - 1] !== IGNORE_INDEX) first--;
  return { prompt: inputIds.slice(0, first + 1), reference: labels.slice(first, last + 1) };
}

/**
 * The same as texts, without special tokens and the white space around them.
 *
 * @throws InputError E_TOKENIZER for a tokenizer that makes no texts.
 */
export function questionTexts(
  examples: readonly TokenizedTokensExample[],
  tokenizer: Pick<TextTokenizer, "decode">,
): QuestionText[] {
  return examples.map((example) => {
    const { prompt, reference } = lastQuestion(example);
    return { prompt: tokenizer.decode(prompt).trim(), reference: tokenizer.decode(reference).trim() };
  });
}
