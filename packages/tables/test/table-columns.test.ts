import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { tableColumns } from "../src/table-columns.ts";

const MIB = 2 ** 20;

/** The columns of a file, and how many of its bytes were read for them. */
async function columnsOf(name: string, content: string | Uint8Array) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  let read = 0;
  const columns = await tableColumns(name, bytes.length, async (start, end) => {
    read += end - start;
    return bytes.slice(start, end);
  });
  return { columns, read };
}

/** More than two MiB, with line ends and delimiters in quoted cells. */
const cells = `"a line\nand, more é""",x\n`.repeat(1e5);
const objects = Array.from({ length: 5e4 }, (_, i) =>
  JSON.stringify({ text: `a } "é\\ ${i}`, info: { tags: [{ id: i }] }, label: "x" }),
);

test.each([
  ["a.csv", `text,label\n${cells}`],
  ["a.csv", `sep=;\ntext;label\n${cells}`],
  ["a.tsv", `text\tlabel\n${cells}`],
  ["a.csv", "text,label\na,x\n"],
  ["a.csv", new Uint8Array(Buffer.from(`text,label\n${cells}`, "utf16le"))],
])("%s is read to its first MiB", async (name, content) => {
  const { columns, read } = await columnsOf(name, content);
  expect(columns).toEqual(["text", "label"]);
  expect(read).toBe(Math.min(content.length, MIB));
});

test.each([
  ["a.jsonl", objects.join("\n")],
  ["a.json", objects.join("\n")],
  ["a.json", `[${objects.join(",")}]`],
  ["a.json", `{"rows": [\n${objects.join(",\n")}\n]}`],
  ["a.json", `[${objects[0]}]`],
])("%s of objects is read to its first MiB", async (name, content) => {
  const { columns, read } = await columnsOf(name, content);
  expect(columns).toEqual(["text", "info", "label"]);
  expect(read).toBeLessThanOrEqual(MIB);
});

test("of Parquet the end alone is read", async () => {
  const small = readFileSync(new URL("./fixtures/parquet/labelled.parquet", import.meta.url));
  const footer = small.readUInt32LE(small.length - 8);
  const before = small.length - footer - 8;
  const large = Buffer.concat([Buffer.alloc(3 * MIB), small.subarray(before)]);
  const { columns, read } = await columnsOf("a.parquet", large);
  expect(columns).toEqual((await columnsOf("a.parquet", small)).columns);
  expect(columns).toEqual(["text", "label"]);
  expect(read).toBe(MIB / 2);
  large.writeUInt32LE(2 ** 25 - 12, large.length - 8);
  const claimed = tableColumns("a.parquet", 2 ** 25, async () => large.subarray(-MIB / 2));
  await expect(claimed).rejects.toThrow("the footer must have at most 16777216 bytes, got ");
});
