import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../../src/data/load-dataset.ts";
import { tokenizeTextRows } from "../../src/data/tokenize-classification.ts";
import { tokenizerAt } from "../tokenizer/fixtures.ts";

const tokenizer = tokenizerAt(fileURLToPath(new URL("../fixtures/tokenizers/llama3", import.meta.url)));
const train = [
  { id: "1", label: "spam", text: "The letter." },
  { id: "2", label: "ham", text: "The letter.".repeat(9) },
];
const validation = [{ id: "1", label: "ham", text: "a" }];
const rows = { labels: ["ham", "spam"], tokenizer, maxLength: 4 };

/** The data set of texts in parts, as `prepareTraining` makes it. */
async function datasetOf(parts: object, own = tokenizer) {
  const data = { name: "mail", train, validation, test: [], ...parts };
  const loaded = await loadDataset({ data, testExamples: 0 }, () => {
    throw new Error("nothing is read");
  });
  return loaded.tokenise(own, 4).dataset;
}

describe("texts", () => {
  test("are their first tokens, and their labels' places among the classes", () => {
    expect(tokenizeTextRows(train, rows).examples).toEqual([
      { id: "1", inputIds: [340, 51, 258, 325], label: 1 },
      { id: "2", inputIds: [340, 51, 258, 325], label: 0 },
    ]);
    expect(tokenizeTextRows(validation, rows).examples).toEqual([{ id: "1", inputIds: [340, 64], label: 0 }]);
  });
  test("given classes keep their order", () => {
    const { examples } = tokenizeTextRows(train, { ...rows, labels: ["spam", "ham"] });
    expect(examples.map(({ label }) => label)).toEqual([0, 1]);
  });
  test("of a data set have classes that are sorted without regard to the locale", async () => {
    const labels = ["ä", "b", "Z", "a"];
    const train = labels.map((label, i) => ({ id: `${i}`, label, text: `a ${i}` }));
    const { task } = await datasetOf({ train, validation: [{ id: "1", label: "a", text: "a" }] });
    expect(task).toEqual({ kind: "classification", labels: ["Z", "a", "b", "ä"] });
  });
  test("of a data set must have a label that training has too", async () => {
    const validation = [{ id: "1", label: "news", text: "a" }];
    await expect(datasetOf({ validation })).rejects.toMatchObject({
      code: "E_DATA",
      message: expect.stringMatching(/^class "news" must have a training text/),
    });
  });
  test("with an unknown label keep it, for who checks them", () => {
    const [example] = tokenizeTextRows([{ id: "1", label: "news", text: "a" }], rows).examples;
    expect(example).toMatchObject({ label: "news" });
  });
  test("must have a token, where the tokenizer adds none of its own", async () => {
    const silent = { ...tokenizer, encode: () => [] };
    await expect(datasetOf({}, silent)).rejects.toThrow(
      "train[0].inputIds must hold at least one token, got none\ntrain[1].inputIds",
    );
  });
});
