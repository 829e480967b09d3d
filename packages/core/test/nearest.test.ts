import { describe, expect, test } from "vitest";
import { nearest } from "../src/index.ts";

describe("nearest", () => {
  const keys = ["ranks", "learning-rate", "batch-size"];
  test.each([
    ["rnaks", "ranks"],
    ["Rank", "ranks"],
    ["learning-rat", "learning-rate"],
    ["optimizer", undefined],
  ])("%s means %s", (word, expected) => {
    expect(nearest(word, keys)).toBe(expected);
  });
});
