/** A quick encoder over a trained {@link Bpe}, with every word's ids remembered. Plain text only: no special tokens. */
import { pretokenize } from "./byte-level.ts";
import { type Bpe, idsOfBytes, mergePair } from "./train-bpe.ts";

const KEY = 65_536;

/** Returns a function from text to token ids. */
export function encoderOf({ merges, firstMerge }: Bpe): (text: string) => number[] {
  const rankOf = new Map(merges.map(([left, right], rank) => [left * KEY + right, rank]));
  const idOfByte = idsOfBytes(firstMerge - 256);
  const known = new Map<string, readonly number[]>();
  const encodeWord = (word: string): number[] => {
    let ids = [...Buffer.from(word, "utf8")].map((byte) => idOfByte[byte]!);
    for (;;) {
      let best = Number.POSITIVE_INFINITY;
      for (let i = 1; i < ids.length; i++)
        best = Math.min(best, rankOf.get(ids[i - 1]! * KEY + ids[i]!) ?? best);
      if (best === Number.POSITIVE_INFINITY) return ids;
      const [left, right] = merges[best]!;
      ids = mergePair(ids, left, right, firstMerge + best);
    }
  };
  return (text) => {
    const out: number[] = [];
    for (const word of pretokenize(text)) {
      let ids = known.get(word);
      if (!ids) {
        ids = encodeWord(word);
        known.set(word, ids);
      }
      for (const id of ids) out.push(id);
    }
    return out;
  };
}
