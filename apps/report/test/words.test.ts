import type { Decision, Results } from "@lorank/core/results";
import { describe, expect, test } from "vitest";
import { intervalsInWords, percent, sureness, verdictWords } from "../src/words.ts";
import { makeResults } from "./fixtures/make-results.ts";
import {
  adequate,
  causalLm,
  empty,
  extend,
  inconclusive,
  indistinguishable,
  oneSeed,
  probed,
  raced,
  rateDecides,
  refutedProbe,
} from "./fixtures/scenes.ts";

describe("verdictWords", () => {
  test("adequate names the rank and what was shown of it", () => {
    const words = verdictWords(adequate());
    expect(words.headline).toBe("Use rank 8.");
    expect(words.reason).toBe(
      "Of ranks 2, 4, 8, 16 and 32 it is the smallest for which these runs show, at 95% confidence, that no other is better by more than 1 point.",
    );
    expect(words.next).toBeUndefined();
  });
  test("indistinguishable says that the data cannot tell and to take the smallest", () => {
    const words = verdictWords(indistinguishable());
    expect(words.headline).toBe("The data cannot tell the ranks apart. Take the smallest: rank 2.");
    expect(words.reason).toBe(
      "No difference between any two of ranks 2, 4, 8, 16 and 32 is supported at 95% confidence.",
    );
  });
  test("inconclusive names no rank and says what would settle it beside what there is", () => {
    const results = inconclusive();
    const words = verdictWords(results);
    expect(words.headline).toBe("Inconclusive: these runs do not settle the rank.");
    const { needed } = results.decision;
    expect(words.next).toBe(
      `About ${needed!.examples.toLocaleString("en-US")} validation examples (now 800) and ${needed!.seeds} seeds (now 4), if the ranks that are left are truly equal.`,
    );
  });
  test("inconclusive for wide intervals alone says so, and of no rank that it is worse", () => {
    const results = makeResults({ examples: 200, seeds: [0, 1, 2], seedNoise: 0.03 });
    expect(results.decision.verdict).toBe("inconclusive");
    expect(verdictWords(results).reason).toBe(
      "No difference between any two ranks is supported at 95% confidence, but the intervals are too wide to call them equal.",
    );
  });
  test("inconclusive without a feasible design does not promise that more runs help", () => {
    const { needed: _, ...decision } = inconclusive().decision;
    expect(verdictWords({ ...inconclusive(), decision }).next).toBe(
      "Not more runs of this kind: only a wider margin, or less noise between runs.",
    );
  });
  test("one seed is why nothing can be claimed", () => {
    expect(verdictWords(oneSeed()).reason).toMatch(/^One seed cannot show/);
    expect(verdictWords(oneSeed()).next).toMatch(/^At least about /);
  });
  test("one rank has nothing to be compared with", () => {
    const results = inconclusive();
    const decision: Decision = { ...results.decision, ranks: results.decision.ranks.slice(0, 1) };
    expect(verdictWords({ ...results, decision }).reason).toBe(
      "Only rank 2 could be compared, and there is nothing to compare it with.",
    );
  });
  test("extend recommends the largest for now and the next doubling", () => {
    const words = verdictWords(extend());
    expect(words.headline).toBe("Go above rank 16: quality is still rising.");
    expect(words.reason).toContain("its gain over rank 8 is supported at 95% confidence");
    expect(words.next).toBe("Add rank 32 to the sweep.");
  });
  test("ranks that were only predicted, that real runs refuted or that fell behind in a race are named", () => {
    expect(verdictWords(probed()).reason).toMatch(
      /^Of ranks 8 and 64 it is the smallest .* 1 point\. Rank 4 ran as a pilot only\. Ranks 2, 16 and 32 were predicted and not trained\.$/,
    );
    expect(verdictWords(refutedProbe()).reason).toMatch(
      /Rank 4 did not do in real runs what was predicted\. Rank 2 ran as a pilot only\. Rank 16 was predicted and not trained\.$/,
    );
    const equal: Decision = { ...refutedProbe().decision, verdict: "indistinguishable" };
    expect(verdictWords({ ...refutedProbe(), decision: equal }).headline).toBe(
      "The data cannot tell ranks 8 and 32 apart. Take rank 8.",
    );
    expect(verdictWords(raced()).reason).toMatch(/1 point\. Rank 2 fell behind in the race\.$/);
  });
  test("the one rank that is left in a race is not compared with nothing", () => {
    const results = raced();
    const one = (verdict: "adequate" | "extend") => {
      const ranks = results.decision.ranks.slice(-1);
      return verdictWords({ ...results, decision: { ...results.decision, verdict, rank: 32, ranks } });
    };
    expect(one("adequate").reason).toMatch(/^It is the one rank that is left in the race\./);
    expect(one("extend").reason).toMatch(
      /^It is the largest rank tried and the best, and every smaller one fell behind in the race\./,
    );
  });
  test("where the order of the ranks flips with the rate, the rate is the answer, and what to do", () => {
    const words = verdictWords(rateDecides());
    expect(words.headline).toBe("The learning rate decides here, not the rank.");
    expect(words.kind).toBe("adequate at this rate");
    expect(words.reason).toMatch(
      /^Ranks 2 and 64 change places when it changes\. At the sweep's own rate alone: Use rank 8\./,
    );
    expect(words.next).toContain("--learning-rate auto");
    const { robustness: _, ...decision } = rateDecides().decision;
    expect(verdictWords({ ...rateDecides(), decision }).headline).toBe("Use rank 8.");
  });
  test("a sweep without a completed run has no verdict", () => {
    expect(verdictWords(empty()).headline).toBe("No verdict: no rank completed enough runs.");
  });
});

test("the looks of a race and the confirmations of a probe are said to share the error, of a grid nothing of the kind", () => {
  expect(intervalsInWords(raced())).toMatch(/The looks of a race share it as well.*\.$/);
  expect(intervalsInWords(probed())).toMatch(/The confirmations of a probe share it as well.*\.$/);
  expect(intervalsInWords(adequate())).toMatch(/between the ranks\.$/);
});

describe("sureness", () => {
  test("names confidence, margin with its metric, seeds and examples", () => {
    const values = (results: Results) => sureness(results).map((fact) => fact.value);
    expect(values(adequate())).toEqual(["95%", "1 point of accuracy", "8", "3,000"]);
    expect(values(causalLm())[1]).toBe("0.02 nats of log loss per token");
  });
  test("counts the runs of a race or a probe against the grid's", () => {
    const runs = (results: Results) => sureness(results).find(({ term }) => term === "Runs")?.value;
    expect([runs(probed()), runs(raced()), runs(adequate())]).toEqual([
      "15 of the grid's 60",
      `${raced().trials.length} of the grid's 50`,
      undefined,
    ]);
  });
  test("a share is written in percent without trailing zeros", () => {
    expect([percent(0.95), percent(0.995), percent(1 - 0.95), percent(0.06)]).toEqual([
      "95%",
      "99.5%",
      "5%",
      "6%",
    ]);
  });
});
