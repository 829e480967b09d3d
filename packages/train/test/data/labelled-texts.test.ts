import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "@lorank/tables";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { readRows } from "../../../tables/test/helpers/read-rows.ts";
import type { DataOptions } from "../../src/data/data-options.ts";
import { loadTexts } from "../../src/data/labelled-texts.ts";
import type { LabelledText } from "../../src/data/tokenize-classification.ts";

function csv(rows: readonly (readonly string[])[]): string {
  const path = join(temporaryFolder(), "texts.csv");
  writeFileSync(path, rows.map((row) => `${row.join(",")}\n`).join(""));
  return path;
}

const queues = Array.from({ length: 40 }, (_, i) => [`ticket ${i}`, i % 2 === 0 ? "billing" : "login"]);

describe("loadTexts of texts in parts", () => {
  const texts = (name: string, count: number): LabelledText[] =>
    Array.from({ length: count }, (_, i) => ({ id: `${name}${i}`, text: `${name} ${i}`, label: `${i % 2}` }));
  const data = { name: "mails", train: texts("t", 30), validation: texts("v", 20), test: texts("x", 15) };
  const load = (options: Partial<DataOptions>) => loadTexts({ data, ...options }, []);
  const ids = (chosen: readonly LabelledText[] = []) => chosen.map(({ id }) => id);

  test("takes each part from its own, and a smaller choice from the larger one", () => {
    const [large, small] = [load({ testExamples: 12 }), load({ trainExamples: 9, testExamples: 4 })];
    expect(ids(large.train).toSorted()).toEqual(ids(data.train).toSorted());
    expect(large.validation).toHaveLength(20);
    expect(ids(small.train)).toEqual(ids(large.train).slice(0, 9));
    expect(ids(small.test)).toEqual(ids(large.test).slice(0, 4));
    expect(large.test!.every(({ id }) => id.startsWith("x"))).toBe(true);
    expect(load({ testExamples: 0 }).test).toBeUndefined();
  });
  test("says how many validation texts there are beyond those that are taken", () => {
    const { validation, validationLimit } = load({ validationExamples: 5 });
    expect(validation).toHaveLength(5);
    expect(validationLimit).toEqual({ examples: 20, fromTraining: false });
  });
  test("refuses more than there is, both numbers at once", () => {
    expect(() => load({ trainExamples: 99, validationExamples: 99 })).toThrow(
      /^trainExamples must be at most 30, what the data hold, got 99\nvalidationExamples must be at most 20/,
    );
  });
});

/** The texts of a file. */
function loadFile(options: DataOptions, testRows?: readonly Row[]) {
  return loadTexts(options, readRows(options.data as string), testRows);
}

describe("loadTexts of a file", () => {
  test("advises half of the texts for validation, what is drawn already, or as many as a file names", () => {
    const data = csv([["text", "label"], ...queues]);
    const { validationLimit } = loadFile({ data, validationExamples: 10 });
    expect(validationLimit).toEqual({ examples: 17, fromTraining: true });
    expect(loadFile({ data, validationExamples: 17 }).train.length).toBeGreaterThanOrEqual(20);
    const most = loadFile({ data, validationExamples: 38 });
    expect(most.validation).toHaveLength(38);
    expect(most.validationLimit.examples).toBe(38);
    const named = queues.map((row, i) => [...row, i < 8 ? "validation" : "train"]);
    const { validationLimit: limit } = loadFile({
      data: csv([["text", "label", "split"], ...named]),
      validationExamples: 4,
    });
    expect(limit).toEqual({ examples: 8, fromTraining: false });
  });
  test("draws validation texts class by class, and as many as asked for", () => {
    const { train, validation } = loadFile({
      data: csv([["text", "label"], ...queues]),
      validationExamples: 10,
    });
    expect(validation).toHaveLength(10);
    expect(new Set(validation.map(({ label }) => label))).toEqual(new Set(["billing", "login"]));
    expect(train.some(({ text }) => validation.some((other) => other.text === text))).toBe(false);
  });
  test("a class of validation texts has a training text, however few are taken and whatever their order", () => {
    const rare = Array.from({ length: 5 }, (_, i) => [`rare ${i}`, "sales"]);
    const options = { data: csv([["text", "label"], ...queues, ...rare]), validationExamples: 12 };
    const all = loadFile(options).train;
    const texts = (trainExamples: number) => loadFile({ ...options, trainExamples }).train;
    const classes = (rows: readonly LabelledText[]) => new Set(rows.map(({ label }) => label)).size;
    const counts = all.map((_, i) => i + 1).slice(2);
    const complete = counts.filter((count) => classes(all.slice(0, count)) === 3);
    expect(complete.length).toBeLessThan(counts.length);
    for (const count of counts) expect([texts(count).length, classes(texts(count))]).toEqual([count, 3]);
    // A choice that has every class already is the first of all texts.
    for (const count of complete) expect(texts(count)).toEqual(all.slice(0, count));
    expect(() => texts(2)).toThrow(
      /^class "\w+" must have a training text, got it in validation only\nTake a training text for each of the 3 classes: trainExamples 3 or more\.$/,
    );
  });
  test("keeps a text that occurs twice once, so that it cannot lie on both sides, and says so", () => {
    const { train, validation, notes } = loadFile({ data: csv([["text", "label"], ...queues, ...queues]) });
    expect(train.length + validation.length).toBe(40);
    expect(notes).toContain("Left out 40 texts that occurred before.");
  });
  test("says which columns it guessed", () => {
    const { notes } = loadFile({ data: csv([["body", "topic"], ...queues]) });
    expect(notes[0]).toBe(
      'Guessed from the names: the text is in column "body" (textColumn), the label is in column "topic" (labelColumn).',
    );
  });
  test("follows a split column and refuses a class that only validation has", () => {
    const rows = [
      ["text", "label", "split"],
      ["a", "x", "train"],
      ["b", "y", "train"],
      ["c", "z", "validation"],
    ];
    expect(() => loadFile({ data: csv(rows) })).toThrow(
      'class "z" must have a training text, got it in validation only\n' +
        "Add training texts of the class, or leave its rows out.",
    );
  });
  test("takes test texts from a file of them, with the columns of the data, and refuses a class of theirs alone", () => {
    const data = csv([["text", "label"], ...queues]);
    const rowsOf = (rows: readonly (readonly string[])[]) => readRows(csv(rows));
    const fresh = [
      ["text", "label"],
      ["a new ticket", "billing"],
      ["another", "login"],
      ["ticket 3", "login"],
    ];
    const { test: own, train, notes } = loadFile({ data, testData: "new.csv" }, rowsOf(fresh));
    expect(own!.map(({ text }) => text).toSorted()).toEqual(["a new ticket", "another"]);
    expect(train).toEqual(loadFile({ data }).train);
    expect(notes).toContain("Left out 1 test text that occurred in training, in validation or before.");
    const foreign = [...fresh, ["a third", "sales"]];
    expect(() => loadFile({ data, testData: "new.csv" }, rowsOf(foreign))).toThrow(
      'class "sales" must have a training text, got it in the test only',
    );
    expect(() => loadFile({ data, testData: "new.csv" }, rowsOf([["body"], ["x"]]))).toThrow(
      "the text column must be one of the file's, got text. new.csv has: body",
    );
  });
  test("refuses data with one class", () => {
    const rows = [["text", "label"], ...queues.map(([text]) => [text!, "same"])];
    expect(() => loadFile({ data: csv(rows) })).toThrow(
      'the data must have two or more classes, got only "same"',
    );
  });
});
