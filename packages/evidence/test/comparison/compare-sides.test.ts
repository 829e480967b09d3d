import { describe, expect, test } from "vitest";
import {
  alignExamples,
  type Comparison,
  compareEach,
  compareSides,
  comparisonWords,
  type Side,
} from "../../src/compare.ts";
import { type OutcomeCell, outcomeTable } from "../../src/decide/outcomes.ts";
import type { MetricName } from "../../src/schema/metric.ts";
import { randomStream } from "../../src/statistics/random.ts";
import { quantileOfUpperTail } from "../../src/statistics/student-t.ts";

const settings = { metric: "accuracy", margin: 0.01, confidence: 0.95, sharesExamples: true } as const;
const { uniform, normal } = randomStream(5);
const difficulties = Array.from({ length: 400 }, () => uniform());
/** Luck of a seed, which all runs under it share. */
const luck = [-0.06, 0.05, 0.02, -0.03, 0.04];

interface RunsOf {
  readonly ranks?: readonly number[];
  readonly seeds?: readonly number[];
  readonly level?: number;
  readonly groups?: Int32Array;
}

/** Runs that are right on examples easier than `level`, by the luck of their seed. */
function cellsOf({ ranks = [8], seeds = [0, 1, 2, 3, 4], level = 0.8, groups }: RunsOf = {}): OutcomeCell[] {
  return ranks.flatMap((rank) =>
    seeds.map((seed) => {
      const reach = level + luck[seed % 5]!;
      const correct = Float64Array.from(difficulties, (hard) => (hard + 0.05 * normal() < reach ? 1 : 0));
      const logLoss = correct.map((one) => (one ? 0.1 : 1.5));
      return { rank, seed, correct, logLoss, ...(groups && { groups }) };
    }),
  );
}

function outcomes(
  name: string,
  cells: OutcomeCell[],
  failures: readonly [rank: number, seed: number][] = [],
): Side {
  const failed = failures.map(([rank, seed]) => ({ rank, seed, status: "diverged" as const }));
  const runs = { kind: "outcomes", ...outcomeTable(cells, failed, difficulties.length) } as const;
  return { name, runs, rank: 8, chosenFrom: 1 };
}

function scores(name: string, values: readonly number[], { seeds = false, examples = 0 } = {}): Side {
  const runs = values.map((score, seed) => ({ rank: 8, score, ...(seeds ? { seed } : {}) }));
  return {
    ...{ name, rank: 8, chosenFrom: 1 },
    runs: { kind: "scores", runs, ...(examples > 0 ? { examples } : {}) },
  };
}

const wordsOf = (comparison: Comparison) => comparisonWords({ ...comparison, examplesAre: "same" });

const widthOf = ({ interval: [low, high] }: { readonly interval: readonly [number, number] }) => high - low;

describe("outcomes on the same examples", () => {
  const [before, after] = [cellsOf(), cellsOf({ level: 0.86 })];
  const paired = compareSides(outcomes("a", before), outcomes("b", after), settings);

  test("are compared seed by seed and example by example", () => {
    expect(paired).toMatchObject({
      result: "second-better",
      seeds: { count: 5, are: "paired" },
      examples: { count: 400, are: "paired" },
    });
    expect(paired).not.toHaveProperty("copies");
    expect(paired.advantage).toBeCloseTo(paired.first.accuracy! - paired.second.accuracy!, 12);
  });

  test("turn around when the results change places", () => {
    const turned = compareSides(outcomes("b", after), outcomes("a", before), settings);
    expect(turned).toMatchObject({ result: "first-better", advantage: -paired.advantage });
    expect(widthOf(turned)).toBeCloseTo(widthOf(paired), 12);
  });

  test("of other seeds are separate samples, whose interval is wider: the luck of a seed no longer cancels", () => {
    const others = after.map((cell) => ({ ...cell, seed: cell.seed + 10 }));
    const apart = compareSides(outcomes("a", before), outcomes("b", others), settings);
    expect(apart.seeds).toEqual({ count: 5, are: "apart" });
    expect(apart.advantage).toBeCloseTo(paired.advantage, 12);
    expect(widthOf(apart)).toBeGreaterThan(1.5 * widthOf(paired));
  });

  test("count only seeds that completed on both sides", () => {
    const failed = after.filter(({ seed }) => seed !== 2);
    const comparison = compareSides(outcomes("a", before), outcomes("b", failed, [[8, 2]]), settings);
    expect(comparison.seeds).toEqual({ count: 4, are: "paired" });
    expect([comparison.first.runs, comparison.second.runs]).toEqual([4, 4]);
  });

  test("of one seed claim nothing, however far apart", () => {
    const [first, second] = [cellsOf({ seeds: [1] }), cellsOf({ seeds: [1], level: 0.4 })];
    expect(compareSides(outcomes("a", first), outcomes("b", second), settings).result).toBe("open");
  });

  test("that are equal for each run are copies", () => {
    expect(compareSides(outcomes("a", before), outcomes("b", before), settings).copies).toBe(true);
  });

  test("in groups have the group as their unit: where groups differ as a whole, less is known", () => {
    const groups = Int32Array.from(difficulties, (_, e) => e % 20);
    const hit = (cells: OutcomeCell[]): OutcomeCell[] =>
      cells.map((cell) => ({
        ...cell,
        groups,
        correct: Float64Array.from(cell.correct!, (one, e) => (e % 20 < 2 ? 0 : one)),
      }));
    const told = before.map((cell) => ({ ...cell, groups }));
    const grouped = compareSides(outcomes("a", told), outcomes("b", hit(before)), settings);
    const untold = hit(before).map(({ groups: _, ...cell }) => cell);
    const single = compareSides(outcomes("a", before), outcomes("b", untold), settings);
    expect(grouped.advantage).toBeCloseTo(single.advantage, 12);
    expect(widthOf(grouped)).toBeGreaterThan(1.5 * widthOf(single));
  });

  test("are compared by log loss, of which less is better", () => {
    const byLoss = { ...settings, metric: "log-loss" } as const;
    const comparison = compareSides(outcomes("a", before), outcomes("b", after), byLoss);
    expect(comparison.result).toBe("second-better");
    expect(comparison.advantage).toBeCloseTo(comparison.second.logLoss! - comparison.first.logLoss!, 12);
  });

  test("must be as many", () => {
    const fewer = { ...outcomes("b", after), runs: { ...outcomes("b", after).runs, examples: 300 } } as Side;
    expect(() => compareSides(outcomes("a", before), fewer, settings)).toThrow(
      "examples must be as many in both results, got 400 of a and 300 of b",
    );
  });

  test("on other examples are compared by their scores, without the pairs", () => {
    const separate = { ...settings, sharesExamples: false };
    const comparison = compareSides(outcomes("a", before), outcomes("b", after), separate);
    expect(comparison).toMatchObject({
      seeds: { are: "apart" },
      examples: { count: 400, are: "separate" },
    });
    expect(widthOf(comparison)).toBeGreaterThan(2 * widthOf(paired));
  });
});

describe("ranks of both results", () => {
  const first = outcomes("a", cellsOf({ ranks: [4, 8] }));
  const second = outcomes("b", cellsOf({ ranks: [8, 16], level: 0.86 }));

  test("are compared where both have them, all at once", () => {
    const each = compareEach(first, second, settings);
    expect(each.map(({ rank }) => rank)).toEqual([8]);
    expect(each[0]!.advantage).toBeCloseTo(compareSides(first, second, settings).advantage, 12);
  });

  test("widen the interval when they were chosen on these examples", () => {
    const chosen = { chosenFrom: 2 };
    const free = compareSides(first, second, settings);
    const four = compareSides({ ...first, chosenFrom: 4 }, { ...second, ...chosen }, settings);
    expect(widthOf(four)).toBeGreaterThan(1.05 * widthOf(free));
    expect(four.first.chosenFrom).toBe(4);
  });

  test("must have runs, and a message names the ranks that have", () => {
    expect(() => compareSides({ ...first, rank: 16 }, second, settings)).toThrow(
      "a must have runs at rank 16 that can be compared, got ranks 4, 8",
    );
  });
});

describe("scores of runs", () => {
  const lucky = [0.81, 0.83, 0.82, 0.85, 0.79];
  const ahead = lucky.map((score, i) => score + 0.02 + 0.001 * (i % 2));

  test("of the same seeds are paired, so that a small difference shows", () => {
    const [a, b] = [scores("a", lucky, { seeds: true }), scores("b", ahead, { seeds: true })];
    const paired = compareSides(a, b, settings);
    expect(paired).toMatchObject({ result: "second-better", seeds: { count: 5, are: "paired" } });
    expect(paired.examples).toEqual({ are: "shared" });
    const apart = compareSides(scores("a", lucky), scores("b", ahead), settings);
    expect(apart).toMatchObject({ result: "open", seeds: { are: "apart" } });
  });

  test("as separate samples have Welch's interval", () => {
    const { advantage, interval } = compareSides(
      scores("a", [0.81, 0.83, 0.82]),
      scores("b", [0.84, 0.82, 0.85]),
      settings,
    );
    // Welch (1947): variances 1e-4 and 2.3333e-4 over three runs each, so 3.448 degrees of freedom.
    const half = quantileOfUpperTail(0.025, 3.448) * Math.sqrt((1e-4 + 2.3333e-4) / 3);
    expect(advantage).toBeCloseTo(-0.0166667, 6);
    expect((interval[1] - interval[0]) / 2 / half).toBeCloseTo(1, 1);
    expect((interval[1] - interval[0]) / 2).toBeGreaterThanOrEqual(half);
  });

  test("of a known number of examples vary by these, too, and more if the examples differ", () => {
    const compare = (examples: number, sharesExamples = true) =>
      widthOf(
        compareSides(scores("a", lucky, { examples }), scores("b", ahead, { examples }), {
          ...settings,
          sharesExamples,
        }),
      );
    expect(compare(200)).toBeGreaterThan(compare(0));
    expect(compare(200, false)).toBeGreaterThan(compare(200));
  });

  test("of which less is better name the lower one", () => {
    const metric: MetricName = "lower:perplexity";
    const comparison = compareSides(scores("a", [1.24, 1.22, 1.25]), scores("b", [1.11, 1.13, 1.12]), {
      ...settings,
      metric,
    });
    expect(comparison.result).toBe("second-better");
    expect(comparison.advantage).toBeLessThan(0);
  });

  test("of one run on a side claim nothing", () => {
    expect(compareSides(scores("a", [0.9]), scores("b", [0.5, 0.51, 0.52]), settings).result).toBe("open");
  });

  test("too few to bound a difference stay within the metric's range, and the words say so", () => {
    const few = compareSides(scores("a", [0.1, 0.9]), scores("b", [0.3, 0.95]), settings);
    expect(few).toMatchObject({ result: "open", interval: [-1, 1] });
    expect(wordsOf(few).answer).toBe(
      "These runs are too few to bound the difference: b (rank 8) is ahead of a (rank 8) by 13 points.",
    );
    expect(wordsOf(few).settles).toBe("More runs of each would bound it.");
  });

  test("that are equal three times are copies, in any order", () => {
    const copies = (values: readonly number[], others = values) =>
      compareSides(scores("a", values), scores("b", others), settings).copies;
    expect(copies([0.81, 0.83, 0.82], [0.83, 0.82, 0.81])).toBe(true);
    expect(copies([0.81, 0.83])).toBeUndefined();
    expect(copies([0.81, 0.83, 0.82], [0.81, 0.83, 0.84])).toBeUndefined();
  });
});

describe("tables by the names of their examples", () => {
  const named = (names: readonly string[], values: readonly number[]) => ({
    ...outcomeTable(
      [{ rank: 8, seed: 1, correct: values, groups: Int32Array.from(values, (_, e) => e) }],
      [],
      names.length,
    ),
    exampleNames: names,
  });

  test("are brought into one order, without the examples that only one has", () => {
    const aligned = alignExamples(
      named(["a", "b", "c", "d"], [1, 0, 1, 1]),
      named(["d", "c", "x", "b"], [0, 1, 1, 0]),
    )!;
    const valuesOf = ({ cells }: typeof aligned.first) => Array.from(cells[0]!.correct!);
    expect([valuesOf(aligned.first), valuesOf(aligned.second)]).toEqual([
      [0, 1, 1],
      [0, 1, 0],
    ]);
    expect(Array.from(aligned.second.cells[0]!.groups!)).toEqual([3, 1, 0]);
    expect([aligned.first.examples, aligned.second.examples, aligned.leftOut]).toEqual([3, 3, 2]);
  });

  test("with too few examples in common are not aligned", () => {
    const [a, b] = [
      named(["a", "b", "c", "d", "e"], [1, 1, 1, 1, 1]),
      named(["a", "b", "x", "y", "z"], [1, 1, 1, 1, 1]),
    ];
    expect(alignExamples(a, b)).toBeUndefined();
    expect(alignExamples(a, named(["a", "b", "c", "y", "z"], [1, 1, 1, 1, 1]))?.leftOut).toBe(4);
  });
});

test("equal means put neither side ahead", () => {
  const [a, b] = [scores("a", [0.81, 0.83]), scores("b", [0.83, 0.81])];
  expect(wordsOf(compareSides(a, b, settings)).answer).toMatch(
    /^A difference is neither shown nor ruled out: the means of a \(rank 8\) and b \(rank 8\) are equal, ± \d/,
  );
});

test("a rank of which one result is a copy of the other's has no difference of its own", () => {
  const own = cellsOf({ ranks: [4] });
  const [a, b] = [cellsOf(), cellsOf({ level: 0.86 })].map((cells, i) =>
    outcomes(`${i}`, [...own, ...cells]),
  ) as [Side, Side];
  expect(compareEach(a, b, settings).map(({ rank }) => rank)).toEqual([8]);
});

describe("the runs that settle an open comparison", () => {
  /** Numbers in the words: seeds or runs, and examples, each followed by those of now. */
  const designIn = (words: string) => (words.match(/[\d,]+(?= (seeds|runs|examples))/g) ?? []).map(toNumber);
  const toNumber = (text: string) => Number(text.replaceAll(",", ""));
  const repeated = <Value>(values: readonly Value[], times: number): Value[] =>
    Array.from({ length: times }, () => values).flat();

  test.each([
    ["a lead that the interval covers", [0.81, 0.83, 0.82], [0.84, 0.82, 0.85], 0.01, "second-better"],
    ["means closer than the margin", [0.81, 0.84, 0.825], [0.84, 0.81, 0.824], 0.02, "alike"],
  ] as const)("settle it by scores: %s", (_, first, second, margin, result) => {
    const wide = { ...settings, margin };
    const open = compareSides(scores("a", first), scores("b", second), wide);
    expect(open.result).toBe("open");
    const words = wordsOf(open).settles!;
    const [runs = 0] = designIn(words);
    expect(words).toContain("of each (now 3)");
    const times = Math.ceil(runs / 3);
    const more = compareSides(
      scores("a", repeated(first, times)),
      scores("b", repeated(second, times)),
      wide,
    );
    expect(more.result).toBe(result);
  });

  test("are no more than it takes where runs are many, and Student's quantile hardly falls", () => {
    const [first, second] = [
      [0.8, 0.84, 0.82],
      [0.801, 0.842, 0.823],
    ];
    const wide = { ...settings, margin: 0.003 };
    const of = (times: number) =>
      compareSides(scores("a", repeated(first!, times)), scores("b", repeated(second!, times)), wide);
    const [runs = 0] = designIn(wordsOf(of(20)).settles!);
    expect(of(Math.ceil(runs / 3)).result).toBe("second-better");
    expect(of(Math.floor((0.9 * runs) / 3)).result).toBe("open");
  });

  test("are not counted where the examples' noise is assumed", () => {
    const [first, second] = [
      [0.81, 0.83, 0.82],
      [0.84, 0.82, 0.85],
    ].map((values, i) => scores(`${i}`, values, { examples: 500 }));
    expect(wordsOf(compareSides(first!, second!, settings)).settles).toMatch(
      /^More runs on more examples would settle it, .* The interval must narrow from ± \d/,
    );
  });

  test("settle it by example, with as many times the examples", () => {
    const [first, second] = [cellsOf(), cellsOf({ level: 0.815 })];
    const open = compareSides(outcomes("a", first), outcomes("b", second), settings);
    expect(open.result).toBe("open");
    const [seeds = 0, examples = 0] = designIn(wordsOf(open).settles!);
    const [times, of] = [Math.ceil(seeds / 5), Math.ceil(examples / 400)];
    expect(times).toBeGreaterThan(1);
    const more = (cells: readonly OutcomeCell[]): Side["runs"] => ({
      kind: "outcomes",
      ...outcomeTable(
        repeated(cells, times).map(({ correct, logLoss, ...cell }, i) => ({
          ...{ ...cell, seed: i },
          correct: Float64Array.from(repeated(Array.from(correct!), of)),
          logLoss: Float64Array.from(repeated(Array.from(logLoss!), of)),
        })),
        [],
        400 * of,
      ),
    });
    const [a, b] = [first, second].map((cells) => ({ ...outcomes("a", cells), runs: more(cells) }));
    expect(compareSides(a!, b!, settings).result).not.toBe("open");
  });

  test("are none for a result, and none for copies", () => {
    const clear = compareSides(scores("a", [0.81, 0.82]), scores("b", [0.91, 0.92]), settings);
    const copied = compareSides(scores("a", [0.81, 0.82, 0.83]), scores("b", [0.81, 0.82, 0.83]), settings);
    expect([clear.result, copied.copies]).toEqual(["second-better", true]);
    expect([wordsOf(clear).settles, wordsOf(copied).settles]).toEqual([undefined, undefined]);
  });
});
