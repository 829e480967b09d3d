import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateMemory, type MemoryOptions } from "../../src/memory/estimate.ts";
import { fitOf, type Growable, largestThatFits } from "../../src/memory/fits.ts";
import { optimizerNames } from "../../src/memory/names.ts";
import { profiles } from "../../src/memory/profiles.ts";
import { profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { llama31With8B, llama32With1B } from "../models.ts";

const shape = modelShapeFromConfig(llama32With1B);
const options: MemoryOptions = {
  shape,
  targets: selectTargets(shape, "all-linear"),
  ...{ rank: 16, base: { dtype: "bf16" }, profile: profileOf("peft"), microBatch: 1, seq: 512 },
};
const upper = (changed: Partial<MemoryOptions>) => estimateMemory({ ...options, ...changed }).deviceBytes[1];

test("fitOf says that it fits by the upper bound alone", () => {
  expect([fitOf([1, 3], 3), fitOf([1, 3], 2.9), fitOf([1, 3], 1), fitOf([1, 3], 0.9)]).toEqual([
    "fits",
    "may fit",
    "may fit",
    "does not fit",
  ]);
});

describe("largestThatFits", () => {
  test.each(["rank", "microBatch", "seq"] as const)("%s: it fits, and one more does not", (what) => {
    const budget = 12e9;
    const largest = largestThatFits(options, budget, what)!;
    expect(largest).toBeGreaterThan(options[what]);
    expect(upper({ [what]: largest })).toBeLessThanOrEqual(budget);
    // k and v of this model have 512 outputs, so no rank is larger
    if (what === "rank" && largest === 512) return;
    expect(upper({ [what]: largest + 1 })).toBeGreaterThan(budget);
  });

  test("is never a false yes, on any stack and with any optimiser", () => {
    const large = modelShapeFromConfig(llama31With8B);
    fc.assert(
      fc.property(
        fc.constantFrom(...profiles),
        fc.constantFrom(...optimizerNames),
        fc.constantFrom<Growable>("rank", "microBatch", "seq"),
        fc.integer({ min: 4, max: 90 }),
        (profile, optimizer, what, gigabytes) => {
          const asked = {
            ...{ ...options, shape: large, targets: selectTargets(large, "all-linear"), profile },
            settings: { optimizer },
          };
          const budget = gigabytes * 1e9;
          const largest = largestThatFits(asked, budget, what);
          const value = (each: number) => estimateMemory({ ...asked, [what]: each }).deviceBytes[1];
          if (largest === null) expect(value(1)).toBeGreaterThan(budget);
          else expect(value(largest)).toBeLessThanOrEqual(budget);
          if (largest !== null && !(what === "rank" && largest === 1024))
            expect(value(largest + 1)).toBeGreaterThan(budget);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("grows with the budget", () => {
    const lengths = [8, 12, 16, 24].map((gigabytes) => largestThatFits(options, gigabytes * 1e9, "seq")!);
    expect(lengths).toEqual([...lengths].sort((a, b) => a - b));
    expect(new Set(lengths).size).toBe(4);
  });

  test("is null where not even 1 fits, and ends at a limit or at the largest rank", () => {
    expect(largestThatFits(options, 1e9, "seq")).toBeNull();
    expect(largestThatFits(options, 1e12, "seq", 8192)).toBe(8192);
    expect(largestThatFits(options, 1e12, "rank")).toBe(512);
  });
});
