import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Row } from "@lorank/tables";
import { readDataRows } from "@lorank/tables/node";
import type { Target } from "../../../../scripts/attack/attack.ts";
import {
  type Case,
  corpusIn,
  filesWithin,
  type Original,
  textOriginal,
} from "../../../../scripts/attack/corpus.ts";
import {
  eitherOf,
  mutatedEnds,
  mutatedJson,
  mutatedLines,
  mutatedTexts,
} from "../../../../scripts/attack/mutate.ts";
import { mutatedThrift } from "../../../../scripts/attack/thrift.ts";
import { instructionTableOf } from "../../src/data/instruction-table.ts";
import { textTableOf } from "../../src/data/text-table.ts";

/** A table that is read has rows whose numbers rise; made to examples, each has an id of its own and texts that are not empty. */
export function tableTargets(folder: string): readonly Target[] {
  const fixture = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const csv = readFileSync(fixture("../../../../examples/messages.csv"), "utf8")
    .split("\n")
    .slice(0, 30)
    .join("\n");
  const parquet = filesWithin(fixture("../../../tables/test/fixtures/parquet"), ".parquet");
  const target = (
    extension: string,
    originals: readonly Original[],
    mutate: Target["mutate"],
    corpus: Readonly<Record<string, string>>,
  ): Target => ({
    name: extension,
    originals,
    corpus: corpusOf(extension, corpus),
    mutate,
    read: async (mutant) => {
      const path = join(folder, `table.${extension}`);
      writeFileSync(path, mutant);
      const rows = await readDataRows(path);
      assertRising(rows);
      const labelColumn = ["label", "team"].find((name) => rows[0]?.values.has(name));
      if (labelColumn === undefined) assertWhole(instructionTableOf(path, rows).rows);
      else assertWhole(textTableOf(path, rows, { labelColumn }).rows);
    },
  });
  const list = labelled.map((row) => JSON.stringify(row));
  return [
    target("csv", [textOriginal("messages", csv), textOriginal("quoted", quoted)], mutatedLines, {
      "open-quote.csv": "E_DATA",
      "split-of-proto.csv": "E_DATA",
      "wide.csv": "E_DATA",
    }),
    target("tsv", [textOriginal("labelled", tabs)], mutatedLines, { "nul.tsv": "accepted" }),
    target(
      "json",
      [labelled, conversations].map((rows, i) => textOriginal(`${i}`, JSON.stringify(rows))),
      eitherOf(mutatedJson, mutatedLines, mutatedTexts, mutatedTexts),
      {
        "id-of-objects.json": "accepted",
        "nested.json": "E_DATA",
        "null.json": "E_DATA",
        "role-of-constructor.json": "accepted",
        "split-of-proto.json": "E_DATA",
      },
    ),
    target("jsonl", [textOriginal("labelled", list.join("\n"))], mutatedLines, {
      "null.jsonl": "E_DATA",
      "proto.jsonl": "E_DATA",
    }),
    // The others have neither labels nor instructions.
    target(
      "parquet",
      parquet.filter(({ name }) => /(conversations-\w+|labelled).parquet$/.test(name)),
      mutatedEnds,
      {
        "two-bad-columns.parquet": "E_DATA",
        "no-footer.parquet": "E_DATA",
        "long-footer.parquet": "E_DATA",
        "negative-children.parquet": "E_DATA",
        "long-run.parquet": "E_DATA",
      },
    ),
    {
      name: "parquet fields",
      originals: parquet,
      mutate: mutatedThrift,
      read: async (mutant, original) => {
        const path = join(folder, "fields.parquet");
        writeFileSync(path, mutant);
        const rows = await readDataRows(path);
        assertRising(rows);
        const wanted = { conversations: 2, encodings: 4, labelled: 50, values: 3 };
        const [, kind] = /(\w+)(-\w+)?\.parquet$/.exec(original)!;
        if (rows.length !== wanted[kind as keyof typeof wanted])
          throw new Error(`${original} was read to ${rows.length} rows`);
      },
    },
  ];
}

const corpusOf = (name: string, expected: Readonly<Record<string, string>>): Case[] =>
  corpusIn(fileURLToPath(new URL(`./corpus/${name}`, import.meta.url)), expected);

const labelled = Array.from({ length: 12 }, (_, i) => ({
  id: `m${i}`,
  text: `Message ${i}, with "quotes"; größer`,
  label: i % 3,
  split: i % 4 === 0 ? "validation" : "train",
}));
const conversations = Array.from({ length: 6 }, (_, i) => ({
  messages: [
    { role: "user", content: `Question ${i}?` },
    { role: "assistant", content: `Answer ${i}.` },
  ],
}));
const quoted = [
  "id;text;label",
  ...labelled.map(({ id, text, label }) => `${id};"${text.replaceAll('"', '""')}\n";${label}`),
].join("\n");
const tabs = ["text\tlabel", ...labelled.map(({ id, label }) => `about ${id}\t${label}`)].join("\n");

function assertRising(rows: readonly Row[]): void {
  let last = 0;
  for (const { number } of rows) {
    if (!Number.isSafeInteger(number) || number <= last) throw new Error(`row ${number} follows row ${last}`);
    last = number;
  }
}

function assertWhole(examples: readonly object[]): void {
  if (examples.length === 0) throw new Error("a table without rows was accepted");
  const ids = new Set(examples.map((example) => (example as { id: string }).id));
  if (ids.size !== examples.length) throw new Error(`${examples.length} rows have ${ids.size} ids`);
  for (const example of examples) {
    for (const [key, value] of Object.entries(example)) {
      if (key === "messages") continue;
      // Blanks may be an id, as they tell rows apart.
      if (typeof value !== "string" || (key === "id" ? value : value.trim()) === "")
        throw new Error(`${key} of an example is ${JSON.stringify(value)}`);
    }
  }
}
