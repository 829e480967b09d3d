import { describe, expect, test } from "vitest";
import {
  jaccard,
  joinNearDuplicates,
  normalisedWords,
  shingles,
  UnionFind,
} from "../../scripts/email/near-duplicates.ts";

describe("shingles", () => {
  test("numbers, links and addresses look alike, so personalised copies do", () => {
    expect(normalisedWords("Dear a.b@c.de: pay $1,234 at HTTP://x.y/z?q=1 or www.x.y")).toEqual(
      normalisedWords("dear x@y.org pay $9,1 at https://other.example or www.z"),
    );
  });

  test("a text of n words has n - 4 shingles, a shorter one has one", () => {
    expect([...shingles("a b c d e f")]).toEqual(["a b c d e", "b c d e f"]);
    expect([...shingles("a b")]).toEqual(["a b"]);
  });
});

test("jaccard divides what is shared by the union", () => {
  expect(jaccard(new Set(["a", "b", "c"]), new Set(["b", "c", "d", "e"]))).toBe(2 / 5);
});

test("a union-find's root is the smallest member, however the set was joined", () => {
  const sets = new UnionFind(6);
  sets.union(4, 5);
  sets.union(5, 2);
  sets.union(3, 4);
  expect([0, 1, 2, 3, 4, 5].map((i) => sets.find(i))).toEqual([0, 1, 2, 2, 2, 2]);
});

describe("joinNearDuplicates", () => {
  const words = "the quick brown fox jumps over a lazy dog and then runs far away from here".split(" ");
  // Replacing the last k of n words by others leaves n - k - 4 of n - 4 shingles: J = (12 - k) / (12 + k).
  const edited = (k: number) =>
    [...words.slice(0, 16 - k), ...Array.from({ length: k }, (_, i) => `new${"x".repeat(i)}`)].join(" ");

  test.each([
    [4, true], // 8 / 16 = 0.5 reaches the threshold
    [5, false], // 7 / 17
  ])("with %i of 16 words replaced, joined is %s at threshold 0.5", (k, joined) => {
    const sets = new UnionFind(2);
    joinNearDuplicates([words.join(" "), edited(k)], 0.5, sets);
    expect(sets.find(1) === sets.find(0)).toBe(joined);
  });

  test("joins by way of a third text what is not similar itself", () => {
    const sets = new UnionFind(3);
    const between = edited(3); // 9 / 15 to the first text
    const far = `p q r ${between.split(" ").slice(3).join(" ")}`; // 9 / 15 to that one, 6 / 18 to the first
    joinNearDuplicates([words.join(" "), far, between], 0.5, sets);
    expect([sets.find(0), sets.find(1), sets.find(2)]).toEqual([0, 0, 0]);
  });
});
