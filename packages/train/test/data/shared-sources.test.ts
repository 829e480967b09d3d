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

test("fewer than a tenth are not, nor where a group column is named or declined", async () => {
  const pair = [{ text: "Invoice no. 7!" }, { text: "invoice No 7" }];
  const more = { text: "zzz" };
  expect(await said([...texts(...pair), more])).toEqual([]);
  expect(await said(texts({ text: "What is 3 + 4?" }, { text: "What is 5 + 4?" }))).toEqual([]);
  expect(await said(texts(...pair), { groupColumn: "none" })).toEqual([]);
});
