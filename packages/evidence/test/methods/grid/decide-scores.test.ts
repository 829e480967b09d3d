import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decideScores, type ScoredRun } from "../../../src/index.ts";
import { randomStream } from "../../../src/statistics/random.ts";

/** Extra hours of sleep of ten patients under two drugs (Student, 1908), as in R's `sleep`. */
const sleep = [
  [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
  [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
] as const;
const hours = { metric: "higher:hours", margin: 1 } as const;

function runsOf(table: Readonly<Record<number, readonly number[]>>): ScoredRun[] {
  return Object.entries(table).flatMap(([rank, scores]) =>
    scores.map((score, seed) => ({ rank: Number(rank), seed, score })),
  );
}

describe("runs of two ranks under the same seeds", () => {
  const decision = decideScores({ runs: runsOf({ 2: sleep[0], 4: sleep[1] }) }, hours);

  test("are compared as by R's t.test(extra ~ group, paired = TRUE)", () => {
    const [pair] = decision.pairs!;
    expect(pair!.advantage).toBeCloseTo(-1.58, 12);
    expect(pair!.interval[0]).toBeCloseTo(-2.4598858, 6);
    expect(pair!.interval[1]).toBeCloseTo(-0.7001142, 6);
    expect(decision).toMatchObject({ verdict: "extend", rank: 4, bestRank: 4, seeds: 10, examples: 0 });
  });
  test("have intervals of their own as by t.test of one sample", () => {
    expect(decision.ranks[0]!.scores).toEqual({ "higher:hours": expect.closeTo(0.75, 12) });
    const [low, high] = decision.ranks[0]!.scoreIntervals!["higher:hours"]!;
    expect(low).toBeCloseTo(-0.5297804, 6);
    expect(high).toBeCloseTo(2.0297804, 6);
  });
  test("tell which rows of their table they are from", () => {
    const chosenRows = { averageOver: { column: "drug", values: ["a", "b"] } };
    const told = decideScores({ runs: runsOf({ 2: sleep[0], 4: sleep[1] }), chosenRows }, hours);
    expect(told.chosenRows).toEqual(chosenRows);
    expect(told.explanation).toContain("Scores are means over drug: a and b.");
  });
  test("name the score, and speak of these examples alone", () => {
    expect(decision.explanation).toContain("1.58 ± 0.88 hours better than rank 2");
    expect(decision.explanation).toContain(
      "one score of each of 20 runs (10 runs a rank, compared seed by seed)",
    );
    expect(decision.explanation).toContain("speaks of this evaluation set alone");
  });
  test("turn round when less is better", () => {
    const less = decideScores(
      { runs: runsOf({ 2: sleep[0], 4: sleep[1] }) },
      { ...hours, metric: "lower:hours" },
    );
    expect(less.pairs![0]!.advantage).toBeCloseTo(1.58, 12);
    expect(less).toMatchObject({ bestRank: 2, rank: 2, certifiedRank: 2 });
  });
});

describe("seeds that differ between ranks", () => {
  const apart = runsOf({ 2: sleep[0], 4: sleep[1] }).map((run) => ({
    ...run,
    seed: 10 * run.rank + run.seed!,
  }));

  test("are compared as by R's t.test(extra ~ group), whose variances are not equal", () => {
    const decision = decideScores({ runs: apart }, hours);
    expect(decision).toMatchObject({ seeds: 10, runScores: { pairing: "none", runs: 20 } });
    const [pair] = decision.pairs!;
    // 17.776 degrees of freedom, of which a digit is kept: the interval is wider by 5e-4.
    expect(pair!.interval[0]).toBeCloseTo(-3.3654832, 2);
    expect(pair!.interval[1]).toBeCloseTo(0.2054832, 2);
    expect(pair!.interval[0]).toBeLessThan(-3.3654832);
    expect(decision.explanation).toContain("compared as separate samples, since seeds differ or are unknown");
  });
  test("need no name", () => {
    const runs = apart.map(({ rank, score }) => ({ rank, score }));
    const [named, unnamed] = [apart, runs].map((table) => decideScores({ runs: table }, hours));
    expect(unnamed!.pairs![0]!.interval[0]).toBeCloseTo(named!.pairs![0]!.interval[0], 12);
    expect(unnamed!.explanation).toBe(named!.explanation);
  });
  test("count beside the seeds that are shared", () => {
    const runs = runsOf({ 2: sleep[0], 4: sleep[1] }).filter(({ rank, seed }) => rank === 2 || seed! > 0);
    const decision = decideScores({ runs }, hours);
    expect(decision).toMatchObject({ seeds: 9, runScores: { pairing: "some", runs: 19 } });
    expect(decision.ranks.map(({ seeds }) => seeds)).toEqual([10, 9]);
    expect(decision).not.toHaveProperty("leftOut");
    expect(decision.explanation).toContain(
      "9 to 10 runs a rank, compared seed by seed where ranks share seeds",
    );
    const widthOf = (table: readonly ScoredRun[]): number => {
      const [low, high] = decideScores({ runs: table }, hours).pairs![0]!.interval;
      return high - low;
    };
    expect(widthOf(runs)).toBeGreaterThan(widthOf(runsOf({ 2: sleep[0], 4: sleep[1] })));
    expect(widthOf(runs)).toBeLessThan(widthOf(apart));
  });
});

describe("the order of rows", () => {
  /** A rising and a falling list, that pair well by chance. */
  const table = {
    4: [0.7, 0.74, 0.78, 0.82],
    16: [0.7201, 0.7602, 0.8, 0.8399],
  };
  const runs = runsOf(table).map(({ rank, score }) => ({ rank, score }));

  test("does not turn two lists that overlap into a difference", () => {
    const decision = decideScores({ runs });
    expect(decision).toMatchObject({ verdict: "inconclusive", rank: null });
    const [pair] = decision.pairs!;
    // Welch: 2.0 ± 8.9 points.
    expect(pair!.advantage).toBeCloseTo(-0.02005, 12);
    expect(pair!.interval[1] - pair!.advantage).toBeCloseTo(0.0895, 3);
  });

  test("decides nothing: a decision is the same to the last digit in any order, with and without seeds", () => {
    const { uniform, normal } = randomStream(46);
    for (let i = 0; i < 60; i++) {
      const scored = [2, 4, 8, 32].flatMap((rank) =>
        Array.from({ length: 1 + Math.floor(5 * uniform()) }, (_, seed): ScoredRun => {
          const score = Math.min(1, Math.max(0, 0.8 + 0.02 * normal()));
          const named = uniform() < 0.7 ? { seed: i % 3 === 0 ? seed : seed + (rank % 5) } : {};
          return { rank, score, ...(i % 2 === 0 ? named : {}) };
        }),
      );
      const shuffled = scored
        .map((run) => ({ run, place: uniform() }))
        .sort((a, b) => a.place - b.place)
        .map(({ run }) => run);
      expect(decideScores({ runs: shuffled })).toEqual(decideScores({ runs: scored }));
    }
  });

  test("chooses no runs: all of a rank count, however many the others have", () => {
    const lucky = { 4: [0.7, 0.9], 16: [0.9, 0.9, 0.7, 0.71, 0.7, 0.72] };
    const { ranks } = decideScores({ runs: runsOf(lucky).map(({ rank, score }) => ({ rank, score })) });
    expect(ranks.map(({ accuracy, seeds }) => [accuracy, seeds])).toEqual([
      [expect.closeTo(0.8, 12), 2],
      [expect.closeTo(0.77166666, 6), 6],
    ]);
  });
});

test("a rank with one run is left out beside ranks with more, since its spread is unknown", () => {
  const decision = decideScores({ runs: runsOf({ 2: [0.9, 0.91, 0.92], 4: [0.95], 8: [0.93, 0.94, 0.95] }) });
  expect(decision.ranks.map(({ rank }) => rank)).toEqual([2, 8]);
  expect(decision.excluded).toEqual([
    { rank: 4, reason: "it has one run, which cannot show how much the rank varies" },
  ]);
});

test("one collapsed run among separate samples is named, and the verdict without it told", () => {
  const runs = runsOf({
    2: [0.9, 0.905, 0.9, 0.91, 0.902],
    4: [0.905, 0.5, 0.91, 0.9, 0.904],
    8: [0.9, 0.91, 0.905, 0.9, 0.903],
  }).map(({ rank, score }) => ({ rank, score }));
  const decision = decideScores({ runs }, { margin: 0.02 });
  expect(decision.collapsed).toEqual([{ rank: 4, score: 0.5, others: [0.9, 0.91] }]);
  expect(decision.withoutCollapsed).toMatchObject({ rank: 2 });
});

describe("the number of examples", () => {
  const runs = runsOf({ 2: [0.9, 0.91, 0.92], 4: [0.915, 0.9, 0.93], 8: [0.91, 0.925, 0.92] });
  const width = (examples?: number): number => {
    const [low, high] = decideScores({ runs, ...(examples === undefined ? {} : { examples }) }).pairs![0]!
      .interval;
    return high - low;
  };

  test("widens what is said, the less of them the more", () => {
    expect(width(200)).toBeGreaterThan(width(2_000));
    expect(width(2_000)).toBeGreaterThan(width());
  });
  test("halves the width at four times as many, where seeds move all ranks alike", () => {
    const equal = runsOf({ 2: [0.9, 0.91, 0.895, 0.9], 4: [0.92, 0.93, 0.915, 0.92 + 1e-9] });
    const of = (examples: number) => {
      const { pairs, runScores } = decideScores({ runs: equal, examples });
      const [low, high] = pairs![0]!.interval;
      return { width: high - low, noise: runScores!.exampleNoise!.assumed };
    };
    const [few, many] = [of(1000), of(4000)];
    expect(few.noise / many.noise).toBeCloseTo(2, 6);
    expect(few.width / many.width).toBeCloseTo(2, 2);
  });
  test("never counts for more than independent ranks", () => {
    const { exampleNoise } = decideScores({ runs, examples: 200 }).runScores!;
    const share = (p: number): number => (p * (1 - p)) / 200;
    const independent = Math.sqrt((2 * (share(0.91) + share(0.915) + share(2.755 / 3))) / 3);
    expect(exampleNoise!.independent).toBeCloseTo(independent, 12);
    expect(exampleNoise!.assumed).toBeLessThanOrEqual(exampleNoise!.independent);
    const alone = decideScores({ runs: runs.slice(0, 3), examples: 200 }).runScores!.exampleNoise!;
    expect(alone.assumed).toBeLessThan(alone.independent / 2); // one rank differs from none
  });
  test("counts for nothing where the score is no share", () => {
    const losses = runs.map((run) => ({ ...run, score: 1 - run.score }));
    const known = decideScores({ runs: losses, examples: 200 }, { metric: "log-loss" });
    const unknown = decideScores({ runs: losses }, { metric: "log-loss" });
    expect(known.pairs).toEqual(unknown.pairs);
    expect(known.ranks[0]).not.toHaveProperty("accuracy");
    expect(known.ranks[0]!.logLoss).toBeCloseTo(0.09, 12);
  });
});

test("scores that are rounded differ by no less than their last digit allows", () => {
  const runs = [0.8, 0.81, 0.82, 0.83].map((score, i) => ({ rank: i < 2 ? 8 : 16, seed: i % 2, score }));
  const widthOf = (scale: number, shift: number): number => {
    const scaled = runs.map((run) => ({ ...run, score: run.score * scale + shift }));
    const [low, high] = decideScores({ runs: scaled }, { metric: "higher:f1", margin: 0.01 }).pairs![0]!
      .interval;
    return (high - low) / 2;
  };
  // Half a digit either way in both numbers: a variance of 0.01² / 6, of which two seeds have the mean; t(1) at 2.5 %.
  expect(widthOf(1, 0)).toBeCloseTo(12.706 * (0.01 / Math.sqrt(6 * 2)), 4);
  expect(widthOf(1, 0.0001)).toBeCloseTo(widthOf(1, 0) / 100, 4);
  expect(widthOf(100, 0)).toBeCloseTo(100 * widthOf(1, 0), 2);
});

test("one seed supports no claim, and asks for more", () => {
  const decision = decideScores({ runs: runsOf({ 2: [0.9], 4: [0.95] }) });
  expect(decision).toMatchObject({ verdict: "inconclusive", rank: null, bestRank: 4, seeds: 1 });
  expect(decision.explanation).toContain("One seed cannot show how much a rank varies");
});

describe("scores that are equal where a setting differs", () => {
  test.each([
    ["seed", { 2: [0.9, 0.9, 0.9], 4: [0.95, 0.95, 0.95] }],
    ["rank", { 2: [0.9, 0.8], 4: [0.9, 0.8], 8: [0.9, 0.8] }],
    ["rank-and-seed", { 2: [0.9, 0.9, 0.9], 4: [0.9, 0.9, 0.9] }],
  ] as const)("forbid a verdict: %s", (setting, table) => {
    const decision = decideScores({ runs: runsOf(table) });
    expect(decision).toMatchObject({ rank: null, copies: { setting, shownBy: "score" } });
  });
  test("are no evidence if all is right, or few are equal", () => {
    expect(decideScores({ runs: runsOf({ 2: [1, 1, 1], 4: [1, 1, 1] }) }).copies).toBeUndefined();
    expect(decideScores({ runs: runsOf({ 2: [0.9, 0.8], 4: [0.9, 0.8] }) }).copies).toBeUndefined();
  });
});

test.each([
  [{ runs: [] }, {}, "scores must hold at least one run, got none"],
  [{ runs: [{ rank: 2.5, seed: 0, score: 0.5 }] }, {}, "rank must be a whole number of at least 0, got 2.5"],
  [
    { runs: [{ rank: 2, seed: 0, score: 84 }] },
    {},
    "rank 2, seed 0: accuracy must be a number from 0 to 1, got 84",
  ],
  [
    { runs: [2, 2].map((rank) => ({ rank, seed: 0, score: 0.5 })) },
    {},
    "rank 2, seed 0: must occur once, got it again",
  ],
  [{ runs: runsOf({ 2: [0.5] }), examples: 0 }, {}, "examples must be a whole number of at least 1, got 0"],
  [
    { runs: runsOf({ 2: [0.5] }) },
    { metric: "higher:f1" },
    "margin must be at least 0, in the unit of f1, got none",
  ],
  ...["f2", "constructor", 7].map(
    (metric) =>
      [
        { runs: runsOf({ 2: [0.5] }) },
        { metric: metric as "accuracy" },
        `metric must be "accuracy" or "log-loss" or "f1" or "macro-f1" or "mcc" or "auroc" or "higher:NAME" or "lower:NAME", got ${JSON.stringify(metric)}`,
      ] as const,
  ),
] as const)("refuses %j %j", (table, options, message) => {
  expect(() => decideScores(table, options)).toThrow(expect.objectContaining({ code: "E_DECIDE", message }));
});

test("equal ranks are seldom said to differ, whether paired, sorted or not, with a noisy rank among them", () => {
  const { normal } = randomStream(7);
  let [claims, worse, uneven] = [0, 0, 0];
  const sweeps = 400;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const seeds = Array.from({ length: 5 }, () => 0.01 * normal());
    const runs = [2, 4, 8, 16].flatMap((rank) =>
      seeds.map((luck, seed) => ({ rank, seed, score: 0.8 + luck + (rank === 16 ? 0.02 : 0.01) * normal() })),
    );
    // Intervals do not depend on the margin. Within a wide one, no larger design is searched for.
    const isWrong = (table: readonly ScoredRun[]): boolean =>
      decideScores({ runs: table }, { margin: 0.5 }).pairs!.some(
        ({ interval: [low, high] }) => low > 0 || high < 0,
      );
    if (isWrong(runs)) claims++;
    const apart = runs.map(({ rank, score }) => ({ rank, score })).sort((a, b) => a.score - b.score);
    if (isWrong(apart)) worse++;
    if (isWrong(apart.filter((_, index) => index % 6 > 0))) uneven++;
  }
  // 5 % of 400 and three standard errors.
  expect(claims).toBeLessThanOrEqual(33);
  expect(worse).toBeLessThanOrEqual(33);
  expect(uneven).toBeLessThanOrEqual(33);
});

test.each([
  [0.01, { verdict: "adequate", rank: 4, certifiedRank: 4 }],
  [0.005, { verdict: "provisional", rank: 16, certifiedRank: 32 }],
])("published runs of DistilBERT on AG News at a margin of %d", (margin, expected) => {
  const table = new URL("../../../bench/data/kudale-ag-news.csv", import.meta.url);
  const [, ...lines] = readFileSync(table, "utf8").trim().split("\n");
  const runs = lines.map((line) => {
    const [rank, seed, score] = line.split(",").map(Number);
    return { rank: rank!, seed: seed!, score: score! };
  });
  expect(runs).toHaveLength(21);
  expect(decideScores({ runs, examples: 7600 }, { margin })).toMatchObject(expected);
});

test("scores that take more than 30 seeds are told so, whether or not their examples are counted", () => {
  const noisy = [
    [0.72, 0.69, 0.71],
    [0.7, 0.73, 0.68],
  ];
  const runs = noisy.flatMap((scores, r) =>
    scores.map((score, seed) => ({ rank: 4 * (r + 1), seed, score })),
  );
  const wordsOf = (found: ReturnType<typeof decideScores>) => found.explanation;
  const uncounted = decideScores({ runs }, { metric: "higher:f1", margin: 0.005 });
  expect(uncounted.needed).toMatchObject({ examples: 0 });
  expect(uncounted.needed!.seeds).toBe(uncounted.needed!.onlySeeds);
  expect(uncounted.needed!.seeds).toBeGreaterThan(30);
  expect(wordsOf(uncounted)).toContain("Even 30 seeds would probably not settle it: it takes about");
  const counted = decideScores({ runs, examples: 400 }, { metric: "accuracy", margin: 0.005 });
  expect(counted.needed!.examples).toBeGreaterThanOrEqual(400);
  expect(wordsOf(counted)).toContain("Even 30 seeds would probably not settle it: it takes about");
});
