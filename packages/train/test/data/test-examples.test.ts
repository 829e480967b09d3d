import { describe, expect, test } from "vitest";
import { decodeTestExamples, encodeTestExamples, type TestExamples } from "../../src/data/dataset.ts";

const mail: TestExamples = {
  name: "mail",
  task: { kind: "classification", labels: ["ham", "spam"] },
  test: [
    { id: "a", inputIds: [5, 0, 7], label: 1 },
    { id: "b", inputIds: [9], label: 1 },
  ],
};
const chat: TestExamples = {
  name: "chat",
  task: { kind: "causal-lm" },
  test: [{ id: "a", inputIds: [1, 2, 3], labels: [-100, 3, 4] }],
};
const encoded = (document: object) => new TextEncoder().encode(JSON.stringify(document));

describe("test examples", () => {
  test("are written as canonical JSON, a class may be absent, and come back as they were", () => {
    expect(new TextDecoder().decode(encodeTestExamples(mail))).toBe(
      '{"name":"mail","task":{"kind":"classification","labels":["ham","spam"]},' +
        '"test":[{"id":"a","inputIds":[5,0,7],"label":1},{"id":"b","inputIds":[9],"label":1}]}',
    );
    for (const examples of [mail, chat])
      expect(decodeTestExamples(encodeTestExamples(examples))).toEqual(examples);
  });

  test("with every problem named, are refused", () => {
    const test = [
      { id: "a", inputIds: [], label: 0 },
      { id: "a", inputIds: [1], label: 2 },
    ];
    expect(() => decodeTestExamples(encoded({ ...mail, test }))).toThrow(
      expect.objectContaining({
        code: "E_DATASET",
        message: [
          "test[0].inputIds must hold at least one token, got none",
          "test[1].id must occur once in test, got a again",
          "test[1].label must be a class index from 0 to 1, got 2",
        ].join("\n"),
      }),
    );
    expect(() => encodeTestExamples({ ...mail, test: [] })).toThrow(
      "test must be a list of examples, got none",
    );
    expect(() => decodeTestExamples(encoded([]))).toThrow("test examples must be an object, got []");
  });
});
