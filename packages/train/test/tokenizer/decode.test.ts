import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { changedFixture, readFixture, tokenizerAt, tokenizerFixture } from "./fixtures.ts";

interface Case {
  readonly ids: number[];
  readonly all: string;
  readonly plain: string;
}

const kinds = readdirSync(tokenizerFixture(".")).filter((kind) =>
  existsSync(tokenizerFixture(`${kind}/decoded.json`)),
);

describe.each(kinds)("a tokenizer of kind %s", (kind) => {
  test("makes the text of transformers of ids, and of ids drawn at random", () => {
    const tokenizer = tokenizerAt(tokenizerFixture(kind));
    const cases = readFixture<Case[]>(`${kind}/decoded.json`);
    const own = cases.map(({ ids }) => ({
      ids,
      all: tokenizer.decode(ids, { keepSpecial: true }),
      plain: tokenizer.decode(ids),
    }));
    expect(own).toEqual(cases);
  });
});

describe("a decoder that is not read here", () => {
  test("is refused by the kind's name, and only when a text is asked for", () => {
    const folder = changedFixture("rules", (tokenizer) => {
      tokenizer.decoder = { type: "CTC" };
    });
    const tokenizer = tokenizerAt(folder);
    expect(tokenizer.ids("a")).not.toEqual([]);
    expect(() => tokenizer.decode([1])).toThrow('decoder must be of a kind that is read here, got "CTC"');
  });
});
