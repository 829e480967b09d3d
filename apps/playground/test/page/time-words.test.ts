import { expect, test } from "vitest";
import { timeInWords } from "../../src/page/form.tsx";

const guess = { isMeasured: false, isMost: false };

test.each([
  [{ low: 3, high: 12 }, "About 10 seconds"],
  [{ low: 14, high: 56 }, "About 10 to 60 seconds"],
  [{ low: 60, high: 240 }, "About 1 to 4 minutes"],
  [{ low: 100, high: 130 }, "About 2 minutes"],
  [{ low: 1470, high: 5880 }, "About 25 to 100 minutes"],
  [{ low: 30, high: 120 }, "About 1 to 2 minutes"],
  [{ low: 30, high: 119 }, "About 30 to 120 seconds"],
  [{ low: 1800, high: 7200 }, "About 1 to 2 hours"],
  [{ low: 1140, high: 1200 }, "About 19 to 20 minutes"],
  [{ low: 1200, high: 1320 }, "About 20 minutes"],
  [{ low: 3000, high: 12_000 }, "About 1 to 3 hours"],
])("a range is written in one unit, without digits that it has not: %o", (range, words) => {
  expect(timeInWords({ ...guess, ...range })).toBe(
    `${words} here: a guess from this processor's speed, and longer beside other work. Once the first run trains, it is measured.`,
  );
});

test("the words say what an estimate rests on, and where it is a bound", () => {
  expect(timeInWords({ low: 100, high: 140, isMeasured: true, isMost: false })).toBe(
    "About 2 minutes here, as the runs before took.",
  );
  expect(timeInWords({ low: 60, high: 240, isMeasured: false, isMost: true })).toContain(
    "At most about 4 minutes here: a guess",
  );
});
