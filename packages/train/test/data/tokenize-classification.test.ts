import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type ClassificationTexts, tokenizeClassification } from "../../src/data/tokenize-classification.ts";
import { tokenizerAt } from "../tokenizer/fixtures.ts";

const tokenizer = tokenizerAt(fileURLToPath(new URL("../fixtures/tokenizers/llama3", import.meta.url)));
const mail: ClassificationTexts = {
  name: "mail",
  tokenizer,
  maxLength: 4,
  train: [
    { id: "1", label: "spam", text: "The letter." },
    { id: "2", label: "ham", text: "The letter.".repeat(9) },
  ],
  validation: [{ id: "1", label: "ham", text: "a" }],
};

describe("tokenizeClassification", () => {
  test("classes are the sorted labels, texts the first tokens", () => {
    expect(tokenizeClassification(mail)).toEqual({
      name: "mail",
      task: { kind: "classification", labels: ["ham", "spam"] },
      train: [
        { id: "1", inputIds: [340, 51, 258, 325], label: 1 },
        { id: "2", inputIds: [340, 51, 258, 325], label: 0 },
      ],
      validation: [{ id: "1", inputIds: [340, 64], label: 0 }],
    });
  });
  test("given classes keep their order", () => {
    const { task, train } = tokenizeClassification({ ...mail, labels: ["spam", "ham"] });
    expect(task.labels).toEqual(["spam", "ham"]);
    expect(train.map(({ label }) => label)).toEqual([0, 1]);
  });
  test("sorting does not depend on the locale", () => {
    const labels = ["ä", "b", "Z", "a"];
    const train = labels.map((label, i) => ({ id: `${i}`, label, text: "a" }));
    const validation = [{ id: "1", label: "a", text: "a" }];
    expect(tokenizeClassification({ ...mail, train, validation }).task.labels).toEqual(["Z", "a", "b", "ä"]);
  });
  test("reports progress after each text", () => {
    const seen: string[] = [];
    tokenizeClassification({ ...mail, onProgress: (done, total) => seen.push(`${done}/${total}`) });
    expect(seen).toEqual(["1/3", "2/3", "3/3"]);
  });
  test("refuses a label seen in validation only, an unknown one and a class without examples", () => {
    const validation = [{ id: "1", label: "news", text: "a" }];
    expect(() => tokenizeClassification({ ...mail, validation })).toThrow(
      expect.objectContaining({
        code: "E_DATASET",
        message: 'class "news" must have a training example, got it in validation only',
      }),
    );
    expect(() => tokenizeClassification({ ...mail, validation, labels: ["ham", "spam", "eggs"] })).toThrow(
      expect.objectContaining({
        message:
          'validation[0].label must be a class index from 0 to 2, got "news"\n' +
          'class "eggs" must have a training example, got none',
      }),
    );
  });
  test("refuses a text without a token, where the tokenizer adds none of its own", () => {
    const silent = { ...tokenizer, encode: () => [] };
    expect(() => tokenizeClassification({ ...mail, tokenizer: silent })).toThrow(
      "train[0].inputIds must hold at least one token, got none\ntrain[1].inputIds",
    );
  });
});
