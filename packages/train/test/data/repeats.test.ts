import { readData } from "@lorank/tables/node";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../../src/data/load-dataset.ts";

const nearly = "They are kept as the data say, and make validation look better than new texts would.";

/** Texts of two classes with nothing in common; `validation` comes after the eight rows of training. */
function labelled(validation: readonly string[]) {
  const words = "ash beech cedar elm fir larch maple oak".split(" ");
  return [
    ...words.map((text, i) => ({ text: `${text} no. ${i}`, label: `${i % 2}`, split: "train" })),
    ...validation.map((text, i) => ({ text, label: `${i % 2}`, split: "validation" })),
  ];
}

/** What is said of repeats. */
async function said(data: readonly Record<string, unknown>[], options = {}): Promise<string[]> {
  const { notes } = await loadDataset({ data, ...options }, readData);
  return notes.filter((note) => !/^(Guessed|Texts for|Test texts)/.test(note));
}

describe("validation examples that are also in training", () => {
  const data = labelled(["birch", "elm no. 3", "rowan"]);

  test("are left out where the data say so by a column split, with a count and the rows of one", async () => {
    expect(await said(data)).toEqual([
      "Left out 1 of 3 validation texts that is also in training: row 10 and row 4, for example (keepOverlap keeps them).",
    ]);
    const { inputs, overlap, validationLimit } = await loadDataset({ data }, readData);
    expect(inputs.parts.map(({ length }) => length)).toEqual([8, 2]);
    expect(overlap).toEqual({ validation: 1 });
    expect(validationLimit).toEqual({ examples: 2, fromTraining: false });
  });

  test("stay where that is asked for, and are counted", async () => {
    expect(await said(data, { keepOverlap: true })).toEqual([
      "Kept 1 of 3 validation texts that is also in training: row 10 and row 4, for example (keepOverlap). " +
        "They make validation look better than new texts would.",
    ]);
    const { inputs, overlap } = await loadDataset({ data, keepOverlap: true }, readData);
    expect(inputs.parts.map(({ length }) => length)).toEqual([8, 3]);
    expect(overlap).toEqual({ validation: 1, kept: true });
  });

  test("are not told of where there are none, and the examples are the same with and without the option", async () => {
    const distinct = labelled(["birch", "rowan"]);
    const [usual, kept] = [
      await loadDataset({ data: distinct }, readData),
      await loadDataset({ data: distinct, keepOverlap: true }, readData),
    ];
    expect([usual.overlap, kept.overlap]).toEqual([undefined, undefined]);
    expect(usual.inputs).toEqual(kept.inputs);
  });

  test("leave nothing to validate on where all are: an error that names the option", async () => {
    const all = labelled(["ash no. 0", "elm no. 3"]);
    await expect(loadDataset({ data: all }, readData)).rejects.toThrow(
      "data must hold texts to validate on, got none besides 2 that are also in training (keepOverlap keeps them)",
    );
    await expect(loadDataset({ data, validationExamples: 3 }, readData)).rejects.toThrow(
      "validationExamples must be at most 2, what the data hold besides 1 that are also in training (keepOverlap keeps them), got 3",
    );
  });

  test("are left out of data without a validation part of their own, whose rows are drawn", async () => {
    const other = Array.from({ length: 30 }, (_, i) => ({
      text: `tree ${i}`,
      label: `${i % 2}`,
      split: "train",
    }));
    const twice = [...labelled([]), ...labelled([]), ...other];
    const rest = [1, 2].map((i) => ({ text: `test ${i}`, label: `${i % 2}`, split: "test" }));
    const { inputs, overlap } = await loadDataset({ data: [...twice, ...rest] }, readData);
    expect(overlap?.validation).toBeGreaterThan(0);
    const [train = [], validation = []] = inputs.parts as readonly (readonly { readonly text: string }[])[];
    const trained = train.map(({ text }) => text);
    expect(validation.length).toBeGreaterThan(0);
    expect(validation.filter(({ text }) => trained.includes(text))).toEqual([]);
  });

  test("are left out of texts in parts too", async () => {
    const part = (name: string, texts: readonly string[]) =>
      texts.map((text, i) => ({ id: `${name}${i}`, text, label: `${i % 2}` }));
    const parts = {
      name: "mails",
      train: part("t", ["a", "b"]),
      validation: part("v", ["c", "d", "a"]),
      test: [],
    };
    const { inputs, overlap, notes } = await loadDataset({ data: parts }, readData);
    expect(inputs.parts[1]).toHaveLength(2);
    expect(overlap).toEqual({ validation: 1 });
    expect(notes[0]).toContain("text v2 and text t0, for example");
  });

  test("are named by their row where they have ids", async () => {
    const named = data.map((row, i) => ({ ...row, id: `id-${20 - i}` }));
    expect((await said(named))[0]).toContain("row 10 and row 4, for example");
  });

  test("are told apart from those that differ in case, spaces, punctuation and digits, which stay", async () => {
    expect(await said(labelled(["birch", "  ELM  no 17!", "elm"]))).toEqual([
      "1 of 3 validation texts differs from a training text only in case, spaces, punctuation or digits: " +
        `row 10 and row 4, for example. ${nearly}`,
    ]);
    expect(await said(labelled(["ash no. 0", "oak no. 7", "Larch: no. 6", "Fir, no"]))).toEqual([
      expect.stringMatching(/^2 of 2 validation texts differ from a training text only in case, /),
      expect.stringMatching(
        /^Left out 2 of 4 validation texts that are also in training: row (10 and row 8|9 and row 1),/,
      ),
    ]);
  });

  test("are not those without a letter, nor of data without the column", async () => {
    const numbers = labelled(["17", "?"]);
    expect(await said([{ text: "23", label: "0", split: "train" }, ...numbers])).toEqual([]);
    const unsplit = labelled(["elm no. 3", "ELM no. 4"]).map(({ split: _, ...row }) => row);
    expect(await said(unsplit)).toEqual([
      expect.stringMatching(/^Left out 1 text that occurred before with/),
    ]);
  });

  test("are found among instructions and conversations", async () => {
    const pair = (prompt: string, response: string, split: string) => ({ prompt, response, split });
    expect(
      await said([
        pair("Who\nis it?", "I.", "train"),
        pair("who is it", "I", "val"),
        pair("Who?", "I.", "val"),
      ]),
    ).toEqual([
      expect.stringMatching(
        /^1 of 2 validation examples differs from a training example .*: row 2 and row 1,/,
      ),
    ]);
    const turn = (content: string, split: string) => ({
      messages: [
        { role: "user", content },
        { role: "assistant", content: "Yes." },
      ],
      split,
    });
    expect(await said([turn("Hot?", "train"), turn("Hot?", "dev"), turn("Cold?", "dev")])).toEqual([
      expect.stringMatching(
        /^Left out 1 of 2 validation examples that is also in training: row 2 and row 1,/,
      ),
    ]);
  });
});

describe("a text with two labels", () => {
  const row = (text: string, label: string, split?: string) => ({ text, label, ...(split ? { split } : {}) });
  const more = ["ash", "beech", "cedar", "elm"].flatMap((text) => [
    row(text, "tree"),
    row(`${text} chair`, "wood"),
  ]);

  test("is named apart from a repeat, with the rows and labels of one; the first label stands", async () => {
    const data = [...more, row("fir", "tree"), row("fir", "tree"), row("fir", "wood"), row("ash", "wood")];
    expect(await said(data)).toEqual([
      "Left out 1 text that occurred before.",
      'Left out 2 texts that occurred before with another label: row 9 has "tree" and row 11 "wood", for example. ' +
        "The first label of each stands; the data do not say which is right.",
    ]);
    const { inputs } = await loadDataset({ data }, readData);
    const all = inputs.parts.flat() as readonly { readonly text: string; readonly label: string }[];
    expect(all.filter(({ text }) => text === "fir" || text === "ash").map(({ label }) => label)).toEqual([
      "tree",
      "tree",
    ]);
  });

  test("is named where a column split keeps it within a part, and left out of validation", async () => {
    const data = [
      ...more.map((one) => ({ ...one, split: "train" })),
      row("ash", "wood", "train"),
      row("elm", "wood", "validation"),
      row("yew", "tree", "validation"),
      row("yew bench", "wood", "validation"),
    ];
    expect(await said(data)).toEqual([
      '2 texts occurred before with another label: row 1 has "tree" and row 9 "wood", for example. ' +
        "Within a part they are kept as the data say.",
      expect.stringMatching(/^Left out 1 of 3 validation texts that is also in training: row 10 and row 7,/),
    ]);
  });

  test("is no matter of instructions, where a prompt may have two responses", async () => {
    const data = ["a", "b", "c", "d"].flatMap((prompt) => [
      { prompt, response: "1" },
      { prompt, response: "2" },
    ]);
    expect((await said(data)).filter((note) => note.includes("another label"))).toEqual([]);
  });
});

test.each([
  ["without a column split", {}],
  ["with one", { split: "train" }],
])("data in which every text has two labels are refused, %s", async (_, more) => {
  const data = ["ham", "spam"].flatMap((label) =>
    Array.from({ length: 200 }, (_, i) => ({ text: `text ${"ab"[i % 2]}${i}`, label, ...more })),
  );
  await expect(loadDataset({ data }, readData)).rejects.toMatchObject({
    code: "E_DATA",
    message:
      'each text must have one label, got several for all 200 texts: row 1 has "ham" and row 201 "spam", for example',
  });
});
