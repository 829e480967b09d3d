import { describe, expect, test } from "vitest";
import { type SeparatedOptions, separatedRows } from "../src/separated-text.ts";

/** Columns, the cells of the first row, and the delimiter that was found. */
function read(text: string, options: Partial<SeparatedOptions> = {}) {
  const { rows, found } = separatedRows("a.csv", text, {
    ...{ endingDelimiter: ",", quoteOption: "--quote", columns: [] },
    ...options,
  });
  const values = rows[0]?.values ?? new Map();
  return { columns: [...values.keys()], cells: [...values.values()], found };
}

const asTabs: SeparatedOptions = { endingDelimiter: "tab", quoteOption: "--quote", columns: [] };

describe("the delimiter", () => {
  test.each([";", "|", "tab"] as const)("%s is found from the header", (delimiter) => {
    const character = delimiter === "tab" ? "\t" : delimiter;
    const text = `text${character}label\nsnow, ice${character}cold\n`;
    expect(read(text)).toEqual({
      columns: ["text", "label"],
      cells: ["snow, ice", "cold"],
      found: delimiter,
    });
  });
  test("is the usual one where the header has as much of it", () => {
    expect(read("a;b,c\n1;2,3\n")).toEqual({ columns: ["a;b", "c"], cells: ["1;2", "3"], found: undefined });
    expect(read("only\n1;2\n").found).toBeUndefined();
  });
  test("is the one with the columns that are looked for, before the one with more cells", () => {
    expect(read("a;b;c;text,label\n1;2;3;4,5\n").columns).toEqual(["a;b;c;text", "label"]);
    expect(read("a, b, c;text;label\n1;2;3\n").columns).toEqual(["a, b, c", "text", "label"]);
    const asked = { columns: ["a;b;c", "d"] };
    expect(read("a;b;c,d\n1;2;3,4\n", asked).columns).toEqual(asked.columns);
    expect(read("a;b;c,d\n1;2;3,4\n").columns).toEqual(["a", "b", "c,d"]);
  });
  test("in quotation marks is none", () => {
    expect(read('"text, short; and clean";"label"\n"a;b";c\n')).toEqual({
      columns: ["text, short; and clean", "label"],
      cells: ["a;b", "c"],
      found: ";",
    });
  });
  test("of a .tsv is a tab where the header has one", () => {
    const endingDelimiter = "tab";
    expect(read("text, a, b\tlabel\n1\t2\n", { endingDelimiter })).toMatchObject({
      cells: ["1", "2"],
      found: undefined,
    });
    expect(read("text;label\n1;2\n", { endingDelimiter })).toMatchObject({ cells: ["1", "2"], found: ";" });
    expect(read("text,label\n1,2\n", { endingDelimiter })).toMatchObject({ cells: ["1", "2"], found: "," });
  });
});

describe("a quote", () => {
  test("inside a cell that opens with none is a character", () => {
    const text = 'a "b"\tc\n5" pipe\t6\'2"\n"7"" pipe"\t"one\ntwo"\n""\t"a\tb"\n';
    const { rows } = separatedRows("a.tsv", text, { ...asTabs });
    expect(rows.map(({ values }) => [...values.values()])).toEqual([
      ['5" pipe', "6'2\""],
      ['7" pipe', "one\ntwo"],
      ["", "a\tb"],
    ]);
  });
  test("inside a cell of the header hides no delimiter", () => {
    expect(read('size 5";label\n1;2\n')).toEqual({
      columns: ['size 5"', "label"],
      cells: ["1", "2"],
      found: ";",
    });
    expect(read('"a, b";"c, d"\n1;2\n').found).toBe(";");
  });
  test.each([
    ['text,label\na,x\n"b,y\nc,z\n', 3, "none up to the end of the file"],
    ['text,label\n"a\nb",x\nc,"y" z\n', 4, '" " behind it'],
    ['text,label\r\n"5" pipe,x\r\n', 2, '" " behind it'],
    ['"text\nof two lines",label\r\n"a"\n,x\r\n', 3, '"\\n" behind it'],
  ])("that opens a cell has to end it: %j", (text, line, got) => {
    expect(() => read(text)).toThrow(
      `a.csv must be well-formed: the cell that opens with a quote in line ${line} must end with one, got ${got}\n` +
        "A quote that opens no cell is a character. --quote none takes every quote for one.",
    );
  });
  test("is a character anywhere where that is asked for", () => {
    const text = 'text\tlabel\n"Hello," she said\t"\n"open\t""\n';
    const { rows } = separatedRows("a.tsv", text, { ...asTabs, quote: "none" });
    expect(rows.map(({ values }) => [...values.values()])).toEqual([
      ['"Hello," she said', '"'],
      ['"open', '""'],
    ]);
    expect(read('"a;b";c\n1;2;3\n', { quote: "none" }).columns).toEqual(['"a', 'b"', "c"]);
  });
});

describe("Excel's first line", () => {
  test.each(["sep=;\n", "SEP=;\r\n", '"sep=;"\r\n'])("%j names the delimiter and is no header", (line) => {
    for (const end of ["\n", "\r\n"])
      expect(read(`${line}text,a;label${end}1;2${end}`)).toEqual({
        columns: ["text,a", "label"],
        cells: ["1", "2"],
        found: undefined,
      });
  });
  test("gives way to a delimiter that is asked for, and is no header then either", () => {
    expect(read("sep=;\ntext|label\n1|2\n", { requested: "|" })).toMatchObject({
      columns: ["text", "label"],
    });
  });
  test("counts as a line in messages", () => {
    expect(() => read("sep=;\ntext;label\n1;2\n3\n")).toThrow(/a\.csv must be well-formed: .* line 4/);
  });
});
