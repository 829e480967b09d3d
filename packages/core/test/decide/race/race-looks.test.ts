import { describe, expect, test } from "vitest";
import { raceLooks } from "../../../src/decide/race/race-looks.ts";

describe("raceLooks", () => {
  test("looks at 3, 5, 7 and 10 of ten seeds, and keeps most of the error for the last", () => {
    expect(raceLooks(10)).toEqual([
      { seeds: 3, share: 0.02 },
      { seeds: 5, share: 0.06 },
      { seeds: 7, share: 0.12 },
      { seeds: 10, share: 0.8 },
    ]);
  });

  test("looks twice at five seeds and once at fewer", () => {
    expect(raceLooks(5)).toEqual([
      { seeds: 3, share: 0.1 },
      { seeds: 5, share: 0.9 },
    ]);
    expect(raceLooks(4)).toEqual([{ seeds: 4, share: 1 }]);
    expect(raceLooks(1)).toEqual([{ seeds: 1, share: 1 }]);
  });

  test.each(Array.from({ length: 60 }, (_, i) => i + 1))(
    "of %d seeds: ascending, none below 3 but the last, the last at the end, and no more than the error spent",
    (seeds) => {
      const looks = raceLooks(seeds);
      const counts = looks.map((look) => look.seeds);
      expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
      expect(counts.at(-1)).toBe(seeds);
      if (counts.length > 1) expect(counts[0]).toBeGreaterThanOrEqual(3);
      expect(looks.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
    },
  );
});
