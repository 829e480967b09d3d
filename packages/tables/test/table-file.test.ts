import { constants } from "node:buffer";
import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../scripts/temporary-folder.ts";
import { readDataRows } from "../src/data-files.ts";
import type { ReadOptions } from "../src/read-options.ts";
import { listRows } from "../src/rows.ts";
import { parseProblem } from "../src/text-problems.ts";
import { readRows } from "./helpers/read-rows.ts";

const folder = temporaryFolder();

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
  test.each(["nul.csv", "nul.jsonl", "nul.json"])("%s of NUL alone is no text", (name) => {
    const path = write(name, new Uint8Array(1000));
    expect(messageOf(path)).toBe(
      `${path} must be text, got NUL characters in its first line\nIt is another kind of file, or its copy was cut: save or copy it again.`,
    );
  });
  test("more rows than an array or the memory has room for are no fault in the text", () => {
    expect(parseProblem("a.csv", new RangeError("Invalid array length"))).toMatchObject({
      code: "E_DATA",
      message: expect.stringContaining(
        "a.csv must have fewer rows, got more than there is memory for\nLeave",
      ),
    });
  });
  test("an open quote, two columns of one name", () => {
    expect(messageOf(write("open.csv", 'text,label\n"a,x\n'))).toMatch(
      "must be well-formed: the cell that opens with a quote in line 2 must end with one, got none",
    );
    const path = write("twice.csv", "text,text\na,x\n");
    expect(messageOf(path)).toBe(`the columns of ${path} must be distinct, got "text" twice`);
  });
  test("every line of JSONL that is no object is named at once, with the reason of the first that is no JSON", () => {
    const path = write("b.ndjson", '{"a":1}\n[1]\n{"a":\nnull\n');
    expect(messageOf(path)).toBe(
      `every line of ${path} must be a JSON object, got another in lines 2, 3, 4 (line 3: Unexpected end of JSON input)`,
    );
  });
  test("a file past the longest string, which is not read first", () => {
    const path = write("large.csv", "text,label\n");
    truncateSync(path, 600_000_000); // a hole: it takes no room
    expect(messageOf(path)).toBe(
      `${path} must have at most ${constants.MAX_STRING_LENGTH} bytes, got 600000000\n` +
        "Leave rows out, or convert it to Parquet, which may be larger.",
    );
  });

  test("a file that is missing, or of another kind", () => {
    expect(messageOf(join(folder, "none.csv"))).toMatch(
      `${join(folder, "none.csv")} must be a readable file: ENOENT`,
    );
    expect(messageOf("mail.xlsx")).toBe(
      "data must be a .csv, .txt, .tsv, .jsonl, .ndjson, .json or .parquet file, got mail.xlsx\n" +
        "Save its sheet as CSV in the program that wrote it.",
    );
  });
});

/** Rows and what was said of them. */
async function told(path: string, options: ReadOptions = {}) {
  const notes: string[] = [];
  const optionName = (option: string) => `<${option}>`;
  const rows = await readDataRows(path, { optionName, onNote: (note) => notes.push(note), ...options });
  return { rows: rows.map(({ number, values }) => [number, Object.fromEntries(values)]), notes };
}

describe("readDataRows", () => {
  const table = "text;label\r\nGrüße, Jörg;ham\r\n";
  const rows = [[1, { text: "Grüße, Jörg", label: "ham" }]];
  const delimiterNote = (path: string, what: string) =>
    `The cells of ${path} have ${what} between them, by its header (<delimiter> says otherwise).`;
  const encodingNote = (path: string, what: string) =>
    `Read ${path} as ${what}, which was found from its bytes (<encoding> says otherwise).`;

  test("says nothing of commas in UTF-8, of tabs in .tsv and of JSON", async () => {
    for (const [name, text] of [
      ["plain.csv", "text,label\nä;|b,ham\n"],
      ["plain.tsv", "text\tlabel\nä;|b\tham\n"],
      ["plain.jsonl", '{"text":"ä;|b","label":"ham"}\n'],
      ["plain.json", '[{"text":"ä;|b","label":"ham"}]'],
    ] as const)
      expect(await told(write(name, text))).toEqual({
        rows: [[1, { text: "ä;|b", label: "ham" }]],
        notes: [],
      });
  });
  test("a semicolon file of Excel in Windows-1252", async () => {
    const path = write("excel.csv", Buffer.from(table, "latin1"));
    expect(await told(path)).toEqual({
      rows,
      notes: [encodingNote(path, "Windows-1252"), delimiterNote(path, '";"')],
    });
  });
  test("Excel's Unicode text: UTF-16 with tabs, saved as .txt or .csv", async () => {
    const bytes = Buffer.from(`\uFEFF${table.replaceAll(";", "\t")}`, "utf16le");
    for (const name of ["unicode.txt", "unicode.csv"]) {
      const path = write(name, bytes);
      expect(await told(path)).toEqual({
        rows,
        notes: [encodingNote(path, "UTF-16 LE"), delimiterNote(path, "tabs")],
      });
    }
    const path = write("unicode.tsv", bytes);
    expect((await told(path)).notes).toEqual([encodingNote(path, "UTF-16 LE")]);
  });
  test("what is asked for is taken and not said", async () => {
    const path = write("asked.csv", Buffer.from(table, "latin1"));
    expect(await told(path, { encoding: "windows-1252", delimiter: ";" })).toEqual({ rows, notes: [] });
    await expect(told(path, { encoding: "utf-8" })).rejects.toThrow(
      `${path} must be in UTF-8, got other bytes`,
    );
    expect((await told(path, { delimiter: "|" })).rows).toEqual([[1, { "text;label": "Grüße, Jörg;ham" }]]);
  });
  test("a delimiter of JSON, and either of Parquet, was not meant", async () => {
    await expect(told(write("d.jsonl", "{}"), { delimiter: ";" })).rejects.toThrow(
      "<delimiter> must be absent with JSON, got ;",
    );
    await expect(told(write("d.jsonl", "{}"), { quote: "none" })).rejects.toThrow(
      "<quote> must be absent with JSON, got none",
    );
    await expect(told("d.parquet", { delimiter: ";", encoding: "utf-8", quote: "none" })).rejects.toThrow(
      "<encoding>, <delimiter>, <quote> must be absent with Parquet, which is no text, got d.parquet",
    );
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
