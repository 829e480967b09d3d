/** Byte-pair encoding: learns merges from a table of words, with counts of pairs kept up to date incrementally. */
import { ALPHABET, BYTE_CHARS } from "./byte-level.ts";

/** A trained vocabulary: `tokens[id]` is a token in byte-level characters; `merges[i]` made token `firstMerge + i`. */
export interface Bpe {
  readonly tokens: readonly string[];
  readonly merges: readonly (readonly [left: number, right: number])[];
  /** Id of the token of the first merge. The 256 bytes lie before it, the special tokens before those. */
  readonly firstMerge: number;
}

/** Pairs are keyed by one number; ids stay below 2^16. */
const KEY = 65_536;

/**
 * Learns `vocabSize - specials.length - 256` merges. The most frequent pair wins, at a tie the one with the smaller ids.
 *
 * Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units", algorithm 1,
 * https://arxiv.org/abs/1508.07909, with words as bytes.
 */
export function trainBpe(
  wordCounts: ReadonlyMap<string, number>,
  vocabSize: number,
  specials: readonly string[],
): Bpe {
  const tokens = [...specials, ...ALPHABET.map((byte) => BYTE_CHARS[byte]!)];
  const firstMerge = tokens.length;
  const idOfByte = idsOfBytes(specials.length);
  const words = [...wordCounts].map(([word, count]) => ({
    ids: [...Buffer.from(word, "utf8")].map((b) => idOfByte[b]!),
    count,
  }));
  const pairs = new PairTable();
  words.forEach((word, index) => {
    for (let i = 1; i < word.ids.length; i++)
      pairs.add(word.ids[i - 1]! * KEY + word.ids[i]!, word.count, index);
  });

  const merges: [number, number][] = [];
  while (tokens.length < vocabSize) {
    const key = pairs.mostFrequent();
    if (key === undefined) break;
    const [left, right] = [Math.floor(key / KEY), key % KEY];
    const merged = tokens.length;
    tokens.push(tokens[left]! + tokens[right]!);
    merges.push([left, right]);
    for (const index of pairs.wordsWith(key)) {
      const word = words[index]!;
      for (let i = 1; i < word.ids.length; i++)
        pairs.add(word.ids[i - 1]! * KEY + word.ids[i]!, -word.count, index);
      word.ids = mergePair(word.ids, left, right, merged);
      for (let i = 1; i < word.ids.length; i++)
        pairs.add(word.ids[i - 1]! * KEY + word.ids[i]!, word.count, index);
    }
  }
  return { tokens, merges, firstMerge };
}

/** Id of each byte when `offset` special tokens come first. */
export function idsOfBytes(offset: number): Uint16Array {
  const ids = new Uint16Array(256);
  ALPHABET.forEach((byte, i) => {
    ids[byte] = offset + i;
  });
  return ids;
}

/** Replaces each `left right` by `merged`, from the left. */
export function mergePair(ids: readonly number[], left: number, right: number, merged: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    if (ids[i] === left && ids[i + 1] === right) {
      out.push(merged);
      i++;
    } else out.push(ids[i]!);
  }
  return out;
}

/** Counts of pairs, the words that hold each, and a heap whose stale entries are skipped when they surface. */
class PairTable {
  readonly #counts = new Map<number, number>();
  readonly #words = new Map<number, Set<number>>();
  readonly #heap: { key: number; count: number }[] = [];
  readonly #changed = new Set<number>();

  /** Adds `count` (may be negative) to a pair seen in word `index`. */
  add(key: number, count: number, index: number): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    this.#changed.add(key);
    if (count < 0) return;
    const words = this.#words.get(key);
    if (words) words.add(index);
    else this.#words.set(key, new Set([index]));
  }

  /** Words that hold the pair, or held it once: merging in those changes nothing. */
  wordsWith(key: number): number[] {
    const words = [...(this.#words.get(key) ?? [])];
    this.#words.delete(key);
    return words;
  }

  mostFrequent(): number | undefined {
    for (const key of this.#changed) {
      const count = this.#counts.get(key)!;
      if (count > 0) this.#push({ key, count });
      else this.#counts.delete(key);
    }
    this.#changed.clear();
    for (let top = this.#pop(); top; top = this.#pop()) {
      if (this.#counts.get(top.key) === top.count) return top.key;
    }
    return undefined;
  }

  #push(item: { key: number; count: number }): void {
    const heap = this.#heap;
    let at = heap.push(item) - 1;
    while (at > 0 && before(item, heap[(at - 1) >> 1]!)) {
      heap[at] = heap[(at - 1) >> 1]!;
      at = (at - 1) >> 1;
    }
    heap[at] = item;
  }

  #pop(): { key: number; count: number } | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (!top || !last || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (child >= heap.length || !before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}

function before(a: { key: number; count: number }, b: { key: number; count: number }): boolean {
  return a.count > b.count || (a.count === b.count && a.key < b.key);
}
