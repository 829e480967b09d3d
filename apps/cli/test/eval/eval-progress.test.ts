import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { evaluationProgress } from "../../src/commands/eval/eval.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test.each([
  [false, ["evaluating, 2 of 4\n", "evaluating, 3 of 4\n"]],
  [true, []],
])("an evaluation says each ten seconds how far it is; quiet: %s", (quiet, expected) => {
  const lines: string[] = [];
  vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(`${text}`) > 0);
  const progress = evaluationProgress({ quiet });
  for (const [done, seconds] of [
    [1, 9],
    [2, 1],
    [2, 9],
    [3, 11],
    [4, 60],
  ] as const) {
    vi.advanceTimersByTime(1000 * seconds);
    progress(done, 4);
  }
  expect(lines.map((line) => line.replace(/^\S+ /, ""))).toEqual(expected);
});
