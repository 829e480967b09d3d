import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { listRows } from "../../src/data/row.ts";
import { readRows } from "../../src/data/table-file.ts";

const folder = mkdtempSync(join(tmpdir(), "lorank-table-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}
const rowsOf = (path: string) =>
  readRows(path).map(({ number, values }) => [number, Object.fromEntries(values)]);
const messageOf = (path: string): string => {
  try {
    readRows(path);
  } catch (error) {
    expect(error).toMatchObject({ name: "InputError", code: "E_DATA" });
    return (error as Error).message;
  }
  throw new Error("readRows did not throw");
};

describe("readRows", () => {
  test("CSV as RFC 4180 has it: quotes, commas, line breaks, doubled quotes; CRLF, a byte order mark and blank lines", () => {
    const path = write("a.csv", '\uFEFFtext,label\r\n"one, ""two""\nthree",x\r\n\r\nfour,y\r\n');
    expect(rowsOf(path)).toEqual([
      [1, { text: 'one, "two"\nthree', label: "x" }],
      [2, { text: "four", label: "y" }],
    ]);
  });
  test("TSV keeps commas", () => {
    const path = write("a.TSV", "label\ttext\nham\tyes, please\n");
    expect(rowsOf(path)).toEqual([[1, { label: "ham", text: "yes, please" }]]);
  });
  test("JSONL is numbered by line, and its values keep their types", () => {
    const path = write("a.jsonl", '{"text":"a\\nb","label":1}\n\n{"text":"c","label":true}');
    expect(rowsOf(path)).toEqual([
      [1, { text: "a\nb", label: 1 }],
      [3, { text: "c", label: true }],
    ]);
  });
  test("a row with a missing or surplus cell is named by its line", () => {
    const path = write("ragged.csv", "text,label\na,x\nb\n");
    expect(messageOf(path)).toMatch(`${path} must be well-formed: `);
    expect(messageOf(path)).toMatch("line 3");
  });
  test("an open quote, two columns of one name", () => {
    expect(messageOf(write("open.csv", 'text,label\n"a,x\n'))).toMatch(
      "must be well-formed: Quote Not Closed",
    );
    const path = write("twice.csv", "text,text\na,x\n");
    expect(messageOf(path)).toBe(`the columns of ${path} must be distinct, got "text" twice`);
  });
  test("every line of JSONL that is no object is named at once", () => {
    const path = write("b.ndjson", '{"a":1}\n[1]\n{"a":\nnull\n');
    expect(messageOf(path)).toBe(`every line of ${path} must be a JSON object, got another in rows 2, 3, 4`);
  });
  test("a file that is missing, of another kind or not in UTF-8", () => {
    expect(messageOf(join(folder, "none.csv"))).toMatch(
      `${join(folder, "none.csv")} must be a readable file: ENOENT`,
    );
    expect(messageOf("mail.xlsx")).toBe(
      "data must be a .csv, .tsv, .jsonl, .ndjson or .parquet file, got mail.xlsx",
    );
    expect(messageOf("mail.parquet")).toBe(
      "mail.parquet must be read by readDataRows, which can wait for it",
    );
    const latin1 = write("latin1.csv", Uint8Array.of(0x74, 0x0a, 0xe9, 0x0a));
    expect(messageOf(latin1)).toBe(`${latin1} must be in UTF-8: convert it first, then try again`);
  });
});

describe("listRows", () => {
  test("names one row, several, and no more than ten", () => {
    expect(listRows([7])).toBe("row 7");
    expect(listRows([1, 2])).toBe("rows 1, 2");
    expect(listRows(Array.from({ length: 12 }, (_, i) => i))).toBe(
      "rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more",
    );
  });
});
