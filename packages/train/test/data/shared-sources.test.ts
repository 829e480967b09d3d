import { readData } from "@lorank/tables/node";
import { expect, test } from "vitest";
import type { DataOptions, DataRow } from "../../src/data/data-options.ts";
import { loadDataset } from "../../src/data/load-dataset.ts";

const said = async (validation: readonly DataRow[], options: Partial<DataOptions> = {}) => {
  const train = Array.from({ length: 10 }, (_, i) => ({
    text: `train ${i}`,
    label: `${i % 2}`,
    split: "train",
  }));
  const rows = validation.map((row, i) => ({ label: `${i % 2}`, split: "validation", ...row }));
  const { notes } = await loadDataset({ data: [...train, ...rows], ...options }, readData);
  return notes.filter((note) => note.includes("independent evidence"));
};
const letters = "abcdefghijklmnopqrstuvwxyz";
/** Twenty texts with no word in common, the last ones changed. */
const texts = (...last: readonly DataRow[]): DataRow[] => [
  ...Array.from({ length: 20 - last.length }, (_, i) => ({ text: letters[i]!.repeat(3) })),
  ...last,
];

test("mails of a thread are noticed by the first line of their text, or by a column", async () => {
  const threaded = (line: string) => ({ text: `Subject: ${line}\n\nbody of ${line}` });
  const note =
    "2 of 20 validation texts have the subject line of another, but for Re: and Fwd:. Texts of one thread are no " +
    "independent evidence: groupColumn names a column by which intervals count threads.";
  expect(await said(texts(threaded("Lunch on Friday"), threaded("RE: Fwd: lunch on Friday")))).toEqual([
    note,
  ]);
  const column = (subject: string | null) => ({ text: `text of ${subject}`, Subject: subject });
  expect(await said(texts(column("Lunch"), column("Aw: Lunch"), column(null), column("")))).toEqual([note]);
  expect(await said(texts(column("Lunch"), column("Dinner")))).toEqual([]);
});

test("texts that are nearly the same are noticed", async () => {
  expect(await said(texts({ text: "Invoice no. 7!" }, { text: "invoice No 7" }))).toEqual([
    "2 of 20 validation texts differ from another only in case, spaces or punctuation. Texts of one source are no " +
      "independent evidence: groupColumn names a column by which intervals count sources.",
  ]);
});

/** Sixty words that no other text has, by its name. */
const passage = (name: string) => Array.from({ length: 60 }, (_, i) => `${name}${i}`).join(" ");
const loaded = async (rows: readonly DataRow[], options: Partial<DataOptions> = {}) => {
  const data = rows.map((row, i) => ({ label: `${i % 2}`, ...row }));
  const { notes, sharedSources } = await loadDataset({ data, ...options }, readData);
  return { notes: notes.filter((note) => note.includes("passages")), sharedSources };
};
const inPart = (split: string, bodies: readonly string[]) => bodies.map((text) => ({ text, split }));

test("texts that quote one document are noticed, and kept for the verdict", async () => {
  const training = inPart("train", letters.split("").map(passage));
  const questions = (document: string, count: number) =>
    Array.from({ length: count }, (_, i) => `${passage(document)} and what of ${i}?`);
  const own = Array.from({ length: 12 }, (_, i) => passage(`own${letters[i]}`));
  const rows = [
    ...training,
    ...inPart("validation", [...questions("one", 4), ...questions("two", 4), ...own]),
  ];
  expect(await loaded(rows)).toEqual({
    sharedSources: { validation: 8, by: "passages" },
    notes: [
      "8 of 20 validation texts share long passages with another. Texts of one document are no independent evidence: " +
        "groupColumn names a column by which intervals count documents.",
    ],
  });
  expect(await loaded(rows, { groupColumn: "none" })).toEqual({ sharedSources: undefined, notes: [] });
});

test("texts that quote a document of the training texts are noticed", async () => {
  const training = inPart("train", letters.split("").map(passage));
  const validation = letters
    .split("")
    .map((letter, i) => (i < 5 ? `${passage(letter)} again` : passage(`new${letter}`)));
  expect(await loaded([...training, ...inPart("validation", validation)])).toEqual({
    sharedSources: { validation: 0, withTraining: 5, by: "passages" },
    notes: [
      "5 of 26 validation texts share long passages with a training text. Texts of one document on both sides make validation " +
        "look better than new documents would: with groupColumn a document is on one side.",
    ],
  });
});

test("words that all texts are framed in are no document", async () => {
  const framed = (name: string) =>
    `Below is an instruction that describes a task. Write a response. ${name} ${name}x`;
  const names = (start: string) => letters.split("").map((letter) => framed(start + letter));
  const rows = [...inPart("train", names("t")), ...inPart("validation", names("v"))];
  expect(await loaded(rows)).toEqual({ sharedSources: undefined, notes: [] });
});

test("fewer than a tenth are not, nor where a group column is named or declined", async () => {
  const pair = [{ text: "Invoice no. 7!" }, { text: "invoice No 7" }];
  const more = { text: "zzz" };
  expect(await said([...texts(...pair), more])).toEqual([]);
  expect(await said(texts({ text: "What is 3 + 4?" }, { text: "What is 5 + 4?" }))).toEqual([]);
  expect(await said(texts(...pair), { groupColumn: "none" })).toEqual([]);
});
