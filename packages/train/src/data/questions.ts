import { InputError } from "@lorank/core";
import type { QuestionText } from "@lorank/evidence/schema";
import type { Row } from "@lorank/tables";
import type { ChatMessage } from "../tokenizer/chat.ts";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import { isDataColumn } from "./column-contents.ts";
import type { TokenizedTokensExample } from "./dataset.ts";
import { type Instruction, type InstructionTableOptions, instructionTableOf } from "./instruction-table.ts";

/** Question: a prompt, or a conversation before the last answer, and the known answer if any. */
export interface Question {
  readonly id: string;
  readonly prompt: string | readonly ChatMessage[];
  readonly reference?: string;
}

/**
 * Reads prompts from rows. Any column except prompt, `example`, id, split and group means that all rows have answers.
 * @throws InputError `E_DATA` for rows without a prompt, or without a required answer.
 */
export function questionsOf(
  path: string,
  rows: readonly Row[],
  options: InstructionTableOptions = {},
): readonly Question[] {
  const { promptColumn: column = "prompt" } = options;
  // Files of answers name each prompt in column `example`, which is no answer.
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
 * Prompts and references as trimmed texts, without special tokens.
 * @throws InputError E_TOKENIZER for a tokenizer without decoding.
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
