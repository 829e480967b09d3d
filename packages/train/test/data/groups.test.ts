import { readData } from "@lorank/tables/node";
import { describe, expect, test } from "vitest";
import type { DataOptions, DataRow } from "../../src/data/data-options.ts";
import { type LoadedDataset, loadDataset } from "../../src/data/load-dataset.ts";
import { splitTrainValidation } from "../../src/data/parts.ts";
import { randomStream } from "../../src/random/random.ts";

interface Row {
  readonly id: string;
  readonly label: string;
  readonly group?: string;
}

const load = (data: readonly DataRow[], options: Partial<DataOptions> = {}) =>
  loadDataset({ data, ...options }, readData);

/** Two texts of each of `threads` threads, whose classes change from text to text. */
const mails = (threads: number, more: DataRow = {}): DataRow[] =>
  Array.from({ length: 2 * threads }, (_, i) => ({
    ...{ text: `mail ${i}`, label: `${i % 2}`, thread: `t${Math.floor(i / 2)}` },
    ...more,
  }));

/** Groups of a loaded part, by the numbers that its examples have. */
function groupsIn(loaded: LoadedDataset, part: "validation" | "test"): number[] | undefined {
  const rows = loaded.inputs.parts[part === "test" ? 2 : 1] as readonly Row[];
  return loaded.groupsOf(part, rows);
}

const threadsOf = (data: readonly DataRow[], loaded: LoadedDataset, part: number): unknown[] =>
  (loaded.inputs.parts[part] as readonly Row[]).map(({ id }) => data[Number(id) - 1]!.thread);

describe("the group column", () => {
  test("is the one that is named, and its groups are numbered in the order of the examples", async () => {
    const data = mails(30);
    const loaded = await load(data, { groupColumn: "thread" });
    const threads = threadsOf(data, loaded, 1);
    const seen = [...new Set(threads)];
    expect(groupsIn(loaded, "validation")).toEqual(threads.map((thread) => seen.indexOf(thread)));
    expect(loaded.notes).toContain(
      "Texts for validation were drawn from the file, class by class, in whole groups. A column named split would decide instead.",
    );
    expect(loaded.groupsOf("test", [])).toBeUndefined();
  });

  test("changes neither the rows that tokens are made of nor their settings", async () => {
    const split = (rows: readonly DataRow[]) =>
      rows.map((row, i) => ({ ...row, split: i < 40 ? "train" : "validation" }));
    const data = split(mails(30));
    const [told, untold] = [await load(data, { groupColumn: "thread" }), await load(data)];
    expect(told.inputs).toEqual(untold.inputs);
    expect(untold.groupsOf("validation", untold.inputs.parts[1] as Row[])).toBeUndefined();
  });

  test("is guessed by its name where it names ten groups, and said", async () => {
    const data = mails(10).map(({ thread, ...row }) => ({ ...row, Group: thread }));
    const { notes, ...loaded } = await load(data);
    expect(notes).toContain(
      'Guessed from the names: the text is in column "text" (textColumn), the label is in column "label" (labelColumn), ' +
        'the group is in column "Group" (groupColumn).',
    );
    expect(loaded.groupsOf("validation", loaded.inputs.parts[1] as Row[])).toBeDefined();
    const off = await load(data, { groupColumn: "none" });
    expect(groupsIn(off, "validation")).toBeUndefined();
    expect(off.notes[0]).not.toContain("group");
  });

  test.each([
    ["names only 9 groups", mails(9).map(({ thread, ...row }) => ({ ...row, group: thread }))],
    [
      "is empty in 1 row",
      mails(12).map(({ thread, ...row }, i) => ({ ...row, group: i === 3 ? "" : thread })),
    ],
  ])("is not used by its name where it %s, which a note says", async (why, data) => {
    const loaded = await load(data);
    expect(groupsIn(loaded, "validation")).toBeUndefined();
    expect(loaded.notes).toContain(
      `Column "group" ${why} and was not used: examples count as independent (groupColumn group uses it).`,
    );
    const without = await load(data.map(({ group: _, ...row }) => row));
    expect(loaded.inputs).toEqual(without.inputs);
  });

  test("must be there, and name a group in every row unless such rows are left out", async () => {
    await expect(load(mails(12), { groupColumn: "person" })).rejects.toThrow(
      "the group column must be one of the file's, got person. data has: text, label, thread",
    );
    const data = mails(12).map((row, i) => (i % 10 === 4 ? { ...row, thread: " " } : row));
    const optionName = (option: string) => option;
    await expect(load(data, { groupColumn: "thread", optionName })).rejects.toThrow(
      "every row of data must have a group, got none in rows 5, 15\nskipInvalid leaves these 2 rows of 24 out.",
    );
    const { notes } = await load(data, { groupColumn: "thread", skipInvalid: true });
    expect(notes).toContain("Left out 2 rows without a part (skipInvalid).");
  });

  test("works for prompts and for conversations", async () => {
    const pairs = mails(12).map(({ text, thread }) => ({ prompt: text, response: "Yes.", thread }));
    const turns = pairs.map(({ prompt, thread }) => ({
      messages: [
        { role: "user", content: prompt },
        { role: "assistant", content: "Yes." },
      ],
      thread,
    }));
    for (const data of [pairs, turns]) {
      const loaded = await load(data, { groupColumn: "thread" });
      const [trained, validated] = [0, 1].map((part) => threadsOf(data, loaded, part));
      expect(validated!.filter((thread) => trained!.includes(thread))).toEqual([]);
      expect(Math.max(...groupsIn(loaded, "validation")!)).toBe(new Set(validated).size - 1);
      const missing = data.map((row, i) => ({ ...row, thread: i === 0 ? null : row.thread }));
      await expect(load(missing, { groupColumn: "thread" })).rejects.toThrow(
        "must have a group, got none in row 1",
      );
      await expect(load(data, { groupColumn: "person" })).rejects.toThrow("the group column must be one of");
    }
  });
});

test("groups of texts in parts are theirs already, or none where that is asked for", async () => {
  const part = (name: string, groups: readonly string[]) =>
    groups.map((group, i) => ({ id: `${name}${i}`, text: `${name} ${i}`, label: `${i % 2}`, group }));
  const data = {
    name: "mails",
    train: part("t", ["a", "b"]),
    validation: part("v", ["c", "a", "c", "d", "e"]),
    test: [],
  };
  const { overlap, notes, ...loaded } = await loadDataset({ data }, readData);
  expect(overlap).toEqual({ validation: 0, ofTrainedGroups: 1 });
  expect(notes[0]).toContain("text v1 and text t0, for example");
  expect(new Set(loaded.groupsOf("validation", loaded.inputs.parts[1] as Row[]))).toEqual(new Set([0, 1, 2]));
  const off = await loadDataset({ data, groupColumn: "none" }, readData);
  expect(off.inputs.parts[1]).toHaveLength(5);
  expect(groupsIn(off, "validation")).toBeUndefined();
  await expect(loadDataset({ data, groupColumn: "thread" }, readData)).rejects.toThrow(
    "groupColumn must be absent with mails, which has no columns",
  );
});

describe("parts that are drawn of data in groups", () => {
  test("have whole groups, shares near those asked for, and each class a row to train on", () => {
    for (let seed = 0; seed < 100; seed++) {
      const { uniform } = randomStream(seed, "rows");
      const pick = (most: number): number => Math.floor(uniform() * most);
      const rows = Array.from({ length: 60 + pick(240) }, (_, i) => ({
        ...{ id: `${i}`, label: "abc"[pick(3)]!, group: `g${pick(30)}` },
      }));
      const { train, validation } = splitTrainValidation(rows, 0.2, seed);
      const trained = new Set(train.map(({ group }) => group));
      expect(validation.filter(({ group }) => trained.has(group))).toEqual([]);
      for (const part of [train, validation]) expect(part).toEqual(rows.filter((row) => part.includes(row)));
      const sizes = rows.map(({ group }) => rows.filter((row) => row.group === group).length);
      for (const label of "abc") {
        const [all, taken] = [rows, validation].map(
          (part) => part.filter((row) => row.label === label).length,
        );
        expect(Math.abs(taken! - 0.2 * all!)).toBeLessThan(Math.max(...sizes));
      }
      expect(new Set(validation.map(({ group }) => group)).size).toBeGreaterThan(1);
      expect(splitTrainValidation(rows, 0.2, seed).validation).toEqual(validation);
    }
  });

  test("have a class's share within one group of it", () => {
    const rows = ["a", "b"].flatMap((label) =>
      Array.from({ length: 400 }, (_, i) => ({ id: `${label}${i}`, label, group: `${label}${i % 100}` })),
    );
    const { validation } = splitTrainValidation(rows, 0.2, 0);
    for (const label of ["a", "b"])
      expect(Math.abs(validation.filter((row) => row.label === label).length - 80)).toBeLessThanOrEqual(4);
    expect(splitTrainValidation(rows, 0.2, 1).validation).not.toEqual(validation);
  });

  test("have as many as are asked for, though groups add up to other numbers; test groups are others again", async () => {
    const data = mails(60);
    const loaded = await load(data, { groupColumn: "thread", validationExamples: 21, testExamples: 13 });
    expect(loaded.inputs.parts.map(({ length }) => length).slice(1)).toEqual([21, 13]);
    const [trained, validated, tested] = [0, 1, 2].map((part) => new Set(threadsOf(data, loaded, part)));
    for (const [one, other] of [
      [trained, validated],
      [trained, tested],
      [validated, tested],
    ])
      expect([...one!].filter((thread) => other!.has(thread))).toEqual([]);
    expect(new Set(groupsIn(loaded, "test"))).toEqual(new Set(Array.from(tested!, (_, i) => i)));
    expect(loaded.notes.filter((note) => note.startsWith("Left out"))).toEqual([]);
  });

  test("need two groups that leave each class a row", async () => {
    const one = mails(20).map((row) => ({ ...row, thread: "all" }));
    const rule =
      "the data must have two or more groups to validate on that leave each class a row to train on";
    await expect(load(one, { groupColumn: "thread" })).rejects.toThrow(
      expect.objectContaining({ code: "E_SPLIT", message: `${rule}, got 0 in 1` }),
    );
    const byClass = mails(20).map((row) => ({ ...row, thread: row.label }));
    await expect(load(byClass, { groupColumn: "thread" })).rejects.toThrow(`${rule}, got 0 in 2`);
    const two = mails(20).map((row, i) => ({ ...row, thread: `${i < 20}` }));
    await expect(load(two, { groupColumn: "thread" })).rejects.toThrow(`${rule}, got 1 in 2`);
  });
});

describe("groups in parts that the data name", () => {
  const parted = (threads: number, partOf: (i: number) => string): DataRow[] =>
    mails(threads).map((row, i) => ({ ...row, split: partOf(i) }));
  // Text 40 is of the thread of text 41, texts 39 and 38 of one in training.
  const data = parted(30, (i) => (i < 39 ? "train" : "validation"));

  test("are left out of validation where they are also in training, with a count and the rows of one", async () => {
    const loaded = await load(data, { groupColumn: "thread" });
    expect(loaded.notes).toContain(
      "Left out 1 of 21 validation texts whose group is also in training: row 40 and row 39, for example (keepOverlap keeps them).",
    );
    expect(loaded.overlap).toEqual({ validation: 0, ofTrainedGroups: 1 });
    expect(groupsIn(loaded, "validation")).toHaveLength(20);
  });

  test("stay where that is asked for", async () => {
    const loaded = await load(data, { groupColumn: "thread", keepOverlap: true });
    expect(loaded.notes).toContain(
      "Kept 1 of 21 validation texts whose group is also in training: row 40 and row 39, for example (keepOverlap). " +
        "They make validation look better than texts of new groups would.",
    );
    expect(loaded.overlap).toEqual({ validation: 0, ofTrainedGroups: 1, kept: true });
    expect(groupsIn(loaded, "validation")).toHaveLength(21);
  });

  test("count beside texts that are in training themselves", async () => {
    const twice = data.map((row, i) => (i === 50 ? { ...row, text: "mail 0", label: "0" } : row));
    const { overlap, notes } = await load(twice, { groupColumn: "thread" });
    expect(overlap).toEqual({ validation: 1, ofTrainedGroups: 1 });
    expect(notes.filter((note) => note.startsWith("Left out"))).toHaveLength(2);
    const all = parted(12, (i) => (i % 2 === 0 ? "train" : "validation"));
    await expect(load([...all, { ...all[0]!, split: "val" }], { groupColumn: "thread" })).rejects.toThrow(
      "data must hold texts to validate on, got none besides 1 that are and 12 whose group is also in training (keepOverlap keeps them)",
    );
  });

  test("must be two or more", async () => {
    const one = parted(12, (i) => (i < 22 ? "train" : "validation"));
    await expect(load(one, { groupColumn: "thread" })).rejects.toThrow(
      "the validation examples must be in two or more groups, got 1 (groupColumn none takes examples as independent)",
    );
  });

  test("are left out of the test where they are also in training or validation", async () => {
    const tested = parted(30, (i) => (i < 30 ? "train" : i < 49 ? "validation" : "test"));
    const options = { groupColumn: "thread", testExamples: 6 };
    const loaded = await load(tested, options);
    expect(loaded.notes).toContain(
      "Left out 1 of 11 test texts whose group is also in training or validation: row 50 and row 49, for example (keepOverlap keeps them).",
    );
    expect(groupsIn(loaded, "test")).toHaveLength(6);
    await expect(load(tested, { ...options, testExamples: 11 })).rejects.toThrow(
      "testExamples must be at most 10, what the data hold besides training and validation, not counting 1 whose group is there (keepOverlap keeps them), got 11",
    );
    const kept = await load(tested, { ...options, testExamples: 11, keepOverlap: true });
    expect(kept.inputs.parts[2]).toHaveLength(11);
  });
});
