import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { spamAssassin } from "@lorank/starter";
import { readRows } from "@lorank/train";
import { describe, expect, test } from "vitest";
import { loadTexts } from "../src/data/labelled-texts.ts";
import { temporaryFolder } from "./cli.ts";

function csv(rows: readonly (readonly string[])[]): string {
  const path = join(temporaryFolder(), "texts.csv");
  writeFileSync(path, rows.map((row) => `${row.join(",")}\n`).join(""));
  return path;
}

const queues = Array.from({ length: 40 }, (_, i) => [`ticket ${i}`, i % 2 === 0 ? "billing" : "login"]);

describe("loadTexts of spam-assassin", () => {
  test("takes training and validation texts from their own splits, and a smaller choice from the larger one", () => {
    const large = loadTexts({ data: "spam-assassin", trainExamples: 60, validationExamples: 40 });
    const small = loadTexts({ data: "spam-assassin", trainExamples: 20, validationExamples: 10 });
    const splits = spamAssassin();
    const ids = (texts: readonly { id: string }[]) => texts.map(({ id }) => id);
    expect(ids(splits.train)).toEqual(expect.arrayContaining(ids(large.train)));
    expect(ids(splits.validation)).toEqual(expect.arrayContaining(ids(large.validation)));
    expect(ids(small.train)).toEqual(ids(large.train).slice(0, 20));
  });
  test("takes as many test texts from their own split as there are to validate on, or as asked for, or none", () => {
    const load = (testExamples?: number) =>
      loadTexts({ data: "spam-assassin", trainExamples: 20, validationExamples: 10, testExamples });
    const own = new Set(spamAssassin().test.map(({ id }) => id));
    expect(load().test).toHaveLength(10);
    expect(load().test!.every(({ id }) => own.has(id))).toBe(true);
    expect(load(30).test!.slice(0, 10)).toEqual(load().test);
    expect(load(0).test).toBeUndefined();
    expect(() => load(99_999)).toThrow(/^test-examples must be at most \d+, what the data hold/);
  });
  test("refuses more than there is, both numbers at once", () => {
    expect(() =>
      loadTexts({ data: "spam-assassin", trainExamples: 99_999, validationExamples: 99_999 }),
    ).toThrow(
      /^train-examples must be at most \d+, what the data hold, got 99999\nvalidation-examples must be at most \d+/,
    );
  });
});

describe("loadTexts of a file", () => {
  test("draws validation texts class by class, and as many as asked for", () => {
    const { train, validation } = loadTexts({
      data: csv([["text", "label"], ...queues]),
      validationExamples: 10,
    });
    expect(validation).toHaveLength(10);
    expect(new Set(validation.map(({ label }) => label))).toEqual(new Set(["billing", "login"]));
    expect(train.some(({ text }) => validation.some((other) => other.text === text))).toBe(false);
  });
  test("keeps a text that occurs twice once, so that it cannot lie on both sides, and says so", () => {
    const { train, validation, notes } = loadTexts({ data: csv([["text", "label"], ...queues, ...queues]) });
    expect(train.length + validation.length).toBe(40);
    expect(notes).toContain("Left out 40 texts that occurred before.");
  });
  test("says which columns it guessed", () => {
    const { notes } = loadTexts({ data: csv([["body", "topic"], ...queues]) });
    expect(notes[0]).toBe(
      'Guessed from the names: the text is in column "body" (--text-column), the label is in column "topic" (--label-column).',
    );
  });
  test("follows a split column and refuses a class that only validation has", () => {
    const rows = [
      ["text", "label", "split"],
      ["a", "x", "train"],
      ["b", "y", "train"],
      ["c", "z", "validation"],
    ];
    expect(() => loadTexts({ data: csv(rows) })).toThrow(
      'class "z" must have a training text, got it in validation only',
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
    const { test: own, train, notes } = loadTexts({ data, testData: "new.csv" }, undefined, rowsOf(fresh));
    expect(own!.map(({ text }) => text).toSorted()).toEqual(["a new ticket", "another"]);
    expect(train).toEqual(loadTexts({ data }).train);
    expect(notes).toContain("Left out 1 test text that occurred in training, in validation or before.");
    const foreign = [...fresh, ["a third", "sales"]];
    expect(() => loadTexts({ data, testData: "new.csv" }, undefined, rowsOf(foreign))).toThrow(
      'class "sales" must have a training text, got it in the test only',
    );
    expect(() => loadTexts({ data, testData: "new.csv" }, undefined, rowsOf([["body"], ["x"]]))).toThrow(
      "the text column must be one of the file's, got text. new.csv has: body",
    );
  });
  test("refuses data with one class", () => {
    const rows = [["text", "label"], ...queues.map(([text]) => [text!, "same"])];
    expect(() => loadTexts({ data: csv(rows) })).toThrow(
      'the data must have two or more classes, got only "same"',
    );
  });
});
