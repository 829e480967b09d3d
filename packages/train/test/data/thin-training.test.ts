import { readData } from "@lorank/tables/node";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../../src/data/load-dataset.ts";

const optionName = (option: string) =>
  `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
const rows = (count: number, labelOf = (i: number) => ["a", "b"][i % 2]) =>
  Array.from({ length: count }, (_, i) => ({ text: `text ${i}`, label: labelOf(i) }));

/** Notes on what training keeps. */
async function notesOn(data: readonly object[], options: object = {}): Promise<string[]> {
  const { notes } = await loadDataset({ data: data as never, optionName, ...options }, readData);
  return notes.filter((note) => note.startsWith("Training "));
}

describe("notes on training", () => {
  test("say where it keeps less than half of the rows, and of which classes one or two", async () => {
    expect(await notesOn(rows(600), { validationExamples: 598 })).toEqual([
      "Training keeps 2 of 600 texts, less than half. Take fewer --validation-examples, or more data. " +
        "Ranks are compared as they learn from those alone.",
      'Training has one or two texts of the classes "a" (1), "b" (1), which validation scores: more data may be needed to learn them.',
    ]);
    const both = await notesOn(rows(600), { validationExamples: 250, testExamples: 200 });
    expect(both).toHaveLength(1);
    expect(both[0]).toMatch(/Take fewer --validation-examples or --test-examples, or more data\./);
  });
  test("say nothing of the usual split, nor of the most that is advised", async () => {
    for (const count of [40, 601]) {
      expect(await notesOn(rows(count))).toEqual([]);
      const { validationLimit } = await loadDataset({ data: rows(count) }, readData);
      expect(await notesOn(rows(count), { validationExamples: validationLimit.examples })).toEqual([]);
    }
  });
  test("name a rare class, and some of many", async () => {
    const rare = rows(600, (i) => (i % 200 === 0 ? "c" : ["a", "b"][i % 2]));
    expect(await notesOn(rare)).toEqual([
      'Training has one or two texts of the class "c" (2), which validation scores: more data may be needed to learn it.',
    ]);
    expect((await notesOn(rows(40, (i) => `${i % 20}`))).join()).toMatch(
      /"0" \(1\), .*"12" \(1\) and 15 more/,
    );
  });
  test("leave parts alone that the data name, but for a class without enough to learn", async () => {
    const named = rows(40).map((row, i) => ({ ...row, split: i < 10 ? "train" : "validation" }));
    expect(await notesOn(named)).toEqual([]);
    const fewer = named.filter((_, i) => i === 0 || i === 1 || i > 9);
    expect(await notesOn(fewer)).toEqual([
      expect.stringMatching(/^Training has one or two texts of the classes/),
    ]);
  });
});
