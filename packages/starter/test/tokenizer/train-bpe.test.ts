import { describe, expect, test } from "vitest";
import { encoderOf } from "../../scripts/tokenizer/encoder.ts";
import { type Bpe, idsOfBytes, mergePair, trainBpe } from "../../scripts/tokenizer/train-bpe.ts";

const mergesOf = ({ tokens, merges }: Bpe) =>
  merges.map(([left, right]) => `${tokens[left]} ${tokens[right]}`);

/** The algorithm as the paper prints it: count all pairs afresh before each merge. */
function trainSlowly(wordCounts: ReadonlyMap<string, number>, mergeCount: number): string[] {
  const idOfByte = idsOfBytes(0);
  let words = [...wordCounts].map(([word, count]) => ({
    ids: [...Buffer.from(word)].map((b) => idOfByte[b]!),
    count,
  }));
  const merges: string[] = [];
  for (let merged = 256; merges.length < mergeCount; merged++) {
    const counts = new Map<string, { left: number; right: number; count: number }>();
    for (const { ids, count } of words) {
      ids.slice(1).forEach((right, i) => {
        const left = ids[i]!;
        const entry = counts.get(`${left} ${right}`) ?? { left, right, count: 0 };
        counts.set(`${left} ${right}`, { ...entry, count: entry.count + count });
      });
    }
    const [best] = [...counts.values()].sort(
      (a, b) => b.count - a.count || a.left - b.left || a.right - b.right,
    );
    if (!best) break;
    merges.push(`${best.left} ${best.right}`);
    words = words.map(({ ids, count }) => ({ ids: mergePair(ids, best.left, best.right, merged), count }));
  }
  return merges;
}

describe("trainBpe", () => {
  test("learns the merges of the paper's example", () => {
    // Sennrich et al., algorithm 1. By hand: "es" 9 (and "st" 9, the larger ids), "est" 9, "lo" 7 (and "ow" 7), "low" 7.
    const words = new Map([
      ["low", 5],
      ["lower", 2],
      ["newest", 6],
      ["widest", 3],
    ]);
    expect(mergesOf(trainBpe(words, 256 + 4, []))).toEqual(["e s", "es t", "l o", "lo w"]);
  });

  test("gives the same merges as counting afresh each time, ties and repeated letters included", () => {
    const text =
      "aaaa aaab abab banana bandana cabana mississippi missing miss sissi aaaaaaa ananas pippi ppp";
    const words = new Map(text.split(" ").map((word, i) => [word, (i % 4) + 1]));
    const fast = trainBpe(words, 256 + 60, []);
    expect(fast.merges.map((pair) => pair.join(" "))).toEqual(trainSlowly(words, 60));
    expect(fast.merges.length).toBeGreaterThan(30); // until whole words
  });

  test("puts special tokens first, the bytes next, and stops when nothing is left to merge", () => {
    const { tokens, firstMerge, merges } = trainBpe(new Map([["ab", 1]]), 400, ["<|a|>", "<|b|>"]);
    expect(tokens.slice(0, 3)).toEqual(["<|a|>", "<|b|>", "!"]);
    expect([firstMerge, tokens.length, merges.length]).toEqual([258, 259, 1]);
    expect(tokens[258]).toBe("ab");
  });
});

test("mergePair takes overlapping pairs from the left", () => {
  expect(mergePair([1, 1, 1, 2, 1, 1], 1, 1, 9)).toEqual([9, 1, 2, 9]);
});

test("the encoder applies the earliest merge first, not the longest token", () => {
  // "bc" is learnt before "ab", so "abc" is a + bc although "ab" stands further left
  const encode = encoderOf(
    trainBpe(
      new Map([
        ["bc", 9],
        ["ab", 5],
      ]),
      258,
      [],
    ),
  );
  expect(encode("abc")).toEqual([idsOfBytes(0)[97], 256]);
});
