import { describe, expect, test } from "vitest";
import { ownTestPart, testPart } from "../../src/data/chosen-examples.ts";
import type { DataOptions } from "../../src/data/data-options.ts";
import { shareOut } from "../../src/data/parts.ts";

const row = (text: string, split?: "train" | "validation" | "test") => ({
  id: text,
  text,
  label: "a",
  ...(split === undefined ? {} : { split }),
});
const rows = (name: string, count: number, split?: "train" | "validation" | "test") =>
  Array.from({ length: count }, (_, i) => row(`${name}${i}`, split));
const asked = (options: Partial<DataOptions> = {}): DataOptions => ({ data: [], ...options });
const textOf = ({ text }: { readonly text: string }) => text;
const kind = { noun: "text", keyOf: textOf, placeOf: textOf };
const shares = (test: ReturnType<typeof rows>, isDrawn = false) => ({
  train: rows("t", 3),
  validation: rows("v", 3),
  test,
  drawn: { validation: true, test: isDrawn },
});

describe("testPart", () => {
  test("leaves out what is also in training or validation or came before, and says how much", () => {
    const own = [row("t1"), row("x"), row("v2"), row("y"), row("x"), row("z")];
    const { test: taken, notes } = testPart(shares(own), asked({ testExamples: 2 }), kind);
    expect(taken!.map(textOf)).toEqual(["x", "y"]);
    expect(notes).toEqual(["Left out 3 test texts that occurred in training, in validation or before."]);
    expect(testPart(shares(own), asked({ testData: "f.csv" }), kind).test).toHaveLength(3);
  });
  test("takes none unless asked, and says that the file has some", () => {
    expect(testPart(shares(rows("x", 9)), asked(), kind)).toEqual({
      test: undefined,
      notes: ["Left 9 test texts alone (testExamples scores on them)."],
    });
    for (const options of [{ testExamples: 0 }, { testExamples: 0, testData: "f.csv" }])
      expect(testPart(shares(rows("x", 9)), asked(options), kind)).toEqual({
        test: undefined,
        notes: [],
      });
    expect(testPart(shares([]), asked(), kind).notes).toEqual([]);
  });
  test("refuses more than there is, and fewer than an interval needs", () => {
    expect(() => testPart(shares([...rows("x", 3), row("v0")]), asked({ testExamples: 4 }), kind)).toThrow(
      "testExamples must be at most 3, what the data hold besides training and validation, got 4",
    );
    expect(() => testPart(shares([row("x"), row("t0")]), asked({ testData: "f.csv" }), kind)).toThrow(
      "the test examples must be two or more that are not in training or validation, got 1",
    );
  });
  test("says that rows were drawn", () => {
    const { notes } = testPart(shares(rows("x", 3), true), asked({ testExamples: 3 }), {
      ...kind,
      noun: "example",
    });
    expect(notes).toEqual([
      "Test examples were drawn from what was left for training. A column named split would decide instead.",
    ]);
  });
});

describe("shareOut with test rows", () => {
  const all = [...rows("a", 30), ...rows("b", 20).map((one) => ({ ...one, label: "b" }))];
  const ids = (part: readonly { readonly id: string }[]) => part.map(({ id }) => id);

  test("draws them class by class from what is left, and the validation rows stay the same", () => {
    const [without, drawn] = [shareOut(all, 10), shareOut(all, 10, 8)];
    expect(ids(drawn.validation)).toEqual(ids(without.validation));
    expect(without.test).toEqual([]);
    expect(drawn.test.length).toBeGreaterThanOrEqual(8);
    expect(new Set(drawn.test.map(({ label }) => label))).toEqual(new Set(["a", "b"]));
    expect([...drawn.train, ...drawn.validation, ...drawn.test].map(({ id }) => id).toSorted()).toEqual(
      ids(all).toSorted(),
    );
    expect([without.drawn, drawn.drawn]).toEqual([
      { validation: true, test: false },
      { validation: true, test: true },
    ]);
  });
  test("takes the file's own where it names some", () => {
    const named = [...rows("a", 10, "train"), ...rows("v", 4, "validation"), ...rows("x", 5, "test")];
    const { train, test: own, drawn } = shareOut(named, undefined, 3);
    expect(ids(own).toSorted()).toEqual(["x0", "x1", "x2", "x3", "x4"]);
    expect(train).toHaveLength(10);
    expect(drawn).toEqual({ validation: false, test: false });
  });
});

test("a file of test rows gives all of them, or those of its own test part", () => {
  expect(ownTestPart(rows("x", 4)).map(textOf).toSorted()).toEqual(["x0", "x1", "x2", "x3"]);
  expect(ownTestPart([...rows("t", 3, "train"), ...rows("x", 2, "test")])).toHaveLength(2);
});
