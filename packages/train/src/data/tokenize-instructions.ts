import { InputError } from "@lorank/core";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import { naming, type TokenizedTokensExample } from "./dataset.ts";
import {
  formatOf,
  type InstructionFormat,
  type WrittenInstruction,
  writeInstruction,
} from "./instruction-format.ts";
import type { Instruction } from "./instruction-table.ts";

interface InstructionTokens {
  readonly tokenizer: TextTokenizer;
  /** Most tokens per example; longer examples are cut. */
  readonly maxLength: number;
  /**
   * Prompt template with `{prompt}` and `{response}`. (default: the model's chat template, else prompt, line feed,
   * response)
   */
  readonly template?: string | undefined;
}

interface TokenizedRows {
  readonly examples: readonly TokenizedTokensExample[];
  readonly format: InstructionFormat;
  /** Token counts before cutting, for examples above `maxLength`, dropped examples included. */
  readonly long: readonly number[];
  /** Count of dropped examples: no room was left for any response. Must be reported. */
  readonly dropped: number;
  /** Count of examples whose response or end-of-text token was cut. */
  readonly shortened: number;
  /** Count of responses tokenised alone, since a token would have spanned prompt and response. */
  readonly straddling: number;
}

/**
 * Tokenises instructions so that only answers are learned: a label is the next token if it belongs to an answer or ends
 * it, else -100.
 *
 * Prompts are tokenised alone, as a model sees them. Usually their tokens begin the whole text's tokens, and the rest
 * is the response, as in TRL. If a token would span both, TRL learns a prompt piece or skips a response piece; here the
 * response is tokenised alone.
 *
 * @param part the examples' name in errors
 * @throws InputError E_DATASET if no row has room for a response, E_TEMPLATE and E_CHAT_TEMPLATE for either template.
 */
export function tokenizeInstructionRows(
  rows: readonly Instruction[],
  part: string,
  { tokenizer, maxLength, template }: InstructionTokens,
): TokenizedRows {
  const format = formatOf(template, tokenizer);
  if (!Number.isInteger(maxLength) || maxLength < 2) {
    throw new InputError("E_MAX_LENGTH", `maxLength must be a whole number of at least 2, got ${maxLength}`);
  }
  const long: number[] = [];
  let shortened = 0;
  let straddling = 0;
  const examples = rows.flatMap((instruction): TokenizedTokensExample[] => {
    const { id } = instruction;
    const written = naming(id, () => writeInstruction(instruction, format, tokenizer));
    const { prompt, answer, straddles } = naming(id, () => tokensOf(written, tokenizer));
    const ids = [...prompt, ...answer];
    if (ids.length > maxLength) long.push(ids.length);
    const inputIds = ids.slice(0, maxLength);
    const labels = inputIds.map((_, i) =>
      i + 1 < inputIds.length && i + 1 >= prompt.length ? ids[i + 1]! : IGNORE_INDEX,
    );
    if (labels.every((label) => label === IGNORE_INDEX)) return [];
    if (ids.length > maxLength) shortened++;
    if (straddles) straddling++;
    return [{ id, inputIds, labels }];
  });
  const dropped = rows.length - examples.length;
  if (dropped > 0 && examples.length === 0) {
    throw new InputError(
      "E_DATASET",
      `maxLength must leave room for a response in ${part}, got ${maxLength}: all ${dropped} prompts are as long`,
    );
  }
  return { examples, format, long, dropped, shortened, straddling };
}

interface InstructionIds {
  readonly prompt: readonly number[];
  readonly answer: readonly number[];
  readonly straddles: boolean;
}

/**
 * Instruction tokens. If the prompt's tokens begin the whole text's, the rest is the answer; else the answer is
 * tokenised alone. Answers end in the template's special token, or in end-of-text.
 */
function tokensOf({ prompt, answer, plain }: WrittenInstruction, tokenizer: TextTokenizer): InstructionIds {
  const { eosId, before, specialIds } = tokenizer;
  const own = tokenizer.ids(prompt);
  const whole = tokenizer.ids(prompt + answer);
  const straddles = own.some((id, i) => whole[i] !== id);
  const learned = straddles ? tokenizer.ids(answer) : whole.slice(own.length);
  const ends = specialIds.has(learned.at(-1) ?? own.at(-1) ?? -1);
  return {
    prompt: plain ? [...before, ...own] : own,
    answer: eosId !== null && (plain || !ends) ? [...learned, eosId] : learned,
    straddles,
  };
}
