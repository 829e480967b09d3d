import { expect, test } from "vitest";
import { RowOfTable } from "../src/rows.ts";

test("a row of a table is a map of its cells by column", () => {
  const columns = new Map([
    ["text", 0],
    ["label", 1],
  ]);
  const row = new RowOfTable(columns, ["a text", "x"]);
  const map = new Map([
    ["text", "a text"],
    ["label", "x"],
  ]);
  expect([row.size, row.get("label"), row.get("other"), row.has("text"), row.has("other")]).toEqual([
    2,
    "x",
    undefined,
    true,
    false,
  ]);
  expect(new Map(row)).toEqual(map);
  expect([[...row.keys()], [...row.values()], [...row.entries()]]).toEqual([
    [...map.keys()],
    [...map.values()],
    [...map.entries()],
  ]);
  const seen: unknown[] = [];
  row.forEach((cell, column, whole) => void seen.push([column, cell, whole]));
  expect(seen).toEqual([...map].map(([column, cell]) => [column, cell, row]));
});
