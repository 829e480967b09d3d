import { expect, test } from "vitest";
import { renderTable } from "../src/output.ts";

test("figures go right, words left, and an empty column is left out", () => {
  const rows = [
    { n: "4", word: "short", none: "" },
    { n: "32", word: "longer word", none: "" },
  ];
  const table = renderTable(
    [
      { title: "n", cell: (row) => row.n },
      { title: "absent", cell: (row) => row.none },
      { title: "word", align: "left", cell: (row) => row.word },
    ],
    rows,
  );
  expect(table).toBe([" n  word", " 4  short", "32  longer word"].join("\n"));
});

test("style is put around padded lines, so that codes do not shift columns", () => {
  const table = renderTable([{ title: "n", cell: (n: number) => String(n) }], [1, 10], {
    title: (line) => `<${line}>`,
    row: (line, n) => (n === 1 ? `*${line}*` : line),
  });
  expect(table).toBe("< n>\n* 1*\n10");
});
