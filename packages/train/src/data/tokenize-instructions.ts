import { InputError } from "@lorank/core";
import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import { IGNORE_INDEX } from "../transformer/batch.ts";
import { assertDataset, naming, type TokenizedLanguage, type TokenizedTokensExample } from "./dataset.ts";
import {
  formatOf,
  type InstructionFormat,
  type TrainOn,
  type WrittenInstruction,
  writeInstruction,
} from "./instruction-format.ts";
import type { Instruction } from "./instruction-table.ts";
import type { LongExamples } from "./tokenize-classification.ts";

interface InstructionTokens {
  readonly tokenizer: TextTokenizer;
  /** Most tokens of one example; the rest of a longer one is left out. */
  readonly maxLength: number;
  /**
   * Text with `{prompt}` and `{response}` in it. (default: the model's chat template, and prompt, line feed, response where
   * it has none)
   */
  readonly template?: string | undefined;
  /** The answers of a conversation that are learned. (default: last) */
  readonly trainOn?: TrainOn;
}

export interface InstructionTexts extends InstructionTokens {
  readonly name: string;
  readonly train: readonly Instruction[];
  readonly validation: readonly Instruction[];
  /** Called after each example, since long ones take a while. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Some rows as they are learned or evaluated. */
interface TokenizedRows {
  readonly examples: readonly TokenizedTokensExample[];
  readonly format: InstructionFormat;
  /** Tokens of the examples that have more than `maxLength`, those that were left out among them. */
  readonly long: readonly number[];
  /** This count and the next two are explained at {@link TokenizedInstructions}. */
  readonly dropped: number;
  readonly shortened: number;
  readonly straddling: number;
}

export interface TokenizedInstructions {
  readonly dataset: TokenizedLanguage;
  readonly format: InstructionFormat;
  /** Tokens of the examples that have more than `maxLength`, those that were left out among them. */
  readonly long: LongExamples;
  /** Examples left out because nothing of their response fits into `maxLength`: say it aloud. */
  readonly dropped: { readonly train: number; readonly validation: number };
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
 * @throws InputError E_DATASET when nothing is left to learn or compare, E_CHAT_TEMPLATE for what the template refuses.
 */
export function tokenizeInstructions(options: InstructionTexts): TokenizedInstructions {
  const { name, onProgress } = options;
  const total = options.train.length + options.validation.length;
  let done = 0;
  const onRow = (): void => onProgress?.(++done, total);
  const train = tokenizeInstructionRows(options.train, "train", options, onRow);
  const validation = tokenizeInstructionRows(options.validation, "validation", options, onRow);
  const dataset = {
    name,
    task: { kind: "causal-lm" },
    train: train.examples,
    validation: validation.examples,
  } as const;
  assertDataset(dataset);
  return {
    dataset,
    format: train.format,
    long: { train: train.long, validation: validation.long },
    dropped: { train: train.dropped, validation: validation.dropped },
    shortened: train.shortened + validation.shortened,
    straddling: train.straddling + validation.straddling,
  };
}

/**
 * Tokenises the rows of one part as `loadDataset` does those of all.
 *
 * @param part what an error calls them
 * @throws InputError E_DATASET when no row has room for its response, E_TEMPLATE and E_CHAT_TEMPLATE for either template.
 */
export function tokenizeInstructionRows(
  rows: readonly Instruction[],
  part: string,
  { tokenizer, maxLength, trainOn = "last", template }: InstructionTokens,
  onRow: () => void = () => {},
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
    const written = naming(id, () => writeInstruction(instruction, format, trainOn, tokenizer));
    const { ids, learned, straddles } = naming(id, () => markedTokens(written, tokenizer));
    onRow();
    if (ids.length > maxLength) long.push(ids.length);
    const inputIds = ids.slice(0, maxLength);
    const labels = inputIds.map((_, i) =>
      i + 1 < inputIds.length && learned[i + 1] ? ids[i + 1]! : IGNORE_INDEX,
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

/** Tokens, and which of them are to be learned. */
interface MarkedTokens {
  readonly ids: readonly number[];
  readonly learned: readonly boolean[];
  /** True if a token of the whole text would have spanned two stretches. */
  readonly straddles: boolean;
}

/**
 * The tokens of an instruction, stretch by stretch. Earlier tokens stay as they are, and a stretch gets the tokens that
 * the text up to its end has beyond them. Where they do not begin with what is there, a token would span the border,
 * and the stretch is tokenised by itself.
 *
 * An answer ends in a special token of its template, or in the tokenizer's end-of-text token.
 */
function markedTokens({ stretches, plain }: WrittenInstruction, tokenizer: TextTokenizer): MarkedTokens {
  const ids: number[] = [];
  const learned: boolean[] = [];
  let straddles = false;
  let text = "";
  for (const stretch of stretches) {
    text += stretch.text;
    const whole = tokenizer.ids(text);
    const fits = ids.every((id, i) => whole[i] === id);
    const more = fits ? whole.slice(ids.length) : tokenizer.ids(stretch.text);
    straddles ||= !fits;
    for (const id of more) {
      ids.push(id);
      learned.push(stretch.learned);
    }
  }
  const { eosId, before, specialIds } = tokenizer;
  const ends = stretches.at(-1)?.learned === true && specialIds.has(ids.at(-1) ?? -1);
  if (eosId !== null && (plain || !ends)) {
    ids.push(eosId);
    learned.push(true);
  }
  if (!plain) return { ids, learned, straddles };
  return { ids: [...before, ...ids], learned: [...before.map(() => false), ...learned], straddles };
}
