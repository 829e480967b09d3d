import fc from "fast-check";
import { expect, test } from "vitest";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { decide } from "../../../src/index.ts";
import type { Decision } from "../../../src/schema/types.ts";
import { inWords } from "../../../src/words/in-words.ts";
import { commandChange } from "../../../src/words/next-words.ts";
import { find } from "../../words/find.ts";

/** Sweeps of two to four ranks, alike or not, with little noise between runs to much. */
const sweeps = fc.record({
  accuracies: fc.array(fc.constantFrom(0.7, 0.88, 0.89, 0.9, 0.9, 0.9, 0.91), { minLength: 2, maxLength: 4 }),
  seeds: fc.integer({ min: 1, max: 9 }),
  examples: fc.integer({ min: 60, max: 500 }),
  rankSeedSd: fc.double({ min: 0, max: 0.3, noNaN: true }),
  margin: fc.constantFrom(0.005, 0.01, 0.02, 0.03, 0.05),
  metric: fc.constantFrom("accuracy", "log-loss"),
  draw: fc.nat(),
});

function decisionOn({ accuracies, margin, metric, draw, ...world }: SweepDraw): Decision {
  const ranks = accuracies.map((_, i) => 2 ** (i + 1));
  return decide(simulateOutcomes({ ...world, ranks, accuracies }, draw), { margin, metric });
}

type SweepDraw = typeof sweeps extends fc.Arbitrary<infer T> ? T : never;

test("random sweeps: whatever is advised is more than what was run", () => {
  let advised = 0;
  let refused = 0;
  fc.assert(
    fc.property(sweeps, (sweep) => {
      const decision = decisionOn(sweep);
      const { examples, seeds, needed: design } = decision;
      if (design === undefined) return;
      expect(["adequate", "extend"]).not.toContain(decision.verdict);
      advised++;
      expect(design.examples).toBeGreaterThanOrEqual(examples);
      expect(design.seeds).toBeGreaterThanOrEqual(seeds);
      expect(design.examples * design.seeds).toBeGreaterThan(examples * seeds);
      expect(design.onlySeeds ?? Infinity).toBeGreaterThan(seeds);
      const claim = find(decision, "needed");
      if (claim === undefined) {
        refused++;
        expect(find(decision, "no-design-settles")!.tooMany!.enough.seeds).toBeGreaterThan(30);
        return;
      }
      for (const [, count, now] of inWords(claim).matchAll(/([\d,]+) (?:examples|seeds?) \(now ([\d,]+)\)/g))
        expect(numberOf(count!)).toBeGreaterThan(numberOf(now!));
      for (const [flag, value] of commandChange(claim)?.flags ?? [])
        expect([flag, Number(value) > seeds]).toEqual(["--seeds", true]);
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(advised).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(10);
});

function numberOf(text: string): number {
  return Number(text.replace(",", ""));
}
