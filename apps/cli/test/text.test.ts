import { describe, expect, test } from "vitest";
import { counted, duration, nearest, plainText, shellWord, wrap } from "../src/text.ts";

test("plainText takes out what could rewrite a terminal and keeps line ends", () => {
  expect(plainText("a\u001b[2Jb\u202ec\r\nd")).toBe("a[2Jbc\nd");
});

test("wrap breaks at spaces and leaves a word that is too long whole", () => {
  expect(wrap("one two three\nextraordinarily so", 7)).toBe("one two\nthree\nextraordinarily\nso");
  expect(wrap("about 54 % more", 8)).toBe("about\n54 %\nmore");
});

test.each([
  [0.04, "0.0 s"],
  [9.94, "9.9 s"],
  [9.96, "10 s"],
  [59.4, "59 s"],
  [59.6, "1:00"],
  [185, "3:05"],
  [7800, "2:10:00"],
])("%d seconds read %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test("counted agrees with its number and groups digits", () => {
  expect([counted(1, "trial"), counted(1000, "trial")]).toEqual(["1 trial", "1,000 trials"]);
});

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

test("shellWord quotes what a shell would take apart", () => {
  expect(["--ranks", "1,2", "it's", "a b", ""].map(shellWord)).toEqual([
    "--ranks",
    "1,2",
    "'it'\\''s'",
    "'a b'",
    "''",
  ]);
});
