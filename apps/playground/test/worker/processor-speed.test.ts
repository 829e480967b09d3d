import { expect, test } from "vitest";
import { secondsPerPlainFlop } from "../../src/worker/processor-speed.ts";

test("one operation takes the median round's time divided by a round's operations", () => {
  // Two readings a round: rounds that compile and one that is disturbed take long, the others 8 ms.
  const lengths = [100, 100, 8, 8, 900, 8, 8, 8, 8, 8, 8];
  let now = 0;
  let readings = 0;
  const clock = () => {
    if (readings % 2 === 1) now += lengths[(readings - 1) / 2]!;
    readings++;
    return now;
  };
  expect(secondsPerPlainFlop(clock)).toBeCloseTo(0.008 / (16 * 2 * 64 ** 3), 15);
  expect(readings).toBe(2 * lengths.length);
});
