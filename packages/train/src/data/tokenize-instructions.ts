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
  /** Most tokens of one example; the rest of a longer one is left out. */
  readonly maxLength: number;
  /**
   * Text with `{prompt}` and `{response}` in it. (default: the model's chat template, and prompt, line feed, response where
   * it has none)
   */
  readonly template?: string | undefined;
}

/** Some rows as they are learned or evaluated. */
interface TokenizedRows {
  readonly examples: readonly TokenizedTokensExample[];
  readonly format: InstructionFormat;
  /** Tokens of the examples that have more than `maxLength`, those that were left out among them. */
  readonly long: readonly number[];
  /** Number of examples left out because nothing of their response fits into `maxLength`: say it aloud. */
  readonly dropped: number;
  /** Examples whose end did not fit, the response's or that of its end-of-text token. */
  readonly shortened: number;
  /** Examples in which a token of the whole text would have spanned prompt and response. */
  readonly straddling: number;
}

/**
 * Tokenises instructions so that only answers are learned. A position's label is the token that follows it where that
 * token belongs to an answer or ends one, and -100 elsewhere.
 *
 * The prompt's tokens are those of the prompt alone, because the model sees them when it answers. As a rule the tokens
 * of the whole text begin with them and all the rest belongs to the response, which is what TRL takes. Where a token
 * would span both, TRL learns a piece of the prompt or skips a piece of the response. Here the response is tokenised by
 * itself, since no such token can be part of a prompt or an answer.
 *
 * @param part what an error calls them
 * @throws InputError E_DATASET when no row has room for its response, E_TEMPLATE and E_CHAT_TEMPLATE for either template.
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
  /** Those that are learned. */
  readonly answer: readonly number[];
  /** True if a token of the whole text would have spanned both. */
  readonly straddles: boolean;
}

/**
 * The tokens of an instruction. An answer gets those that the whole text has beyond its prompt's. Where they do not begin with
 * the prompt's, a token would span the border, and the answer is tokenised by itself.
 *
 * An answer ends in a special token of its template, or in the tokenizer's end-of-text token.
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
