import { type DecideOptions, decide, outcomesFromRows, simulateOutcomes } from "@lorank/evidence";
import { describe, expect, test } from "vitest";
import { type Design, noiseCases } from "../../src/commands/plan/design.ts";
import {
  canShowWords,
  headline,
  needWords,
  noiseWords,
  nothingKnownWords,
  oneSeedWords,
} from "../../src/commands/plan/words.ts";

const design: Design = {
  ranks: [4, 8],
  seeds: 5,
  examples: 800,
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  power: 0.8,
  binary: true,
};
const runs = (seeds: number) => {
  const outcomes = simulateOutcomes({ ranks: [4, 8], accuracies: [0.85, 0.85], seeds, examples: 500 }, 1);
  const trials = undefined;
  return { path: "out", outcomes, trials, decide: (options: DecideOptions) => decide(outcomes, options) };
};
/** Without the spaces that do not break. */
const plain = (text: string | undefined): string => (text ?? "").replaceAll("\u00a0", " ");

describe("noiseCases", () => {
  test("assumes three disagreements before a run", () => {
    const cases = noiseCases(design, undefined);
    expect(cases.map(({ source, disagreement }) => [source, disagreement])).toEqual([
      ["assumed", 0.02],
      ["assumed", 0.05],
      ["assumed", 0.1],
    ]);
  });

  test("counts groups of examples", () => {
    const [one, grouped] = [design, { ...design, groups: 40 }].map(
      (asked) => noiseCases(asked, undefined)[1]!,
    );
    expect(grouped!.groupSize).toBe(20);
    const margin = ({ bySeeds }: typeof one & object) => bySeeds.at(-1)!.certifiableMargin;
    expect(margin(grouped!)).toBeGreaterThan(margin(one!));
    expect(plain(headline({ ...design, groups: 40 }))).toContain(
      "What 800 examples in 40 groups can show of",
    );
    expect(plain(noiseWords([grouped!], undefined))).toContain(
      "Groups are counted, as if ranks did not differ from group to group",
    );
    expect(plain(noiseWords([one!], undefined))).not.toContain("roups");
  });

  test("takes what was observed, and says what one seed leaves assumed", () => {
    expect(noiseCases(design, runs(3)).map(({ source }) => source)).toEqual(["observed"]);
    const [one] = noiseCases(design, runs(1));
    expect(one!.source).toBe("one-seed");
    expect(one!.disagreement).toBeGreaterThan(0.05);
    for (const asked of [design, { ...design, examples: 500, seeds: 1 }]) {
      const [first] = noiseCases(asked, runs(1));
      expect(first!.needed.seedsWithTheseExamples).toBeNull();
      expect(plain(canShowWords(asked, first!))).toMatch(
        /needs a number of seeds that one seed cannot tell: run three, then plan again\.$/,
      );
      expect(needWords(asked, [first!])).toContain("more --seeds");
    }
  });

  test("needs of observed runs what their verdict needs, where these ranks and examples are planned", () => {
    const same = { ...design, examples: 500, seeds: 3 };
    const { needed, verdict } = runs(3).decide({ margin: 0.01 });
    const [one] = noiseCases(same, runs(3));
    expect(needed!.onlySeeds).toBeGreaterThan(3);
    expect(one!.needed).toMatchObject({
      seedsWithTheseExamples: needed!.onlySeeds,
      leastSeedsWithTheseExamples: needed!.leastSeeds,
      fewestOutcomes: { examples: needed!.examples, seeds: needed!.seeds },
    });
    expect(needed!.leastSeeds).toBeLessThan(needed!.onlySeeds!);
    expect(plain(canShowWords(same, one!))).toContain(
      `the verdict on these runs (${verdict}) needs about ${needed!.leastSeeds} to ${needed!.onlySeeds} seeds`,
    );
    expect(noiseCases(design, runs(3))[0]!.verdict).toBeUndefined();
    const wide = { ...same, margin: 0.3 };
    const [settled] = noiseCases(wide, runs(3));
    expect(settled!.needed).toMatchObject({ seedsWithTheseExamples: 3, examplesWithTheseSeeds: 500 });
    expect(canShowWords(wide, settled!)).toContain("The verdict on these runs (adequate) is settled");
    expect(needWords(wide, [settled!])).toBeUndefined();
  });

  test("assumes nothing of log loss and of shares of tokens", () => {
    expect(noiseCases({ ...design, metric: "log-loss" }, undefined)).toEqual([]);
    expect(noiseCases({ ...design, binary: false }, undefined)).toEqual([]);
    expect(noiseCases({ ...design, metric: "log-loss" }, runs(2))).toHaveLength(1);
  });

  test("needs two ranks under one seed", () => {
    const outcomes = outcomesFromRows([
      { rank: 4, seed: 1, example: "a", correct: 1 },
      { rank: 4, seed: 1, example: "b", correct: 0 },
    ]);
    expect(() => noiseCases(design, { ...runs(1), outcomes })).toThrow(
      expect.objectContaining({ code: "E_PLAN" }),
    );
  });
});

describe("words", () => {
  test("name no more examples where they save no seeds", () => {
    const asked = {
      ...design,
      examples: 199,
      seeds: 3,
      margin: 0.04,
      limit: { examples: 996, fromTraining: true },
    };
    const [, at5] = noiseCases(asked, undefined);
    const { seedsWithTheseExamples: seeds, fewestOutcomesOfThisData: fewest } = at5!.needed;
    expect(fewest).toEqual({ examples: 200, seeds });
    const words = plain(canShowWords(asked, at5!));
    expect(words).toContain(`needs about ${seeds} seeds with these examples, or `);
    expect(words).not.toContain("200 examples");
  });

  test("name one design once", () => {
    const [one] = noiseCases(design, undefined);
    const needed = {
      ...one!.needed,
      examplesOfThisDataWithTheseSeeds: 3000,
      fewestOutcomesOfThisData: { examples: 3000, seeds: 5 },
    };
    const words = plain(canShowWords(design, { ...one!, needed }));
    expect(words).toContain("3,000 examples with 5 seeds");
    expect(words).not.toContain("3,000 examples and 5 seeds");
  });

  test("advise no more examples than the data have", () => {
    // What the examples leave open no number of seeds makes up for: a point needs some 300 of them at 10 %.
    const few = { ...design, examples: 100 };
    const needing = (examples: number, fromTraining = false) => {
      const asked = { ...few, limit: { examples, fromTraining } };
      const found = noiseCases(asked, undefined);
      return {
        design: found[2]!.needed.fewestOutcomesOfThisData,
        words: plain(canShowWords(asked, found[2]!)),
        never: needWords(asked, found),
      };
    };
    const fewest = noiseCases(few, undefined)[2]!.needed.fewestOutcomes!;
    expect(fewest.examples).toBeGreaterThan(200);

    const plenty = needing(100_000, true);
    expect(plenty.design).toEqual(fewest);
    expect(plenty.words).toContain(`(--validation-examples ${fewest.examples}, taken from training)`);
    expect(plenty.never).toContain("more --validation-examples (up to 100,000, taken from training).");

    const some = needing(fewest.examples - 1);
    expect(some.design!.examples).toBe(fewest.examples - 1);
    expect(some.design!.seeds).toBeGreaterThanOrEqual(fewest.seeds);

    const none = needing(100);
    expect(none.design).toBeNull();
    expect(none.words).toMatch(
      /needs more data than you have, at any number of seeds: they give at most 100 examples to compare on\.$/,
    );
    expect(none.never).toContain("Take a wider --margin");
    expect(none.never).not.toContain("more examples");
    expect(none.never).not.toContain("--validation-examples");
  });

  test("of one seed say that it claims nothing, and what was observed in it", () => {
    const one = { ...design, seeds: 1 };
    const [assumed] = noiseCases(one, undefined);
    expect(canShowWords(one, assumed!)).toContain("a verdict claims nothing");
    expect(needWords(one, noiseCases(one, undefined))).toBeDefined();
    expect(oneSeedWords(design)).toContain("with one seed a verdict claims nothing");
    expect(plain(noiseWords(noiseCases(design, runs(1)), "out"))).toMatch(
      /^Observed in out: two ranks disagree on \d+ % of the examples under one seed\. One seed does not show the noise between seeds: that it makes 0\.2 % of this noise is still assumed\.$/,
    );
    expect(noiseWords(noiseCases(design, runs(3)), "out")).toContain(
      "The noise between seeds is observed too",
    );
  });

  test("of log loss say the spread of one example, or that nothing is known", () => {
    const asked: Design = { ...design, metric: "log-loss", margin: 0.02 };
    expect(noiseWords(noiseCases(asked, runs(2)), "out")).toMatch(
      /the difference of one example has a standard deviation of 0\.\d+\./,
    );
    expect(nothingKnownWords(asked, ["lorank a", "lorank b"])).toMatch(
      /observed there:\n {2}lorank a\n {2}lorank b$/,
    );
    expect(nothingKnownWords(asked, [])).toMatch(/what was observed \(--results\)\.$/);
  });
});
