import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import type { OutcomeTable } from "../../src/index.ts";
import { readOutcomes } from "../../src/readers/read-outcomes.ts";
import { isOutcomes } from "../../src/readers/run-files.ts";
import { temporaryFolder } from "../helpers/files.ts";

/** Reads a text as if it came on standard input, in pieces of so many bytes. */
function read(text: string | Uint8Array, pieceBytes = 7): Promise<OutcomeTable> {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, i) =>
    bytes.subarray(i * pieceBytes, (i + 1) * pieceBytes),
  );
  return readOutcomes("-", { stdin: Readable.from(pieces) });
}

/** What a table says of its runs: rank, seed, outcomes and losses. */
function runs({ cells }: OutcomeTable): unknown[] {
  return cells.map(({ rank, seed, correct, logLoss }) => [
    rank,
    seed,
    Array.from(correct),
    ...(logLoss === undefined ? [] : [Array.from(logLoss)]),
  ]);
}

const header = "rank,seed,example,correct";

describe("where outcomes come from", () => {
  test("a file gives what standard input gives, in CSV or JSON Lines by its content", async () => {
    const csv = `${header},logLoss\n4,1,e1,1,0.5\n4,1,e2,False,1.5\n`;
    const jsonl =
      '{"rank":4,"seed":1,"example":"e1","correct":1,"logLoss":0.5}\n\n{"correct":false,"rank":4,"seed":1,"example":"e2","logLoss":1.5}\n';
    const file = join(temporaryFolder(), "a.csv");
    for (const text of [csv, jsonl]) {
      writeFileSync(file, text);
      const table = await readOutcomes(file);
      expect(runs(table)).toEqual([[4, 1, [1, 0], [0.5, 1.5]]]);
      expect(await read(text)).toEqual(table);
    }
  });

  test.each([1, 2, 3, 50, 1000])("pieces of %i bytes make no difference", async (pieceBytes) => {
    const text = `\ufeff${header},label\r\n4,1,größe,1,"a ""b"""\r\n4,1,"日本\n, 語",0,x`;
    const table = await read(text, pieceBytes);
    expect(runs(table)).toEqual([[4, 1, [1, 0]]]);
    expect(table.prior?.source).toBe("labels");
  });

  test.each(["latin1", "utf16le"] as const)("text in %s is read as it is in data", async (encoding) => {
    const rows = `${header},label\n4,1,e1,1,gr\u00f6\u00dfe\n4,1,e2,0,x\n`;
    expect((await read(Buffer.from(rows, encoding))).prior).toEqual((await read(rows)).prior);
  });

  test("bytes that are no text, and a file that is not there, are refused", async () => {
    await expect(read(Uint8Array.of(0x81, 0x81))).rejects.toThrow("standard input must be text in UTF-8");
    await expect(readOutcomes("none.csv")).rejects.toThrow("none.csv must be a readable file: ENOENT");
  });

  test("is told by the name of the file", () => {
    for (const name of ["-", "a.csv", "a.TSV", "a.txt", "a.jsonl", "a.ndjson"])
      expect(isOutcomes(name)).toBe(true);
    for (const name of ["lorank-sweep", "results.json", "none"]) expect(isOutcomes(name)).toBe(false);
  });
});

describe("separators and headers", () => {
  const rows = [
    ["4", "1", "e1", "0,37", "1,5"],
    ["4", "1", "e2", "1", "0,25"],
  ];
  const semicolons = rows.map((row) => row.join(";")).join("\n");
  const expected = [[4, 1, [0.37, 1], [1.5, 0.25]]];

  test.each([
    ["semicolons", "rank;seed;example;correct;logLoss"],
    ["Excel's first line", "sep=;\nrank;seed;example;correct;logLoss"],
    ["Excel's first line in quotes", '"sep=;"\r\nrank;seed;example;correct;logLoss'],
    ["a byte order mark", "\ufeffsep=;\nrank;seed;example;correct;logLoss"],
    ["capitals", "RANK;Seed;EXAMPLE;Correct;LogLoss"],
    ["spaces around names", ' rank ; seed;example ;"correct"; logLoss'],
  ])("decimal commas below a header with %s", async (_, head) => {
    expect(runs(await read(`${head}\n${semicolons}`))).toEqual(expected);
  });

  test("tabs, and other columns before, between and after", async () => {
    const text = "text\trank\tseed\tx\texample\tcorrect\t\na, b; c\t4\t1\t\te1\t0.37\t\nd\t4\t1\t\te2\t1\t\n";
    expect(runs(await read(text))).toEqual([[4, 1, [0.37, 1]]]);
  });

  test("a decimal comma is a number nowhere else", async () => {
    await expect(read(`${header}\n4,1,e1,"0,37"`)).rejects.toThrow(
      'line 2: correct must be between 0 and 1, got "0,37"',
    );
    await expect(read("rank\tseed\texample\tcorrect\n4\t1\te1\t0,37")).rejects.toThrow('got "0,37"');
    await expect(read(`${header}\n4,1,e1,0,37`)).rejects.toThrow(
      "line 2: must have 4 cells as the header, got 5",
    );
  });

  test("the exact name wins over another case; two of another case are one too many", async () => {
    const text = "Correct,correct,rank,seed,example\n0,1,4,1,e1\n";
    expect(runs(await read(text))).toEqual([[4, 1, [1]]]);
    await expect(read("Correct,CORRECT,rank,seed,example\n0,1,4,1,e1\n")).rejects.toThrow(
      'standard input must have one column correct, got "Correct" and "CORRECT"',
    );
    const json =
      '{"Correct":0,"correct":1,"RANK":4,"seed":1,"example":"e1"}\n{"Rank":4,"seed":1,"example":"e2","correct":0}\n';
    expect(runs(await read(json))).toEqual([[4, 1, [1, 0]]]);
  });

  test("empty rows and cells that pad a row are passed over", async () => {
    expect(runs(await read(`${header}\n\n4,1,e1,1,,\n,,,\n4,1,e2,0\n\n`))).toEqual([[4, 1, [1, 0]]]);
  });
});

describe("values", () => {
  test.each([
    ["1", 1],
    ["0.37", 0.37],
    ["37%", 0.37],
    ["37.5 %", 0.375],
    ["100%", 1],
    ["TRUE", 1],
    ["False", 0],
    ["yes", 1],
    ["No", 0],
    ["1e-1", 0.1],
    [" 1 ", 1],
  ])("correct may be %s", async (cell, value) => {
    expect(runs(await read(`${header}\n4,1,e1,${cell}`))).toEqual([[4, 1, [value]]]);
  });

  test.each(["1.2", "-0.1", '"130%"', '"y"', '"1/2"', '"0x1"', '"nan"', '"Infinity"'])(
    "correct %s is refused as it was written",
    async (value) => {
      const cell = value.replaceAll('"', "");
      const message = `standard input has 1 problem:\n  line 2: correct must be between 0 and 1, got ${value}`;
      await expect(read(`${header}\n4,1,e1,${cell}\n`)).rejects.toThrow(message);
    },
  );

  test("a JSON value of another kind is shown as it is", async () => {
    const row = '{"rank":"4","seed":1,"example":{"id":1},"correct":[1]}';
    await expect(read(row)).rejects.toThrow(
      'line 1: example must be a name or a number, got {"id":1}; correct must be between 0 and 1, got [1]',
    );
  });
});

describe("errors", () => {
  test("an empty value is named as such, with its line", async () => {
    const text = `${header},label\n4,1,e1,1,ham\n4,1,e2,,ham\n4,,e3,1,\n`;
    await expect(read(text)).rejects.toThrow(
      [
        "standard input has 2 problems:",
        "  line 3: correct is empty",
        "  line 4: seed is empty; label is empty, but line 2 has one",
      ].join("\n"),
    );
    const json = '{"rank":4,"seed":1,"example":"a","correct":1}\n{"rank":4,"seed":1,"example":null}\n';
    await expect(read(json)).rejects.toThrow("line 2: example is empty; correct is missing");
  });

  test("predictions where outcomes are expected: each column once, and a way to judge them", async () => {
    const wide = await read("label,r4_s1,r8_s1\nbug,bug,idea\nbug,bug,idea\n").catch(
      (cause: Error) => cause.message,
    );
    expect(wide).toBe(
      'standard input has 4 problems:\n  line 2: "r4_s1" must be between 0 and 1, got "bug" (2 times)\n' +
        '  line 2: "r8_s1" must be between 0 and 1, got "idea" (2 times)\n' +
        "Answers are judged first, in a table with a row for each: columns rank, seed, example, answer and reference. " +
        "lorank judge FILE --metric equals -o outcomes.csv, then: lorank verdict outcomes.csv",
    );
    await expect(read("r4_s1,r8_s1\n0,2\n")).rejects.toThrow(
      '  line 2: "r8_s1" must be between 0 and 1, got 2',
    );
    await expect(read(`${header}\n4,1,a,bug\n`)).rejects.toThrow(
      /correct must be .*, got "bug"\nAnswers are judged/,
    );
    await expect(read(`${header}\n4,1,a,bug\n4,1,b,0\n`)).rejects.toThrow(/got "bug"$/);
    await expect(read(`${header}\n4,1,a,NaN\n`)).rejects.toThrow(/got "NaN"$/);
  });

  test("a rank or a seed that is no whole number", async () => {
    await expect(read(`${header}\n4.5,1,e1,1\n4,one,e1,1\n8r,1,e1,1`)).rejects.toThrow(
      [
        "  line 2: rank must be a whole number of at least 0, got 4.5",
        '  line 3: seed must be a whole number, got "one"',
        '  line 4: rank must be a whole number of at least 0, got "8r"',
      ].join("\n"),
    );
  });

  test("a duplicate names both of its lines, counted over a cell of several lines", async () => {
    const text = `note,${header}\n"two\nlines",4,1,e1,1\n,8,1,e1,1\n,4,1,e1,0\n`;
    await expect(read(text)).rejects.toThrow(
      'line 5: rank 4, seed 1, example "e1" must occur once, got it in line 2 already',
    );
  });

  test("columns that are missing, with those that are there", async () => {
    await expect(read("r,seed,example,correct\n4,1,e1,1\n")).rejects.toThrow(
      expect.objectContaining({
        code: "E_COLUMN",
        message:
          "standard input must have the columns rank, seed, example, correct; rank (or lora_rank, lora_r) missing, got r, seed, example, correct",
      }),
    );
    await expect(read('{"rank":4,"example":"a"}')).rejects.toThrow(
      "standard input, line 1 must have the columns rank, seed, example, correct; seed, correct (or is_correct, score, acc, exact_match) missing, got rank, example",
    );
  });

  test("quotation marks that stay open, or stand inside a cell", async () => {
    await expect(read(`${header}\n4,1,"e1,1\n4,1,e2,1\n`)).rejects.toThrow(
      "standard input, line 2: a quotation mark must be closed, got no other one",
    );
    await expect(read(`${header}\n4,1,e"1",1\n`)).rejects.toThrow(
      "line 2: a quotation mark must stand around a whole cell",
    );
    const endless = `${header}\n4,1,"${"e1,1\n4,1,".repeat(200_000)}`;
    await expect(read(endless, 2 ** 20)).rejects.toThrow("line 2: a quotation mark must be closed");
  });

  test("a line that is no JSON object among others, and a text that holds no rows", async () => {
    const row = '{"rank":4,"seed":1,"example":"a","correct":1}';
    await expect(read(`${row}\n[4,1]\n{"rank":`)).rejects.toThrow(
      '  line 2: must be a JSON object, got [4,1]\n  line 3: must be a JSON object, got {"rank":',
    );
    await expect(read(`${header}\n`)).rejects.toThrow(
      "standard input must have a row for each rank, seed and example, got no row",
    );
    await expect(read("")).rejects.toThrow("got no row");
    await expect(read(`[${row}]`)).rejects.toThrow("must hold a JSON object a line, got an array");
  });
});

test("a column label gives the class prior", async () => {
  const table = await read(`${header},label\n4,1,e1,1,7\n4,1,e2,0,8\n4,1,e3,1,7\n`);
  expect(Array.from(table.prior!.correct)).toEqual([1, 0, 1]);
});

test("a cell of a million characters is read", async () => {
  const long = "x".repeat(900_000);
  const text = `${header},text\n4,1,e1,1,"a ""quoted"" ${long}"\n4,1,e2,0,${long}\n`;
  expect(runs(await read(text, 2 ** 16))).toEqual([[4, 1, [1, 0]]]);
});
