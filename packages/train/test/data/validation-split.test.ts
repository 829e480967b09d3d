import { describe, expect, test } from "vitest";
import { splitTrainValidation } from "../../src/data/parts.ts";
import type { TextRow } from "../../src/data/text-table.ts";

const rows = (counts: Record<string, number>, split?: TextRow["split"]): TextRow[] =>
  Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${label}${i}`,
      label,
      text: "a",
      ...(split && { split }),
    })),
  );
const count = (part: readonly TextRow[], label: string) => part.filter((row) => row.label === label).length;
const ids = (part: readonly TextRow[]) => part.map(({ id }) => id);

describe("splitTrainValidation", () => {
  test("each class keeps its share, and each row goes to one part", () => {
    const all = rows({ ham: 80, spam: 21 });
    const { train, validation, test } = splitTrainValidation(all, 0.2, 1);
    expect([count(validation, "ham"), count(validation, "spam")]).toEqual([16, 4]); // 21 * 0.2 = 4.2
    expect([...ids(train), ...ids(validation)].sort()).toEqual(ids(all).sort());
    expect(test).toEqual([]);
  });
  test("a rare class is in both parts, a class of one row in training only", () => {
    const { train, validation } = splitTrainValidation(rows({ ham: 50, rare: 2, once: 1 }), 0.1, 1);
    expect([count(train, "rare"), count(validation, "rare")]).toEqual([1, 1]);
    expect([count(train, "once"), count(validation, "once")]).toEqual([1, 0]);
  });
  test("a large share never empties a class of training", () => {
    const { train } = splitTrainValidation(rows({ ham: 3, spam: 3 }), 0.99, 1);
    expect([count(train, "ham"), count(train, "spam")]).toEqual([1, 1]);
  });
  test("the same seed draws the same rows, another seed others, and the order of the file is kept", () => {
    const all = rows({ ham: 100, spam: 100 });
    const first = splitTrainValidation(all, 0.3, 1);
    expect(splitTrainValidation(all, 0.3, 1)).toEqual(first);
    expect(ids(splitTrainValidation(all, 0.3, 2).validation)).not.toEqual(ids(first.validation));
    for (const part of [first.train, first.validation]) {
      expect(part).toEqual(all.filter((row) => part.includes(row)));
    }
  });
  test("more rows of one class do not move the draw of another", () => {
    const draw = (spam: number) =>
      ids(splitTrainValidation(rows({ spam, ham: 40 }), 0.25, 3).validation).filter((id) =>
        id.startsWith("ham"),
      );
    expect(draw(10)).toEqual(draw(500));
  });
  test("a split column is honoured, its test rows set aside", () => {
    const given = [...rows({ a: 3 }, "train"), ...rows({ b: 2 }, "validation"), ...rows({ c: 1 }, "test")];
    const { train, validation, test } = splitTrainValidation(given, 0.5, 1);
    expect([ids(train), ids(validation), ids(test)]).toEqual([["a0", "a1", "a2"], ["b0", "b1"], ["c0"]]);
  });
  test("a split column without validation rows gives them from training, never from the test", () => {
    const given = [...rows({ a: 10 }, "train"), ...rows({ a: 90 }, "test")];
    const { train, validation, test } = splitTrainValidation(given, 0.2, 1);
    expect([train.length, validation.length, test.length]).toEqual([8, 2, 90]);
  });
  test.each([0, 1, -0.1, Number.NaN])("rejects a share of %d", (share) => {
    expect(() => splitTrainValidation(rows({ a: 4 }), share, 1)).toThrow(
      expect.objectContaining({
        code: "E_SPLIT",
        message: `the validation share must be between 0 and 1, got ${share}`,
      }),
    );
  });
  test("rejects data from which nothing can be set aside", () => {
    expect(() => splitTrainValidation(rows({ a: 1, b: 1 }), 0.5, 1)).toThrow(
      "the data must have a class of two or more different rows to validate on, got 2 rows; equal rows count once",
    );
  });
});
