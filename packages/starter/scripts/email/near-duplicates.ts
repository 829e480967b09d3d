/** Near-duplicate clusters: exact Jaccard similarity of word 5-grams over all pairs that share one. */

/** Number of words in a shingle. */
export const SHINGLE_WORDS = 5;

/** Lower-case words with addresses, links and numbers made alike, so that personalised copies look the same. */
export function normalisedWords(text: string): string[] {
  return (
    text
      .toLowerCase()
      .replace(/\b(?:https?:\/\/|www\.)\S+/g, " urltoken ")
      .replace(/\S+@\S+\.\S+/g, " mailtoken ")
      .replace(/\d+/g, "0")
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** The set of word 5-grams of a text; a shorter text is one shingle. */
export function shingles(text: string): Set<string> {
  const words = normalisedWords(text);
  const set = new Set<string>();
  for (let i = 0; i + SHINGLE_WORDS <= words.length; i++)
    set.add(words.slice(i, i + SHINGLE_WORDS).join(" "));
  if (set.size === 0) set.add(words.join(" "));
  return set;
}

/** |a ∩ b| / |a ∪ b|. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [small, large] = a.size < b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const item of small) if (large.has(item)) shared++;
  return shared / (a.size + b.size - shared);
}

/** Disjoint sets over 0..n-1; the root of a set is its smallest member. */
export class UnionFind {
  readonly #parent: Int32Array;
  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i);
  }
  find(item: number): number {
    let root = item;
    while (this.#parent[root] !== root) root = this.#parent[root]!;
    for (let at = item; at !== root; ) {
      const next = this.#parent[at]!;
      this.#parent[at] = root;
      at = next;
    }
    return root;
  }
  union(a: number, b: number): void {
    const [first, second] = [this.find(a), this.find(b)];
    if (first !== second) this.#parent[Math.max(first, second)] = Math.min(first, second);
  }
}

/** Joins in `sets` every pair of texts whose Jaccard similarity reaches `threshold`. */
export function joinNearDuplicates(texts: readonly string[], threshold: number, sets: UnionFind): void {
  const postings = new Map<string, number[]>();
  const sizes = new Int32Array(texts.length);
  const overlap = new Int32Array(texts.length);
  for (let i = 0; i < texts.length; i++) {
    const own = shingles(texts[i]!);
    sizes[i] = own.size;
    const touched: number[] = [];
    for (const shingle of own) {
      const earlier = postings.get(shingle);
      if (!earlier) {
        postings.set(shingle, [i]);
        continue;
      }
      for (const j of earlier) {
        if (overlap[j]!++ === 0) touched.push(j);
      }
      earlier.push(i);
    }
    for (const j of touched) {
      const shared = overlap[j]!;
      overlap[j] = 0;
      if (shared / (sizes[i]! + sizes[j]! - shared) >= threshold) sets.union(i, j);
    }
  }
}
