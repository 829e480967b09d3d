import { readFileSync } from "node:fs";
import { capacityCalibration } from "@lorank/core/decide";
import { expect, test } from "vitest";
import type { JudgedCase } from "../src/capacity-case.ts";
import { calibrationOf, recordTable, sizesTable } from "../src/capacity-tables.ts";

/** The ranks that the rules name by tokens, bits and examples; null is more than was tried. */
function judged(
  planted: number,
  trained: number,
  [tokens, bits, examples]: readonly [number, number, number | null],
): JudgedCase {
  const advice = Object.entries({ tokens, bits, examples }).map(([rule, rank]) => ({
    rule,
    rank,
    demand: { rank: 1 },
  }));
  const facts = { ranks: [], trainExamples: 250, completionTokens: 250, baseBits: 1016 };
  return {
    ...{ planted, trained, advice, facts },
    ...{ trainExamples: 250, targetsPerText: 1, taskSeed: 1 },
  } as unknown as JudgedCase;
}

const cases = [judged(4, 2, [4, 2, null]), judged(8, 8, [4, 2, 16])];

test("counts what each rule named against the planted and the trained rank", () => {
  const { rules, always } = calibrationOf(cases);
  expect(rules.tokens).toEqual({
    ...{ planted: 1, nearPlanted: 2, trained: 0, nearTrained: 2 },
    ...{ tooLarge: 1, tooSmall: 1 },
  });
  expect(rules.bits).toEqual({
    ...{ planted: 0, nearPlanted: 1, trained: 1, nearTrained: 1 },
    ...{ tooLarge: 0, tooSmall: 1 },
  });
  expect(rules.examples).toEqual({
    ...{ planted: 0, nearPlanted: 1, trained: 0, nearTrained: 1 },
    ...{ tooLarge: 2, tooSmall: 0 },
  });
  expect(always.find(({ rank }) => rank === 8)).toMatchObject({ planted: 1, nearPlanted: 2, trained: 1 });
});

test("tables list what occurred by the size of the data", () => {
  expect(sizesTable(cases).split("\n").at(-1)).toBe("| 250 | 1 | 1,000 | 4 | 2 | 16, > 32 | 2 | 8 |");
});

test("the page shows the figures that `lorank plan` prints", () => {
  const page = readFileSync(new URL("../../../docs/checked/capacity-rules.md", import.meta.url), "utf8");
  expect(page).toContain(recordTable(capacityCalibration));
});
