import type { TextTokenizer } from "../tokenizer/tokenizer.ts";
import type { WrittenInstruction } from "./instruction-format.ts";

/** Tokens, and which of them are to be learned. */
export interface MarkedTokens {
  readonly ids: readonly number[];
  readonly learned: readonly boolean[];
  /** Whether a token of the whole text would have spanned two stretches. */
  readonly straddles: boolean;
}

/**
 * The tokens of an instruction, stretch by stretch: what has been tokenised stays as it is, and a stretch gets the
 * tokens that the text up to its end has beyond it. Where they do not begin with what is there, a token would span the
 * border, and the stretch is tokenised by itself.
 *
 * An answer ends in a special token of its template, or in the tokenizer's end-of-text token.
 */
export function markedTokens(
  { stretches, plain }: WrittenInstruction,
  tokenizer: TextTokenizer,
): MarkedTokens {
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
