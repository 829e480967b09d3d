import { describe, expect, test } from "vitest";
import { pretrainingDocuments } from "../scripts/corpus.ts";
import { loadEncoder, tokenizeCorpus } from "../scripts/token-stream.ts";

describe("tokenizeCorpus", () => {
  const { ids, documents } = tokenizeCorpus();

  test("puts a separator before each document and at the end, and none inside", () => {
    expect(ids.filter((id) => id === 0).length).toBe(documents.length + 1);
    let at = 0;
    for (const { start, length } of documents) {
      expect([ids[at], start]).toEqual([0, at + 1]);
      at = start + length;
    }
    expect([ids[at], ids.length]).toEqual([0, at + 1]);
  });

  test("holds no padding and no id beyond the vocabulary", () => {
    expect(ids.includes(1)).toBe(false);
    expect(ids.reduce((most, id) => Math.max(most, id), 0)).toBeLessThan(4096);
  });

  test("caps e-mails at 512 tokens and books not at all", () => {
    const longest = (email: boolean) =>
      Math.max(
        ...documents.filter(({ source }) => (source === "email") === email).map(({ length }) => length),
      );
    expect(longest(true)).toBe(512);
    expect(longest(false)).toBeGreaterThan(10_000);
  });

  test("holds every document's own tokens", () => {
    const encode = loadEncoder();
    const texts = pretrainingDocuments();
    expect(texts.length).toBe(documents.length);
    for (let i = 0; i < texts.length; i += 97) {
      const { start, length } = documents[i]!;
      expect([...ids.subarray(start, start + length)]).toEqual(encode(texts[i]!.text).slice(0, length));
    }
  });
});
