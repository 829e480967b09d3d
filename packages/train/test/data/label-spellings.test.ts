import { readData } from "@lorank/tables/node";
import { describe, expect, test } from "vitest";
import { loadDataset } from "../../src/data/load-dataset.ts";

const spellings = ["Yes", "YES", "Yes ", "no", "No", " No", "Yes", "no"];
const data = Array.from({ length: 48 }, (_, i) => ({ text: `text ${i}`, label: spellings[i % 8]! }));
const found =
  '6 labels differ only in case or in spaces around them: "Yes", "YES", "Yes ", "no", "No", " No".';

async function load(options: object = {}, rows: readonly object[] = data) {
  const { task, notes, inputs } = await loadDataset({ data: rows as typeof data, ...options }, readData);
  const [train = [], validation = [], test = []] = inputs.parts as readonly (readonly { label: string }[])[];
  const about = notes.filter((note) => note.includes("differ only in case or in spaces around them"));
  return {
    labels: task.kind === "classification" ? task.labels : [],
    about,
    all: [...train, ...validation, ...test],
  };
}

describe("labels that differ only in case or in spaces around them", () => {
  test("stay classes of their own, and a note offers the option that merges them", async () => {
    const { labels, about } = await load();
    expect(labels).toHaveLength(6);
    expect(about).toEqual([`${found} Each is a class of its own; mergeLabels makes them 2 classes.`]);
  });

  test("are one class with mergeLabels, by the most frequent spelling", async () => {
    const { labels, about, all } = await load({ mergeLabels: true });
    expect(labels).toEqual(["Yes", "no"]);
    expect(about).toEqual([`${found} They are 2 classes (mergeLabels).`]);
    expect(all.filter(({ label }) => label === "Yes")).toHaveLength(24);
  });

  test("are merged before a text is asked for its other labels", async () => {
    const { notes } = await loadDataset(
      {
        data: [...data, { text: "text 0", label: "yes" }],
        mergeLabels: true,
      },
      readData,
    );
    expect(notes).toContain("Left out 1 text that occurred before.");
  });

  test("are the same classes in the file of test texts", async () => {
    const split = data.map((row, i) => ({
      ...row,
      split: i < 24 ? "train" : i < 40 ? "validation" : "test",
    }));
    const { labels, all } = await load({ mergeLabels: true, testExamples: 8 }, split);
    expect([labels, new Set(all.map(({ label }) => label))]).toEqual([["Yes", "no"], new Set(["Yes", "no"])]);
    expect(all).toHaveLength(48);
  });

  test("are not those that differ otherwise: nothing is said or changed", async () => {
    const plain = data.map(({ text }, i) => ({ text, label: ["a", "a.", "b"][i % 3]! }));
    const [usual, merged] = [await load({}, plain), await load({ mergeLabels: true }, plain)];
    expect(usual).toEqual(merged);
    expect(usual.about).toEqual([]);
  });

  test("are listed up to eight", async () => {
    const many = data.map(({ text }, i) => ({ text, label: i % 2 ? `L${i % 10}` : `l${(i + 1) % 10}` }));
    const { about } = await load({}, many);
    expect(about[0]).toMatch(/^10 labels differ .* and 2 more\. .* mergeLabels makes them 5 classes\.$/);
  });

  test("are no matter of instructions, nor of texts in parts", async () => {
    const pairs = data.map(({ text }) => ({ prompt: text, response: "a" }));
    await expect(load({ mergeLabels: true, task: "instruction" }, pairs)).rejects.toThrow(
      "mergeLabels must be absent where the task is instruction",
    );
    await load({ mergeLabels: false }, pairs);
    const parts = { name: "mails", train: [], validation: [], test: [] };
    await expect(load({ mergeLabels: true, data: parts })).rejects.toThrow(
      "mergeLabels must be absent with mails, which is no file",
    );
  });
});
