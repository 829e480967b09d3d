/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { describe, expect, test } from "vitest";
import { shownMetric } from "../../src/metric.ts";
import {
  DataTable,
  differenceCell,
  numberCell,
  scoreCell,
  type TableCell,
} from "../../src/parts/data-table.tsx";
import { html } from "../charts/render.ts";

const accuracy = shownMetric("accuracy", { trials: [], decision: { metric: "accuracy", margin: 0.01 } });

/** The cell beside a row's head, as it stands in the page. */
function cellOf(cell: TableCell): string {
  const columns = [{ head: "Rank" }, { head: "Value" }];
  const table = html(<DataTable caption="Ranks" columns={columns} rows={[{ key: 1, cells: ["4", cell] }]} />);
  return /<th scope="row">4<\/th>(.*?)<\/tr>/.exec(table)![1]!;
}

describe("a cell", () => {
  test("carries its numbers, unrounded to six digits, for the page's script", () => {
    expect(cellOf({ main: "94.3%", raw: [94.25] })).toBe('<td data-raw="94.25">94.3%</td>');
    expect(cellOf({ main: "94.3%", under: "93–95", raw: [94.2512345, 93, 95] })).toBe(
      '<td data-raw="94.2512 93 95">94.3% <span class="under">93–95</span></td>',
    );
  });

  test("that is a plain number, or words, carries none", () => {
    expect(cellOf({ main: "1,234", raw: [1234] })).toBe("<td>1,234</td>");
    expect(cellOf({ main: "1,235", raw: [1234.6] })).toBe('<td data-raw="1234.6">1,235</td>');
    expect(cellOf({ main: "4", raw: [4, 5] })).toBe('<td data-raw="4 5">4</td>');
    expect(cellOf("no claim")).toBe("<td>no claim</td>");
    expect(cellOf({ main: "none", raw: [] })).toBe("<td>none</td>");
  });

  test("can be anything else, under an id", () => {
    expect(cellOf({ id: "cell-a", content: <b>running</b> })).toBe('<td id="cell-a"><b>running</b></td>');
  });
});

describe("a table", () => {
  const table = (last: string) =>
    html(
      <DataTable
        caption="Ranks"
        columns={[
          { head: "Rank", words: true },
          { head: "Size", unit: "bytes", under: "of a file" },
          { head: "Note", optional: true },
        ]}
        rows={[
          { key: 1, cells: ["4", "10", "–"] },
          { key: 2, cells: ["8", "20", last], strong: true },
          { key: 3, cells: ["all", "30", "–"], foot: true },
        ]}
      />,
    );

  test("has no column in which no row has a value", () => {
    expect(table("–")).not.toContain("Note");
    expect(table("new")).toMatch(/Note.*<td>new<\/td>/s);
  });

  test("keeps sums below its body, words flush left, and units for a file", () => {
    const text = table("–");
    expect(/<tbody>(.*)<\/tbody>/.exec(text)![1]).not.toContain("all");
    expect(/<tfoot>(.*)<\/tfoot>/.exec(text)![1]).toBe(
      '<tr><th scope="row" class="words">all</th><td>30</td></tr>',
    );
    expect(text).toContain('<tr class="strong"><th scope="row" class="words">8</th>');
    expect(text).toContain('data-unit="bytes">Size <span class="under">of a file</span></th>');
  });
});

describe("numbers in cells", () => {
  test("that are not there are a dash", () => {
    expect([undefined, Number.NaN, Infinity].map((value) => numberCell(value, String))).toEqual([
      "–",
      "–",
      "–",
    ]);
    expect(scoreCell(accuracy, undefined)).toBe("–");
    expect(differenceCell(accuracy, undefined, [0, 1])).toBe("–");
  });

  test("are in percent or points where the metric is a share", () => {
    expect(numberCell(0.5, (x) => `${x}!`, 100)).toEqual({ main: "0.5!", raw: [50] });
    expect(scoreCell(accuracy, { mean: 0.5, interval: [0.25, 0.75] })).toEqual({
      ...{ main: "50.0%", under: "25.0–75.0%", raw: [50, 25, 75] },
    });
    expect(differenceCell(accuracy, 0.125, [-0.25, 0.5])).toEqual({
      ...{ main: "+12.5", under: "−25.0 to +50.0", raw: [12.5, -25, 50] },
    });
    expect(differenceCell(accuracy, 0.125, undefined)).toEqual({
      ...{ main: "+12.5", under: "no interval", raw: [12.5] },
    });
  });
});
