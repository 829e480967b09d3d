import { beforeAll, describe, expect, test } from "vitest";
import { isNightly } from "../../../../../scripts/nightly.ts";
import { drawTable, worlds } from "../../../bench/worlds.ts";
import { compareRanks, pairOf, shortfallBound } from "../../../src/decide/compare.ts";
import { pairedDesign } from "../../../src/decide/paired-design.ts";
import { assumedNoise, observedNoise, type PairNoise } from "../../../src/decide/plan/pair-noise.ts";
import { type DesignPreview, previewDesign } from "../../../src/decide/plan/preview.ts";
import { simulateOutcomes } from "../../../src/decide/simulate.ts";
import { decide } from "../../../src/index.ts";

const design = { noise: assumedNoise(0.05), ranks: 4, seeds: 5, examples: 800, margin: 0.01 };
const rowOf = ({ rows }: DesignPreview, seeds: number) => rows.find((row) => row.seeds === seeds)!;

describe("previewDesign", () => {
  test("takes a share of disagreement, in groups too, outcomes, or the noise itself", () => {
    expect(previewDesign({ ...design, noise: 0.05 })).toEqual(previewDesign(design));
    expect(previewDesign({ ...design, noise: 0.05, groups: 40 }).noise).toEqual(assumedNoise(0.05, 20));
    const world = { ranks: [4, 8], accuracies: [0.85, 0.85], seeds: 2, examples: 400 };
    const outcomes = simulateOutcomes(world, 1);
    const noise = observedNoise(outcomes, "accuracy");
    const [known, observed] = [noise, outcomes].map((one) => previewDesign({ ...design, noise: one }));
    expect(observed!.noise).toEqual(known!.noise);
    // Two seeds leave much more noise possible than they have shown.
    expect(observed!.needs.seeds!).toBeGreaterThan(3 * known!.needs.seeds!);
    expect(rowOf(observed!, 5).certifiableMargin).toBeGreaterThan(rowOf(known!, 5).certifiableMargin);
    const byLogLoss = previewDesign({ ...design, noise: outcomes, metric: "log-loss" });
    expect(byLogLoss.noise).toEqual(observedNoise(outcomes, "log-loss"));
  });

  test("of outcomes says what their verdict needs, in its rows too: a rank that is out of play adds no noise", () => {
    const world = {
      ranks: [2, 8, 32],
      accuracies: [0.6, 0.85, 0.85],
      seeds: 4,
      examples: 900,
      rankExampleSd: 0.5,
    };
    const outcomes = simulateOutcomes(world, 4);
    const { needed } = decide(outcomes, { margin: 0.02 });
    const planned = { noise: outcomes, ranks: 3, seeds: 4, examples: 900, margin: 0.02 };
    const preview = previewDesign(planned);
    expect(needed).toMatchObject({ rank: 8 });
    expect(preview.needs.seeds).toBe(needed!.onlySeeds);
    const at = (seeds: number): number =>
      rowOf(previewDesign({ ...planned, seeds }), seeds).certifiableMargin;
    expect(at(needed!.onlySeeds!)).toBeLessThanOrEqual(0.02);
    expect(at(needed!.onlySeeds! - 1)).toBeGreaterThan(0.02);
    const { noise } = preview;
    expect(rowOf(preview, 4).certifiableMargin).toBeLessThan(
      rowOf(previewDesign({ ...planned, noise }), 4).certifiableMargin,
    );
  });

  test("has a row for 1, 3, 5, 10 and the asked number of seeds; one seed claims nothing", () => {
    const { rows } = previewDesign({ ...design, seeds: 7 });
    expect(rows.map(({ seeds, claims }) => [seeds, claims])).toEqual([
      [1, false],
      [3, true],
      [5, true],
      [7, true],
      [10, true],
    ]);
  });

  test("sees smaller differences with more seeds and more examples, and larger ones among more ranks", () => {
    const at = (changes: object) => rowOf(previewDesign({ ...design, ...changes }), 5);
    const [base, more, two] = [at({}), at({ examples: 3000 }), at({ ranks: 2 })];
    const ten = rowOf(previewDesign(design), 10);
    for (const key of ["difference", "certifiableMargin"] as const) {
      expect(ten[key]).toBeLessThan(base[key]);
      expect(more[key]).toBeLessThan(base[key]);
      expect(two[key]).toBeLessThan(base[key]);
    }
  });

  test("counts groups of examples, whose number bounds what none has shown", () => {
    const margin = (noise: PairNoise): number =>
      rowOf(previewDesign({ ...design, noise }), 5).certifiableMargin;
    expect(margin({ ...assumedNoise(0.002), groupSize: 40 })).toBeGreaterThan(margin(assumedNoise(0.002)));
    const needed = (groupSize: number) =>
      previewDesign({ ...design, noise: assumedNoise(0.05, groupSize), seeds: 10, margin: 0.02 }).needs
        .examples;
    expect(needed(100)).toBeGreaterThan(2 * needed(1)!);
    // Standard deviation of a group of 20 examples of which 5 % disagree: √(0.05 / 20).
    expect(assumedNoise(0.05, 20)).toMatchObject({
      groupSize: 20,
      unit: expect.closeTo(0.15, 12),
      differing: expect.closeTo(1 - 0.95 ** 20, 12),
    });
  });

  test("says for one seed and two ranks what the textbook says", () => {
    const { needs } = previewDesign({ ...design, ranks: 2 });
    expect(needs.oneSeedExamples).toBe(3092);
  });

  test("aims above the power for right and wrong, not for a metric in which one example has no limit", () => {
    const margin = (unit: number, power: number): number =>
      rowOf(previewDesign({ ...design, power, noise: { ...design.noise, unit, differing: 0 } }), 5)
        .certifiableMargin;
    expect(margin(0, 0.82)).toBeCloseTo(margin(1e-9, 0.8), 8);
    expect(margin(0, 0.82)).toBeGreaterThan(1.01 * margin(0, 0.8));
  });

  test("the needs certify the margin", () => {
    const { needs } = previewDesign({ ...design, seeds: 20 });
    const margin = (seeds: number, examples: number): number =>
      rowOf(previewDesign({ ...design, seeds, examples }), seeds).certifiableMargin;
    expect(margin(needs.seeds!, 800)).toBeLessThanOrEqual(0.01);
    expect(margin(20, needs.examples!)).toBeLessThanOrEqual(0.01);
    expect(margin(needs.design!.seeds, needs.design!.examples)).toBeLessThanOrEqual(0.01);
  });

  test("says where nothing is enough", () => {
    // One point of luck a pair: five seeds leave 0.45 points of standard error on any number of examples.
    expect(previewDesign(design).needs.examples).toBeUndefined();
    const nothing = { design: undefined, seeds: undefined, examples: undefined, oneSeedExamples: undefined };
    expect(previewDesign({ ...design, margin: 0 }).needs).toEqual(nothing);
  });

  test("of one observed seed nobody can tell what is needed: it shows no noise between seeds", () => {
    const world = { ranks: [4, 8], accuracies: [0.85, 0.85], seeds: 1, examples: 400 };
    const { needs } = previewDesign({ ...design, ranks: 2, noise: simulateOutcomes(world, 1) });
    expect(needs).toEqual({
      ...{ seeds: undefined, examples: undefined, design: undefined },
      oneSeedExamples: expect.any(Number),
    });
  });

  test("one planned seed needs more seeds, not more examples", () => {
    const { needs } = previewDesign({ ...design, seeds: 1 });
    expect(needs.examples).toBeUndefined();
    expect(needs.seeds).toBeGreaterThan(2);
  });

  test("names every number that makes no design", () => {
    expect(() => previewDesign({ ...design, ranks: 1, seeds: 0, examples: 1.5, power: 1 })).toThrow(
      expect.objectContaining({
        code: "E_DESIGN",
        message: [
          "ranks must be a whole number of at least 2, got 1",
          "seeds must be a whole number of at least 1, got 0",
          "examples must be a whole number of at least 2, got 1.5",
          "power must be at least 0.5 and below 1, got 1",
        ].join("\n"),
      }),
    );
  });
});

// What is promised must hold in sweeps that are drawn, and not be more than 20 % too cautious.
describe("a promise in the plain world", () => {
  const sweeps = 500;
  /** Two standard errors below 0.8. */
  const nearly = 0.8 - 2 * Math.sqrt((0.8 * 0.2) / sweeps);
  const world = worlds.find(({ name }) => name === "plain")!;
  const equal = (ranks: number): number[] => Array.from({ length: ranks }, () => 0.85);
  let noise: PairNoise;

  beforeAll(() => {
    const pilots = Array.from({ length: 10 }, (_, i) =>
      observedNoise(drawTable(world, [0.85, 0.85], { seeds: 10, examples: 4000 }, 5_000_000 + i), "accuracy"),
    );
    const mean = (pick: (pilot: PairNoise) => number): number =>
      pilots.reduce((sum, pilot) => sum + pick(pilot), 0) / pilots.length;
    noise = {
      components: {
        seed: mean(({ components }) => components.seed),
        example: mean(({ components }) => components.example),
        residual: mean(({ components }) => components.residual),
      },
      differing: mean(({ differing }) => differing),
      unit: 1,
    };
  });

  function share(
    accuracies: readonly number[],
    size: { seeds: number; examples: number },
    holds: (comparison: ReturnType<typeof compareRanks>) => boolean,
  ): number {
    let count = 0;
    for (let i = 0; i < sweeps; i++) {
      const table = drawTable(world, accuracies, size, 1_000_000 + i);
      if (holds(compareRanks(pairedDesign(table), "accuracy", 0.95))) count++;
    }
    return count / sweeps;
  }

  test.each(isNightly ? [2, 4] : [2])(
    "%d ranks: an equal rank is certified within the promised margin",
    (ranks) => {
      const size = { seeds: 5, examples: 800 };
      const { certifiableMargin } = rowOf(previewDesign({ noise, ranks, margin: 0.01, ...size }), 5);
      const certified = (margin: number): number =>
        share(equal(ranks), size, ({ pairs }) => shortfallBound(pairs, 4) <= margin);
      expect(certified(certifiableMargin)).toBeGreaterThanOrEqual(nearly);
      expect(certified(certifiableMargin / 1.2)).toBeLessThan(0.8);
    },
  );

  test("four ranks: the promised difference is found", () => {
    const size = { seeds: 10, examples: isNightly ? 800 : 400 };
    const { difference } = rowOf(previewDesign({ noise, ranks: 4, margin: 0.01, ...size }), 10);
    const found = (gap: number): number =>
      share(
        [0.85 - gap, 0.85, 0.85, 0.85],
        size,
        ({ pairs }) => pairOf(pairs, 8, 4).pair.supported && pairOf(pairs, 8, 4).mean > 0,
      );
    expect(found(difference)).toBeGreaterThanOrEqual(nearly);
    expect(found(difference / 1.2)).toBeLessThan(0.8);
  });

  test("two ranks: the promised examples certify the margin, a sixth fewer do not", () => {
    const margin = 0.02;
    const { examples } = previewDesign({ noise, ranks: 2, seeds: 10, examples: 200, margin }).needs;
    const certified = (count: number): number =>
      share(equal(2), { seeds: 10, examples: count }, ({ pairs }) => shortfallBound(pairs, 4) <= margin);
    expect(certified(examples!)).toBeGreaterThanOrEqual(nearly);
    expect(certified(Math.round(examples! / 1.2))).toBeLessThan(0.8);
  });
});
