import { describe, expect, test } from "vitest";
import { type SeparatedOptions, separatedRows } from "../../src/data/table-file.ts";

/** Columns, the cells of the first row, and the delimiter that was found. */
function read(text: string, options: Partial<SeparatedOptions> = {}) {
  const { rows, found } = separatedRows("a.csv", text, { endingDelimiter: ",", columns: [], ...options });
  const values = rows[0]?.values ?? new Map();
  return { columns: [...values.keys()], cells: [...values.values()], found };
}

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
