import { createHash } from "node:crypto";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { describe, expect, test } from "vitest";
import {
  assertDataset,
  decodeDataset,
  encodeDataset,
  type TokenizedClassification,
  type TokenizedLanguage,
} from "../../src/data/dataset.ts";

const mail: TokenizedClassification = {
  name: "mail",
  task: { kind: "classification", labels: ["ham", "spam"] },
  train: [
    { id: "a", inputIds: [5, 0, 7], label: 0 },
    { id: "b", inputIds: [9], label: 1 },
  ],
  validation: [{ id: "a", inputIds: [1, 2], label: 1 }],
};
const chat: TokenizedLanguage = {
  name: "chat",
  task: { kind: "causal-lm" },
  train: [{ id: "a", inputIds: [1, 2, 3], labels: [-100, 3, 4] }],
  validation: [{ id: "b", inputIds: [1], labels: [2] }],
};
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

describe("encodeDataset", () => {
  test("writes canonical JSON: keys sorted, no white space", () => {
    expect(text(encodeDataset(mail))).toBe(
      '{"name":"mail","task":{"kind":"classification","labels":["ham","spam"]},' +
        '"train":[{"id":"a","inputIds":[5,0,7],"label":0},{"id":"b","inputIds":[9],"label":1}],' +
        '"validation":[{"id":"a","inputIds":[1,2],"label":1}]}',
    );
    expect(text(encodeDataset(chat))).toContain('{"id":"a","inputIds":[1,2,3],"labels":[-100,3,4]}');
  });
  test("does not depend on the order of keys or on extra ones", () => {
    const shuffled = {
      validation: mail.validation.map(({ id, inputIds, label }) => ({
        label,
        subject: "hello",
        inputIds,
        id,
      })),
      task: { labels: mail.task.labels, kind: mail.task.kind },
      train: mail.train,
      name: mail.name,
    };
    expect(encodeDataset(shuffled)).toEqual(encodeDataset(mail));
  });
  test.each([
    ["classification", mail],
    ["causal-lm", chat],
  ])("comes back as it was (%s), names beyond ASCII too", (_, dataset) => {
    const named = { ...dataset, name: "Grüße 😀" };
    expect(decodeDataset(encodeDataset(named))).toEqual(named);
  });
});

describe("sha256Hex", () => {
  test("is the SHA-256 of the bytes: the known digest of abc", () => {
    expect(sha256Hex(new TextEncoder().encode("abc"))).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    const bytes = encodeDataset(mail);
    expect(sha256Hex(bytes)).toBe(createHash("sha256").update(text(bytes), "utf8").digest("hex"));
  });
});

describe("what no trial could use", () => {
  const problemsOf = (value: unknown): string[] => {
    try {
      assertDataset(value);
    } catch (error) {
      expect(error).toMatchObject({ name: "InputError", code: "E_DATASET" });
      return (error as Error).message.split("\n");
    }
    return [];
  };

  test("a class without a training example, alone or seen in validation only", () => {
    const labels = ["ham", "spam", "news"];
    const hamOnly = { ...mail, task: { kind: "classification", labels }, train: [mail.train[0]] };
    expect(problemsOf(hamOnly)).toEqual([
      'class "spam" must have a training example, got it in validation only',
      'class "news" must have a training example, got none',
    ]);
  });
  test("every bad example is named at once", () => {
    const train = [
      ...mail.train,
      { id: "c", inputIds: [], label: 0 },
      { id: "d", inputIds: [3, -1], label: 0 },
      { id: "e", inputIds: [1.5], label: 2 },
      { id: "f", inputIds: "no", label: -1 },
      { id: "a", inputIds: [2 ** 31], label: "spam" },
      "mail",
    ];
    expect(problemsOf({ ...mail, train })).toEqual([
      "train[2].inputIds must hold at least one token, got none",
      "train[3].inputIds[1] must be a token id (a whole number from 0), got -1",
      "train[4].inputIds[0] must be a token id (a whole number from 0), got 1.5",
      "train[4].label must be a class index from 0 to 1, got 2",
      'train[5].inputIds must be a list of token ids, got "no"',
      "train[5].label must be a class index from 0 to 1, got -1",
      "train[6].id must occur once in train, got a again",
      "train[6].inputIds[0] must be a token id (a whole number from 0), got 2147483648",
      'train[6].label must be a class index from 0 to 1, got "spam"',
      'train[7] must be an object, got "mail"',
    ]);
  });
  test("targets of another length, no target at all, an unknown negative one", () => {
    const train = [
      { id: "a", inputIds: [1, 2], labels: [2] },
      { id: "b", inputIds: [1, 2], labels: [-100, -100] },
      { id: "c", inputIds: [1, 2], labels: [-1, 2] },
      { id: "d", inputIds: [-100, 2], labels: [1, 2] },
      { id: "e", inputIds: [1] },
    ];
    expect(problemsOf({ ...chat, train })).toEqual([
      "train[0].labels must have one target for each of the 2 tokens, got 1",
      "train[1].labels must hold at least one target, got -100 everywhere",
      "train[2].labels[0] must be a token id or -100, got -1",
      "train[3].inputIds[0] must be a token id (a whole number from 0), got -100",
      "train[4].labels must be a list of token ids, got undefined",
    ]);
  });
  test("no examples, no name, no task", () => {
    expect(problemsOf({ train: [], validation: 3 })).toEqual([
      "name must be a string, got undefined",
      "task.kind must be classification or causal-lm, got undefined",
      "train must be a list of examples, got none",
      "validation must be a list of examples, got 3",
    ]);
    expect(problemsOf([])).toEqual(["dataset must be an object, got []"]);
  });
  test("one class, or one name for two classes", () => {
    const one = { ...mail, task: { kind: "classification", labels: ["ham"] } };
    expect(problemsOf(one)).toEqual(['task.labels must be two or more class names, got ["ham"]']);
    const twice = { ...mail, task: { kind: "classification", labels: ["ham", "ham"] } };
    expect(problemsOf(twice)).toEqual(['task.labels must be distinct, got "ham" twice']);
  });
  test("a long list of problems is cut, and says so", () => {
    const train = [
      ...mail.train,
      ...Array.from({ length: 30 }, (_, i) => ({ id: `x${i}`, inputIds: [-1], label: 0 })),
    ];
    const problems = problemsOf({ ...mail, train });
    expect(problems).toHaveLength(21);
    expect(problems[20]).toBe("and 10 more");
  });
  test("encode and decode both refuse it", () => {
    const broken = { ...mail, validation: [] };
    const message = "validation must be a list of examples, got none";
    expect(() => encodeDataset(broken)).toThrow(message);
    expect(() => decodeDataset(new TextEncoder().encode(JSON.stringify(broken)))).toThrow(message);
  });
  test("bytes that are no JSON, or no UTF-8", () => {
    for (const bytes of [Uint8Array.of(0x7b), Uint8Array.of(0x22, 0xff, 0x22)]) {
      expect(() => decodeDataset(bytes)).toThrow(
        expect.objectContaining({
          code: "E_DATASET",
          message: expect.stringMatching(/^dataset must be JSON( in UTF-8)?: /),
        }),
      );
    }
  });
});
