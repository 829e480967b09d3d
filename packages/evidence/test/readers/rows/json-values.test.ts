import { truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { jsonFile, mostJsonBytes } from "../../../src/readers/files/json-file.ts";
import { addScored, jsonOf, member, wholeIn } from "../../../src/readers/rows/json-values.ts";
import { writeRuns } from "../../helpers/evaluators.ts";

describe("JSON", () => {
  test("as Python writes it has null for what is no number, but in texts", () => {
    expect(jsonOf('{"a": NaN, "b": [-Infinity, "NaN \\" Infinity"]}', "x")).toEqual({
      a: null,
      b: [null, 'NaN " Infinity'],
    });
    expect(() => jsonOf("{a}", "x")).toThrow("x must be JSON: ");
  });

  test("in a file that cannot be read, or is too large, is refused", () => {
    const folder = writeRuns({ "a.json": "{}" });
    expect(jsonFile(join(folder, "a.json"))).toEqual({});
    expect(() => jsonFile(join(folder, "b.json"))).toThrow("b.json must be a readable file: ENOENT");
    truncateSync(join(folder, "a.json"), mostJsonBytes + 1);
    expect(() => jsonFile(join(folder, "a.json"))).toThrow(`must have at most ${mostJsonBytes} bytes`);
  });

  test("members are a value's own", () => {
    expect(member({ a: { b: 1 } }, "a", "b")).toBe(1);
    for (const value of [undefined, null, 1, "a", []]) expect(member(value, "constructor")).toBeUndefined();
  });
});

/** What becomes of a row with this score: its outcome, or its fault. */
function added(value: unknown): unknown {
  const got: unknown[] = [];
  const to = {
    add: (row: object) => void got.push(row),
    reject: (_: number, fault: string) => void got.push(fault),
  };
  addScored(to, { example: "a" }, 1, { name: "f1", value, groupOf: () => ({ group: "g" }) });
  return got[0];
}

test("a score is a number from 0 to 1, a switch or the text of one", () => {
  expect([0, 0.5, true, "yes", "0.25", "25%"].map(added)).toEqual(
    [0, 0.5, 1, 1, 0.25, 0.25].map((correct) => ({ example: "a", correct, group: "g" })),
  );
  expect(["7", 7, "x", -1, 1.5, null].map(wholeIn)).toEqual([7, 7, ...Array(4).fill(undefined)]);
});

test("a score that is none is named in short", () => {
  const rule = "f1 must be between 0 and 1, got ";
  expect([2, -1, "C", "x".repeat(99), [1], undefined, null].map(added)).toEqual(
    ["2", "-1", '"C"', `"${"x".repeat(59)}…`, "a list or an object", "none", "none"].map((got) => rule + got),
  );
});
